"""A mail server that can be killed: what it accepted in all its lives is kept in a folder."""

import os
import socket
import subprocess
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from config.launcher import processes
from config.launcher.home import CLONE
from tests.flows.outages.mail_program import HERE, KEPT
from tests.flows.product import beside_threads, free_port
from tests.waiting import until


class MailProcess:
    """Starts the server on one port, kills it, and reads what it accepted."""

    def __init__(self, folder: Path, *, seconds_a_mail: float) -> None:
        self.folder = folder
        self.port = free_port()
        self._arguments = [str(self.port), str(folder), str(seconds_a_mail)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server; returns when it answers."""
        until(self._runs, "the mail server answers")

    def kill(self) -> None:
        """Kill the server, whatever it has in hand."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def count(self) -> int:
        """Return how many mails were accepted."""
        return sum(1 for _ in self.folder.glob(f"*{KEPT}"))

    def mails(self) -> list[EmailMessage]:
        """Return every mail, in the order of arrival."""
        files = sorted(self.folder.glob(f"*{KEPT}"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    def _runs(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            with beside_threads():
                self._process = processes.start(
                    [sys.executable, "-m", "tests.flows.outages.mail_program", *self._arguments],
                    environment=os.environ,
                    log=self.folder / "server.log",
                    folder=CLONE,
                )
        with socket.socket() as probe:
            return probe.connect_ex((HERE, self.port)) == 0
