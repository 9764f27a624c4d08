"""Child processes that never outlive the launcher."""

import contextlib
import ctypes
import itertools
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from .console import LaunchError

# A program and its arguments.
Command = Sequence[str | Path]

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1
TRACEBACK = "Traceback (most recent call last):"
LOG_BYTES = 10 * 1024 * 1024
# Runs a command, and at SIGTERM kills it with all it started: programs like pip or npm
# leave children behind when only they are killed.
GUARD = ("/bin/sh", "-c", 'trap "kill -9 0" TERM; "$@" & wait $!', "guard")
STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Account:
    """The system user that a child runs as."""

    name: str
    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Hand `path` over to this account."""
        os.chown(path, self.uid, self.gid)


def start(
    command: Command,
    *,
    environment: Mapping[str, str],
    log: Path,
    folder: Path,
    account: Account | None = None,
    when_orphaned: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session; the kernel sends it `when_orphaned` if we die.

    Call from the main thread: the kernel watches the thread that forked.
    """
    rotate(log)
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=dict(environment),
            start_new_session=True,
            preexec_fn=_tie(os.getpid(), when_orphaned),  # noqa: PLW1509  no threads here
            **_identity(account),
        )


def run(
    command: Command,
    *,
    environment: Mapping[str, str],
    log: Path,
    folder: Path,
    account: Account | None = None,
) -> int:
    """Run a child to its end, output into `log`; returns its exit status."""
    return wait(begin(command, environment=environment, log=log, folder=folder, account=account))


def begin(
    command: Command,
    *,
    environment: Mapping[str, str],
    log: Path,
    folder: Path,
    account: Account | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child that will end by itself; all that it starts ends when we do."""
    return start(
        [*GUARD, *command], environment=environment, log=log, folder=folder, account=account
    )


def wait(child: subprocess.Popen[bytes]) -> int:
    """Wait for a child's end; if we are interrupted meanwhile, it ends first."""
    try:
        return child.wait()
    except BaseException:
        stop(child, patience=3)
        raise


def run_attached(
    command: Command, *, environment: Mapping[str, str], folder: Path | None = None
) -> int:
    """Run a child on this terminal; returns its exit status.

    Ctrl-C reaches the child from the terminal; other stop signals are passed on.
    """
    with passing_signals() as passing:
        child = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=dict(environment),
            preexec_fn=_tie(os.getpid(), signal.SIGTERM),  # noqa: PLW1509  no threads here
        )
        passing.append(child)
        status = child.wait()
    return 128 - status if status < 0 else status


@contextlib.contextmanager
def passing_signals() -> Iterator[list[subprocess.Popen[bytes]]]:
    """While a child has the terminal, leave stopping to it."""
    children: list[subprocess.Popen[bytes]] = []

    def pass_on(number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGINT:
            for child in children:
                child.send_signal(number)

    with _handling(pass_on):
        yield children


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Turn every stop signal into KeyboardInterrupt, so that `with` blocks clean up."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handling(interrupt):
        yield


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Let nothing but SIGKILL disturb a clean-up."""
    with _handling(lambda _number, _frame: None):
        yield


def stop(
    child: subprocess.Popen[bytes],
    *,
    number: signal.Signals = signal.SIGTERM,
    patience: float = 10,
) -> None:
    """Ask a child to end, then insist; takes its whole session along."""
    if child.poll() is None:
        child.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def capture(command: Command, environment: Mapping[str, str] | None = None) -> str:
    """What a short-lived program prints; empty when it fails or is missing."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=None if environment is None else dict(environment),
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def tail(log: Path, lines: int = 8) -> str:
    """The end of a log, indented, for a message; of a traceback what it ends with."""
    if not log.exists():
        return ""
    text = log.read_bytes()[-16_000:].decode(errors="replace")
    _, found, traceback = text.rpartition(TRACEBACK)
    if found:
        inner = itertools.dropwhile(lambda line: line.startswith(" "), traceback.splitlines()[1:])
        text = "\n".join(inner)
    return "\n".join(f"    {line.strip()}" for line in text.splitlines()[-lines:])


def rotate(log: Path) -> None:
    """Start a fresh log when the old one has grown; one old one is kept."""
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_name(f"{log.name}.1"))


def require_success(status: int, log: Path, what: str) -> None:
    """Raise LaunchError with the log's end when `status` tells failure."""
    if status != 0:
        raise LaunchError(f"{what} failed; the last lines of {log}:\n{tail(log)}")


def _tie(parent: int, number: signal.Signals) -> Callable[[], None]:
    """Code for the child between fork and exec, after its user was changed."""

    def tie() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return tie


def _identity(account: Account | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


@contextlib.contextmanager
def _handling(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in STOPPING_SIGNALS}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)
