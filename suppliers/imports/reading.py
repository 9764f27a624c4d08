"""Starts the reader's process, watches the clock, and hands its answer on in blocks."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

from django.conf import settings

from suppliers.imports.child import Request, Straight
from suppliers.imports.problems import FileError

BLOCK = 1024 * 1024
# Passed on to the child; everything else (secrets, addresses of services) is not.
ENVIRONMENT = ("PATH", "LANG", "PYTHONPATH", "PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE")


@dataclass
class Reading:
    """What the child found, and the stream on which rows and then problems follow."""

    found: dict[str, Any]
    stream: IO[bytes]
    # what the rows of pieces say, in their order
    columns: list[str] = field(default_factory=list)

    def rows(self) -> Iterator[bytes]:
        """Yield the rows; to be exhausted before `problems`."""
        return self._blocks(self.found["rows_bytes"])

    def problems(self) -> Iterator[bytes]:
        """Yield the problems of cells."""
        return self._blocks(self.found["problems_bytes"])

    def pieces(self) -> Iterator[bytes]:
        """Yield rows as they are stored, whole pieces; then `found` says what was found."""
        while length := int(self._whole_line()):
            yield b"".join(self._blocks(length))
        self.found = json.loads(self._whole_line())

    def _whole_line(self) -> bytes:
        line = self.stream.readline()
        if not line.endswith(b"\n"):
            raise FileError("reader_died")
        return line

    def _blocks(self, length: int) -> Iterator[bytes]:
        while length:
            block = self.stream.read(min(BLOCK, length))
            if not block:
                raise FileError("reader_died")
            length -= len(block)
            yield block


@contextmanager
def reading(request: Request, straight: Callable[[], Straight] | None = None) -> Iterator[Reading]:
    """Run the child for the length of the block; FileError when it breaks one of its limits.

    What `straight` looks up is looked up while the child starts.
    """
    process = _start()
    late = threading.Event()
    timer = threading.Timer(request["seconds"], _stop, args=(process, late))
    timer.start()
    try:
        if straight is not None:
            request["straight"] = straight()
        yield _first_answer(process, request)
    except FileError as error:
        if late.is_set():
            raise FileError("too_slow", limit=request["seconds"]) from error
        raise
    finally:
        timer.cancel()
        _end(process)


def _start() -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    # Linear algebra's threads would each reserve memory and nothing here multiplies matrices.
    environment["OPENBLAS_NUM_THREADS"] = "1"
    return subprocess.Popen(
        [sys.executable, "-m", "suppliers.imports.child"],
        cwd=settings.BASE_DIR,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


def _first_answer(process: subprocess.Popen[bytes], request: Request) -> Reading:
    if process.stdin is None or process.stdout is None:
        raise FileError("reader_died")
    try:
        process.stdin.write(json.dumps(request).encode())
        process.stdin.close()
    except BrokenPipeError as error:
        raise FileError("reader_died") from error
    line = process.stdout.readline()
    if not line.endswith(b"\n"):
        raise _why_it_ended(process, request)
    return Reading(json.loads(line), process.stdout)


def _why_it_ended(process: subprocess.Popen[bytes], request: Request) -> FileError:
    """A reader that is refused memory aborts or dies of it; one that computes too long is cut."""
    code = process.wait()
    if code in (-24, -9):  # SIGXCPU; SIGKILL is its hard limit, or the watch
        return FileError("too_slow", limit=request["seconds"])
    if code in (-6, -11, -7):  # abort, segmentation fault, bus error: allocation refused
        return FileError("too_much_memory", limit=request["memory_bytes"] // BLOCK)
    return FileError("reader_died")


def _stop(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
