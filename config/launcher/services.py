"""Database and broker, shared by every command that works on one home.

Whoever finds a service down starts it and holds its owner lock until the end; everybody
else holds the users lock in common. The owner takes the users lock alone before it stops
the service, so it waits for the others, and newcomers wait for the stop.
"""

import contextlib
import os
import time
from collections.abc import Iterator
from typing import Protocol

from . import processes
from .console import LaunchError, say
from .home import Home
from .install import Venv
from .locks import Lock
from .postgres import Postgres
from .valkey import Valkey

PATIENCE_SECONDS = 330


class Service(Protocol):
    """A server process that one command owns."""

    name: str

    @property
    def url(self) -> str:
        """Where clients find it."""

    def start(self) -> None:
        """Start it; returns when it answers."""

    def stop(self) -> None:
        """Stop it."""

    def answers(self) -> bool:
        """Whether it answers now."""

    def recovers(self) -> bool:
        """Whether it will answer by itself."""


class Sharing:
    """Our part in one shared service."""

    def __init__(self, service: Service, home: Home) -> None:
        self.service = service
        self.owner = Lock(home.runtime / f"{service.name}.owner.lock")
        self.users = Lock(home.runtime / f"{service.name}.users.lock")
        self.is_owner = False

    def join(self) -> None:
        """Start the service, or use it where somebody else has."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (self._become_owner() or self._become_user()):
            if time.monotonic() > deadline:
                raise LaunchError(
                    f"Another command holds {self.service.name} but it does not answer; "
                    "see ./run status."
                )
            time.sleep(0.1)

    def leave(self) -> None:
        """Stop the service where it is ours, once nobody else uses it."""
        if self.is_owner:
            if not self.users.take():
                say("Another command still uses the services started here; waiting for it to end …")
                self.users.take(seconds=float("inf"))
            with processes.uninterrupted():
                self.service.stop()
            self.is_owner = False
        self.users.release()
        self.owner.release()

    def tend(self) -> None:
        """Start our service again when it died, but leave alone one that is getting over it."""
        if self.is_owner and not (self.service.answers() or self.service.recovers()):
            self.service.stop()
            self.service.start()

    def _become_owner(self) -> bool:
        if not self.owner.take():
            return False
        self.is_owner = True
        self.owner.note(str(os.getpid()))
        try:
            self.service.start()
        except BaseException:
            self.service.stop()
            self.is_owner = False
            self.owner.release()
            raise
        return True

    def _become_user(self) -> bool:
        if not self.users.take(shared=True):
            return False
        if self.owner.is_held() and self.service.answers():
            return True
        self.users.release()
        return False


def of_home(home: Home, venv: Venv, *, throwaway: bool = False) -> dict[str, Service]:
    """The services that this machine runs itself, by the variable that names them."""
    services: dict[str, Service] = {}
    if not os.environ.get("DATABASE_URL"):
        services["DATABASE_URL"] = Postgres(home, venv, throwaway=throwaway)
    if not os.environ.get("REDIS_URL"):
        services["REDIS_URL"] = Valkey(home, venv)
    return services


@contextlib.contextmanager
def running(
    home: Home, venv: Venv, *, throwaway: bool = False
) -> Iterator[tuple[dict[str, str], list[Sharing]]]:
    """Have database and broker up; yields the variables that name them, and our parts."""
    services = of_home(home, venv, throwaway=throwaway)
    with contextlib.ExitStack() as stack:
        sharings = []
        for service in services.values():
            sharing = Sharing(service, home)
            stack.callback(sharing.leave)
            sharing.join()
            sharings.append(sharing)
        yield {variable: service.url for variable, service in services.items()}, sharings
