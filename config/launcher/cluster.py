"""Where a PostgreSQL cluster lies, and its creation in one step."""

import os
import shutil
from pathlib import Path

from . import accounts, processes, sockets
from .binaries import PostgresBinaries
from .console import LaunchError
from .home import SHARED, Home, fingerprint
from .processes import Account

SUPERUSER = "postgres"


def environment() -> dict[str, str]:
    """A clean environment, so that nobody's PGHOST or locale interferes."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def place(home: Home, account: Account | None) -> Path:
    """The cluster's folder: inside the home, unless `account` cannot reach it there."""
    if home.cluster_note.exists():
        return Path(home.cluster_note.read_text().strip())
    inside = home.folder / "postgres"
    if account is None or _open_way(home, account):
        return inside
    outside = SHARED / "clusters" / fingerprint(str(home.folder))
    home.cluster_note.write_text(str(outside))
    return outside


def create(
    folder: Path, binaries: PostgresBinaries, account: Account | None, log: Path, *, sync: bool
) -> Path:
    """The data folder in `folder`, initialised if it is not there; an interrupted try is redone."""
    data = folder / "data"
    _prepare(folder, account)
    if not data.exists():
        fresh = folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        status = processes.run(
            _initdb(binaries, fresh, sync=sync),
            environment=environment(),
            log=log,
            folder=Path("/"),
            account=account,
        )
        processes.require_success(status, log, "Creating the database")
        fresh.rename(data)
    _require_same_major(data, binaries)
    return data


def remove(home: Home) -> None:
    """Delete the cluster, wherever it lies."""
    folder = place(home, None)
    sockets.remove(folder / "socket")
    shutil.rmtree(folder, ignore_errors=True)
    home.cluster_note.unlink(missing_ok=True)


def _open_way(home: Home, account: Account) -> bool:
    """Whether `account` gets to the home; of the folders on the way only the home may change."""
    if not accounts.may_enter(account, home.folder.parent):
        return False
    home.folder.chmod(home.folder.stat().st_mode | 0o001)
    return accounts.may_enter(account, home.folder)


def _prepare(folder: Path, account: Account | None) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account is None:
        return
    account.own(folder)
    if folder.is_relative_to(SHARED):
        for parent in (SHARED.parent, SHARED, folder.parent):
            parent.chmod(parent.stat().st_mode | 0o711)


def _initdb(binaries: PostgresBinaries, data: Path, *, sync: bool) -> list[str | Path]:
    builtin = binaries.major >= 17  # noqa: PLR2004  the first with a locale provider of its own
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    command: list[str | Path] = [binaries.program("initdb"), "-D", data, "-U", SUPERUSER]
    command += ["-E", "UTF8", "--auth=trust", *(locale if builtin else ["--locale=C.UTF-8"])]
    return command if sync else [*command, "--no-sync"]


def _require_same_major(data: Path, binaries: PostgresBinaries) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != str(binaries.major):
        raise LaunchError(
            f"The database in {data} was made by PostgreSQL {made_by}, but the one here is "
            f"{binaries.major}; put the older one back to dump it, or start anew with ./run reset."
        )
