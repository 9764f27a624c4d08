"""What the person at the keyboard reads."""

import select
import sys


class LaunchError(Exception):
    """Something the reader can put right; the message is a plain sentence with the remedy."""


def say(text: str = "") -> None:
    """Print one line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """Print one line to the error stream at once."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def interactive() -> bool:
    """Whether somebody can answer a question."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def confirm(question: str, *, seconds: float | None = None) -> bool:
    """Ask a yes/no question; no answer within `seconds` means no."""
    sys.stdout.write(f"{question} [y/N] ")
    sys.stdout.flush()
    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    if not ready:
        say()
        return False
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
