"""The variables that the product's processes are started with."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from . import processes
from .home import CLONE, Home

EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104  compared with, not bound to
HERE = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class Address:
    """Where the web process listens."""

    host: str = "127.0.0.1"
    port: int = 8000

    @property
    def bind(self) -> str:
        """For gunicorn."""
        return f"{_bracketed(self.host)}:{self.port}"

    @property
    def url(self) -> str:
        """For people."""
        name = "localhost" if self.host in {"127.0.0.1", "::1"} else self.host
        return f"http://{machine_name() if name in EVERYWHERE else _bracketed(name)}:{self.port}"

    @property
    def probe(self) -> tuple[str, int]:
        """For a connection from this machine."""
        nearby = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  compared with, not bound to
        return nearby.get(self.host, self.host), self.port

    @property
    def allowed_hosts(self) -> str:
        """The host names that requests may carry."""
        names = [*HERE, _bracketed(self.host)]
        if self.host in EVERYWHERE:
            names = [*HERE, machine_name(), *_own_addresses()]
        return ",".join(dict.fromkeys(names))


def machine_name() -> str:
    """What this machine calls itself."""
    return socket.gethostname()


def of_instance(home: Home, services: Mapping[str, str], address: Address) -> dict[str, str]:
    """For manage.py, web, worker and beat; what the caller's environment says goes first."""
    return {
        "SECRET_KEY": home.read_secret_key(),
        "ALLOWED_HOSTS": address.allowed_hosts,
        "SITE_URL": address.url,
        **({"DEMO": "true"} if home.demo.exists() else {}),
        **os.environ,
        **fixed(home, services),
    }


def fixed(home: Home, services: Mapping[str, str]) -> dict[str, str]:
    """What holds in every process of this home."""
    return {
        **services,
        "SCORECARD_HOME": str(home.folder),
        "PYTHONPYCACHEPREFIX": str(home.bytecode),
        "PYTHONDONTWRITEBYTECODE": "",  # it has a place of its own
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(CLONE),
    }


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _own_addresses() -> list[str]:
    return [_bracketed(address) for address in processes.capture(["hostname", "-I"]).split()]
