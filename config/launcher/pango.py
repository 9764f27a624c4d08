"""The text-layout libraries that PDF needs; everything else runs without them."""

import ctypes
import os

from . import system
from .console import say
from .home import Home

# Library by the name the loader knows, and the Debian package that brings it.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


def missing_packages() -> list[str]:
    """Debian packages of the libraries that cannot be loaded."""
    return [package for library, package in LIBRARIES.items() if not _loads(library)]


def provide(home: Home) -> dict[str, str]:
    """Make PDF possible where we may; returns what children need to know.

    Whoever switched PDF off in the environment gets neither libraries nor a word about them.
    """
    if os.environ.get("SCORECARD_PDF") == "off":
        return {}
    missing = missing_packages()
    if not missing or (
        system.install_packages(missing, home.log / "apt.log") and not missing_packages()
    ):
        return {}
    say(f"PDF is off until its libraries are here: {system.install_command(missing)}")
    return {"SCORECARD_PDF": "off"}


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
