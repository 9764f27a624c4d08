"""A mail server as a program of its own.

`python -m tests.flows.outages.mail_program PORT FOLDER SECONDS` starts it.

Every mail takes so many seconds: half of them before it is kept in the folder, half before its
sender is told. Killed in between, it has a mail that nobody was told of.
"""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

HERE = "127.0.0.1"
# the name of a mail that was kept whole
KEPT = ".eml"


class Keeper:
    """Accepts every mail."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder = folder
        self.seconds = seconds

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        """Keep one mail, then say so."""
        await asyncio.sleep(self.seconds / 2)
        keep(envelope.content, self.folder)
        await asyncio.sleep(self.seconds / 2)
        return "250 OK"


def keep(content: bytes, folder: Path) -> None:
    """Keep a mail whole or not at all; names are in the order of arrival."""
    name = f"{time.time_ns():020d}-{os.getpid()}"
    unfinished = folder / f"{name}.part"
    unfinished.write_bytes(content)
    unfinished.rename(folder / f"{name}{KEPT}")


def serve(port: int, folder: Path, seconds: float) -> None:
    """Accept mails until somebody ends the process."""
    Controller(
        Keeper(folder, seconds), hostname=HERE, server_hostname="localhost", port=port
    ).start()
    signal.pause()


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
