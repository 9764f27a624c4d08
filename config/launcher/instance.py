"""The one serving process of a home: claiming that part, and finding who has it."""

import json
import os
import signal
import time
from typing import Any

from .console import LaunchError
from .environment import Address
from .home import Home
from .locks import Lock

STOP_SECONDS = 120.0


class Instance:
    """Who serves a home; known by a lock, so a dead server is never taken for a living one."""

    def __init__(self, home: Home) -> None:
        self._lock = Lock(home.runtime / "serve.lock")

    def claim(self, address: Address) -> bool:
        """Become the serving process; False when there is one."""
        if not self._lock.take(seconds=0.3):
            return False
        self._lock.note(json.dumps({"pid": os.getpid(), "url": address.url}))
        return True

    def release(self) -> None:
        """Stop being the serving process."""
        self._lock.release()

    def is_serving(self) -> bool:
        """Whether some process serves this home."""
        return self._lock.path.exists() and self._lock.is_held()

    def url(self) -> str:
        """Where the serving process listens."""
        return str(self._note()["url"])

    def stop(self) -> bool:
        """Stop the serving process and wait for its end; False when there is none."""
        if not self.is_serving():
            return False
        os.kill(int(self._note()["pid"]), signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while self._lock.is_held():
            if time.monotonic() > deadline:
                raise LaunchError(f"Process {self._note()['pid']} does not stop; see its window.")
            time.sleep(0.1)
        return True

    def _note(self) -> dict[str, Any]:
        """What the serving process wrote; just after its start the note may lag the lock."""
        deadline = time.monotonic() + 2
        while True:
            try:
                note: dict[str, Any] = json.loads(self._lock.read_note())
            except ValueError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return note
