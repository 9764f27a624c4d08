"""./run stop, status and reset."""

import os
import shutil

from . import cluster, install, pango, sockets
from .bootstrap import RUN_LOCK
from .console import LaunchError, confirm, interactive, say
from .home import Home
from .instance import Instance
from .locks import Lock

SERVICES = ("postgres", "valkey")


def stop(home: Home) -> int:
    """Stop the serving process of `home`."""
    if Instance(home).stop():
        say("Stopped.")
    elif holders := _holders(home):
        say(f"No site is running; another command holds the database ({', '.join(holders)}).")
    else:
        say(f"Nothing is running in {home.folder}.")
    return 0


def status(home: Home) -> int:
    """Tell what runs and where things are."""
    instance = Instance(home)
    serving = instance.is_serving()
    lines = {
        "Site": f"running at {instance.url()}" if serving else "not running",
        "State": str(home.folder),
        "Logs": str(home.log),
        "Database": _source("DATABASE_URL", "postgres", home),
        "Broker": _source("REDIS_URL", "valkey", home),
        "Packages": "installed" if _is_installed(home) else "not installed yet",
        "PDF": _pdf(),
    }
    for name, text in lines.items():
        say(f"{name + ':':<10}{text}")
    return 0


def _pdf() -> str:
    if os.environ.get("SCORECARD_PDF") == "off":
        return "off, as SCORECARD_PDF says"
    return "off, libraries are missing" if pango.missing_packages() else "on"


def reset(home: Home, *, sure: bool) -> int:
    """Delete database, uploads and logs of `home`; installed packages stay."""
    if Instance(home).is_serving() or _holders(home):
        raise LaunchError("It is running; stop it first: ./run stop")
    if not sure and not _agreed(home):
        say("Nothing was deleted.")
        return 1
    if home.folder.exists():
        cluster.remove(home)
    sockets.remove(home.runtime / "valkey")
    for folder in (home.media, home.log, home.runtime, home.static, home.bytecode):
        shutil.rmtree(folder, ignore_errors=True)
    for file in (home.secret_key, home.welcomed, home.demo, home.static_mark):
        file.unlink(missing_ok=True)
    say("Database, uploads, documents and logs are deleted; installed packages stay.")
    if os.environ.get("DATABASE_URL"):
        say("The database that DATABASE_URL names was left alone.")
    return 0


def _agreed(home: Home) -> bool:
    if not interactive():
        raise LaunchError("Nobody is here to ask; to delete all data: ./run reset --yes")
    return confirm(f"Delete the database, uploads, documents and logs in {home.folder}?")


def _holders(home: Home) -> list[str]:
    """Process numbers of the commands that own a service."""
    locks = [Lock(home.runtime / f"{name}.owner.lock") for name in SERVICES]
    held = [lock for lock in locks if lock.path.exists() and lock.is_held()]
    return sorted({f"process {lock.read_note()}" for lock in held})


def _source(variable: str, service: str, home: Home) -> str:
    if os.environ.get(variable):
        return f"named by {variable}"
    lock = Lock(home.runtime / f"{service}.owner.lock")
    running = lock.path.exists() and lock.is_held()
    return f"our own, {'running' if running else 'not running'}"


def _is_installed(home: Home) -> bool:
    return install.venv_of(home, RUN_LOCK).is_complete()
