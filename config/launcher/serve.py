"""./run and ./run demo: everything up, watched, and down again."""

import contextlib
import errno
import socket
from collections.abc import Mapping

from . import bootstrap, crew, environment, install, management, pango, services
from .console import LaunchError, confirm, interactive, say
from .environment import Address
from .home import Home
from .install import Venv
from .instance import Instance
from .static import Collection
from .supervisor import Supervisor

ANSWER_SECONDS = 20.0


def serve(home: Home, address: Address, *, demo: bool = False) -> int:
    """Serve until stopped; returns the exit status."""
    home.create()
    instance = Instance(home)
    if not instance.claim(address):
        say(f"It is already running at {instance.url()}")
        return management.load_demo_into_running(home, address) if demo else 0
    try:
        require_free(address)
        _serve(home, address, demo=demo)
    except KeyboardInterrupt:
        say("Stopping …")
    finally:
        instance.release()
    say("Stopped.")
    return 0


def require_free(address: Address) -> None:
    """Raise LaunchError when the port cannot be had."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            raise LaunchError(_why(error, address)) from error


def _why(error: OSError, address: Address) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {address.port} is in use by another program; "
            f"choose another one: ./run --port {address.port + 1}"
        )
    if error.errno == errno.EACCES:
        return f"Port {address.port} is reserved for root; choose one above 1023 with --port."
    return (
        f"This machine cannot listen at {address.bind} ({error.strerror}); see --host and --port."
    )


def _serve(home: Home, address: Address, *, demo: bool) -> None:
    venv = bootstrap.provide(home)
    pdf = pango.provide(home)
    with services.running(home, venv) as (urls, sharings):
        if all(sharing.is_owner for sharing in sharings):
            install.prune(home, venv)
        variables = {**environment.of_instance(home, urls, address), **pdf}
        is_empty = _prepare(home, venv, variables)
        if demo or (is_empty and _wants_demo()):
            management.load_demo(home, venv, variables)
            variables["DEMO"] = "true"
            is_empty = False
        require_free(address)
        with Supervisor(crew.muster(home, venv, variables, address)) as supervisor:
            supervisor.await_ready()
            _announce(home, address, is_empty=is_empty)
            supervisor.watch(sharings)


def _prepare(home: Home, venv: Venv, variables: Mapping[str, str]) -> bool:
    """Tables and static files up to date; True when nobody can log in yet."""
    collection = Collection(home, venv, variables)
    with contextlib.ExitStack() as stack:
        stack.callback(collection.abandon)
        collection.begin()
        say("Preparing the database …")
        management.migrate(home, venv, variables)
        is_empty = not management.has_users(home, venv, variables)
        collection.finish()
    return is_empty


def _wants_demo() -> bool:
    if not interactive():
        return False
    return confirm("The database is empty. Load the demo data?", seconds=ANSWER_SECONDS)


def _announce(home: Home, address: Address, *, is_empty: bool) -> None:
    say()
    say(f"Running at {address.url}")
    say(f"  Logs:  {home.log}")
    say("  Stop:  Ctrl-C here, or ./run stop")
    if is_empty:
        say("  Nobody can log in yet: ./run demo loads demo data with log-ins,")
        say("  ./run manage createsuperuser makes a first user (by e-mail address).")
    say()
