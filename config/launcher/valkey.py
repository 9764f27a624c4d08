"""A private Valkey on a unix socket; it keeps nothing, since the work waits in PostgreSQL."""

import os
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from . import processes, sockets
from .binaries import find_valkey
from .console import LaunchError
from .home import Home
from .install import Venv

START_SECONDS = 20


@dataclass
class Valkey:
    """The broker of one home; `start` and `stop` are for its owner alone."""

    home: Home
    venv: Venv
    name: str = "valkey"
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """The value for REDIS_URL."""
        return f"unix://{quote(str(self._socket))}"

    @property
    def log(self) -> Path:
        """Where the server writes."""
        return self.home.log / "valkey.log"

    def start(self) -> None:
        """Start the server; returns when it answers."""
        sockets.provide(self._folder)
        self.process = processes.start(
            [find_valkey(self.venv), *self._settings()],
            environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            log=self.log,
            folder=self._folder,
        )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                end = processes.tail(self.log)
                raise LaunchError(f"Valkey did not start; the last lines of {self.log}:\n{end}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server."""
        if self.process is not None:
            processes.stop(self.process)
            self.process = None

    def answers(self) -> bool:
        """Whether the server answers a ping."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            try:
                connection.connect(str(self._socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
            except OSError:
                return False

    def recovers(self) -> bool:
        """Never: it keeps nothing that it could have to read first."""
        return False

    @property
    def _folder(self) -> Path:
        return sockets.place(self.home.runtime / "valkey")

    @property
    def _socket(self) -> Path:
        return self._folder / "valkey.sock"

    def _settings(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._folder),
            "save": "",
            "appendonly": "no",
            "daemonize": "no",
            "loglevel": "notice",
        }
        return [word for name, value in settings.items() for word in (f"--{name}", value)]
