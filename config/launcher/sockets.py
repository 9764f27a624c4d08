"""Private folders for unix sockets; a socket's path must stay below 107 bytes."""

import os
import shutil
import stat
from pathlib import Path

from .console import LaunchError
from .home import NAME, fingerprint, is_root
from .processes import Account

LONGEST = 106
PRIVATE = 0o700
# The longest file name put into such a folder.
ROOM = len("/.s.PGSQL.5432.lock")


def provide(wanted: Path, account: Account | None = None) -> Path:
    """A 0700 folder for sockets: `wanted`, or a short one of ours where that is too long."""
    folder = place(wanted)
    folder.mkdir(mode=PRIVATE, parents=folder == wanted, exist_ok=True)
    if account is not None:
        account.own(folder)
    _require_private(folder, account.uid if account else os.geteuid())
    return folder


def place(wanted: Path) -> Path:
    """Where `provide` puts the folder."""
    if len(os.fsencode(wanted)) + ROOM <= LONGEST:
        return wanted
    return _short_base() / f"{NAME}-{fingerprint(str(wanted))}"


def remove(wanted: Path) -> None:
    """Delete what `provide` made."""
    shutil.rmtree(place(wanted), ignore_errors=True)


def _short_base() -> Path:
    if is_root():
        return Path("/run")
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return Path(runtime) if runtime and os.access(runtime, os.W_OK) else Path("/tmp")  # noqa: S108  checked for owner and mode


def _require_private(folder: Path, uid: int) -> None:
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != uid:
        raise LaunchError(f"{folder} belongs to somebody else; remove it, then start again.")
    if stat.S_IMODE(status.st_mode) != PRIVATE:
        folder.chmod(PRIVATE)
