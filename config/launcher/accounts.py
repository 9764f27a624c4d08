"""The unprivileged user that PostgreSQL runs as when root starts us."""

import os
import pwd
import subprocess
from pathlib import Path

from . import processes, system
from .console import LaunchError
from .home import Home, is_root
from .processes import Account

NAME = "scorecard"


def database_account(home: Home) -> Account | None:
    """None when we are that user ourselves; PostgreSQL refuses to run as root."""
    if not is_root():
        return None
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        _create(home)
        entry = pwd.getpwnam(NAME)
    return Account(NAME, entry.pw_uid, entry.pw_gid)


def may_enter(account: Account, folder: Path) -> bool:
    """Whether `account` may pass through `folder`."""
    status = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        env={"PATH": os.defpath},
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return status.returncode == 0


def _create(home: Home) -> None:
    program = system.find_program("useradd")
    log = home.log / "accounts.log"
    shell = system.find_program("nologin", "false") or Path("/bin/false")
    command = [str(program), "--system", "--no-create-home", "--home-dir", "/nonexistent"]
    command += ["--shell", str(shell), "--user-group", NAME]
    failed = program is None or processes.run(
        command, environment=dict(os.environ), log=log, folder=Path("/")
    )
    if failed:
        raise LaunchError(
            f"PostgreSQL does not run as root, and the system user {NAME!r} could not be made; "
            f"make it with `useradd --system {NAME}`, or set DATABASE_URL, "
            "or start as an ordinary user."
        )
