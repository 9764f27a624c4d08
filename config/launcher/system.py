"""The operating system's own packages and programs."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from . import processes
from .console import say
from .home import is_root


def find_program(*names: str) -> Path | None:
    """The first of `names` on the PATH, with the system's own folders added."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/bin", "/sbin", "/bin"])
    for name in names:
        if found := shutil.which(name, path=path):
            return Path(found)
    return None


def install_command(packages: Sequence[str]) -> str:
    """The line a reader types to install `packages`."""
    prefix = "" if is_root() else "sudo "
    return f"{prefix}apt-get install {' '.join(packages)}"


def install_packages(packages: Sequence[str], log: Path) -> bool:
    """Install Debian packages where that is ours to do; False where it is not or fails."""
    apt = find_program("apt-get")
    if not is_root() or apt is None:
        return False
    say(f"Installing {' '.join(packages)} with apt-get …")
    return _install(apt, packages, log) or (
        _apt(apt, ["update"], log) and _install(apt, packages, log)
    )


def _install(apt: Path, packages: Sequence[str], log: Path) -> bool:
    return _apt(apt, ["install", "--yes", "--no-install-recommends", *packages], log)


def _apt(apt: Path, arguments: Sequence[str], log: Path) -> bool:
    """Run apt-get to its end whatever happens to us: half-installed packages help nobody."""
    command = [str(apt), "-o", "DPkg::Lock::Timeout=120", "-q", *arguments]
    with processes.uninterrupted(), log.open("ab") as output:
        done = subprocess.run(
            command,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            check=False,
        )
    return done.returncode == 0
