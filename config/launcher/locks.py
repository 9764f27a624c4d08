"""Locks that the kernel drops when their holder dies, however it dies."""

import fcntl
import os
import time
from pathlib import Path


class Lock:
    """An advisory lock on a file; the file may carry a note from the holder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def take(self, *, shared: bool = False, seconds: float = 0) -> bool:
        """Try for up to `seconds`; True when the lock is held."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        deadline = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    return False
                time.sleep(0.05)
            except BaseException:
                os.close(descriptor)
                raise
            else:
                self._descriptor = descriptor
                return True

    def release(self) -> None:
        """Drop the lock, where it is held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def is_held(self) -> bool:
        """Whether somebody holds the lock exclusively."""
        probe = Lock(self.path)
        free = probe.take(shared=True)
        probe.release()
        return not free

    def note(self, text: str) -> None:
        """Leave a word for others; call while holding the lock."""
        self.path.write_text(text)

    def read_note(self) -> str:
        """What the last holder left."""
        return self.path.read_text() if self.path.exists() else ""
