"""Python packages: a virtual environment for each lock, complete or absent."""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import indexes, processes, system
from .console import LaunchError, say
from .home import CLONE, Home, fingerprint, is_root
from .processes import Command

COMPLETE = ".complete"
INSTALLER_LOCK = CLONE / "requirements-installer.lock"
UNREACHABLE = (
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Name or service not known",
    "Network is unreachable",
    "Connection refused",
    "dns error",
    "tcp connect error",
    "error sending request",
    "client error (Connect)",
)


@dataclass(frozen=True)
class Venv:
    """A virtual environment; usable once `is_complete`."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def packages(self) -> Path:
        """Its site-packages folder."""
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return self.folder / "lib" / version / "site-packages"

    def is_complete(self) -> bool:
        """Whether the last step of its installation was reached and its Python still exists."""
        return (self.folder / COMPLETE).exists() and self.python.exists()

    def mark_complete(self) -> None:
        """Declare the installation finished."""
        (self.folder / COMPLETE).touch()

    def clear(self) -> None:
        """Remove what an interrupted installation left."""
        shutil.rmtree(self.folder, ignore_errors=True)


def venv_of(home: Home, lock: Path) -> Venv:
    """The environment of `lock` for this Python; it need not exist yet."""
    parts = [lock.read_text(), sys.version, os.path.realpath(sys.executable)]
    return Venv(home.venvs / fingerprint("\n".join(parts)))


def provide(home: Home, lock: Path) -> Venv:
    """Install `lock` unless it is installed; hold the installation lock meanwhile."""
    venv = venv_of(home, lock)
    if not venv.is_complete():
        say("Installing Python packages …")
        venv.clear()
        _install(home, lock, venv)
        venv.mark_complete()
    return venv


def prune(home: Home, *kept: Venv) -> None:
    """Remove environments of older locks; call when no process uses them."""
    names = {venv.folder.name for venv in (*kept, venv_of(home, INSTALLER_LOCK))}
    for folder in home.venvs.iterdir():
        if folder.name not in names:
            shutil.rmtree(folder, ignore_errors=True)


def _install(home: Home, lock: Path, venv: Venv) -> None:
    log = home.log / "install.log"
    log.unlink(missing_ok=True)
    if _install_with_uv(home, lock, venv, log):
        return
    venv.clear()
    _create(venv, log)
    _require(_pip_install(venv, lock, log), log)


def _install_with_uv(home: Home, lock: Path, venv: Venv, log: Path) -> bool:
    """False when this machine cannot have uv, so that pip must do."""
    installer = venv_of(home, INSTALLER_LOCK)
    if not installer.is_complete():
        installer.clear()
        _create(installer, log)
        if _pip_install(installer, INSTALLER_LOCK, log) != 0:
            _require_network(log)
            return False
        installer.mark_complete()
    environment = indexes.uv_environment(installer.python, dict(os.environ))
    uv = installer.folder / "bin" / "uv"
    make: Command = [uv, "venv", "--quiet", "--no-project", "--python", sys.executable, venv.folder]
    sync: Command = [
        uv,
        "pip",
        "sync",
        "--quiet",
        "--require-hashes",
        "--python",
        venv.python,
        lock,
    ]
    done = _run(make, environment, log) == 0 and _run(sync, environment, log) == 0
    if not done:
        _require_network(log)
    return done


def _create(venv: Venv, log: Path) -> None:
    command: Command = [sys.executable, "-m", "venv", venv.folder]
    if _run(command, os.environ, log) == 0:
        return
    venv.clear()
    version = f"python3.{sys.version_info.minor}-venv"
    for package in (version, "python3-venv"):
        if (
            is_root()
            and system.install_packages([package], log)
            and not _run(command, os.environ, log)
        ):
            return
        venv.clear()
    raise LaunchError(
        "This Python cannot make virtual environments; "
        f"install its venv package: {system.install_command(['python3-venv'])}"
    )


def _pip_install(venv: Venv, lock: Path, log: Path) -> int:
    command: Command = [
        venv.python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "-r",
        lock,
    ]
    return _run(command, indexes.pip_environment(), log)


def _require_network(log: Path) -> None:
    text = log.read_text(errors="replace")
    if any(phrase in text for phrase in UNREACHABLE):
        raise LaunchError(
            "The Python package index cannot be reached; check the network, or name your own "
            f"index with PIP_INDEX_URL, then start again. Details: {log}"
        )


def _require(status: int, log: Path) -> None:
    if status != 0:
        _require_network(log)
    processes.require_success(status, log, "Installing Python packages")


def _run(command: Command, environment: Mapping[str, str], log: Path) -> int:
    return processes.run(command, environment=environment, log=log, folder=log.parent)
