"""Packages of both kinds, installed side by side."""

from . import frontend, install
from .console import LaunchError, say
from .home import CLONE, Home
from .install import Venv
from .locks import Lock

RUN_LOCK = CLONE / "requirements.lock"
TEST_LOCK = CLONE / "requirements-dev.lock"


def provide(home: Home, *, for_tests: bool = False) -> Venv:
    """Make the home's folders and have all packages installed; quick when they are."""
    home.create()
    guard = Lock(home.runtime / "install.lock")
    if not guard.take():
        say("Another command is installing packages; waiting for it …")
        if not guard.take(seconds=900):
            raise LaunchError("Another command has been installing for 15 minutes; see its window.")
    try:
        home.read_secret_key()
        return _install(home, for_tests=for_tests)
    finally:
        guard.release()


def _install(home: Home, *, for_tests: bool) -> Venv:
    packages = frontend.Installation(home, for_tests)
    packages.begin()
    try:
        venv = install.provide(home, TEST_LOCK if for_tests else RUN_LOCK)
        packages.finish(venv)
    except BaseException:
        packages.abandon()
        raise
    return venv
