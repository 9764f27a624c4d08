"""A real SMTP server that Django itself sends to, for tests without the whole product."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from aiosmtpd.controller import Controller
from django.test import override_settings

from tests.flows.mailbox import Mailbox
from tests.flows.product import free_port

# A dripping server takes so many seconds for each line.
A_LINE = 0.6


class MoodyMailbox(Mailbox):
    """A mailbox that can refuse what it is given, or hang up on it.

    `hangs_up_on` are addresses: while it takes a mail to one of them it closes the connection
    without a word; `closes_after` is what it says of all others before it does so. It thinks for
    `thinks_s` seconds about a mail it takes, and `dies_of` it when that is set.
    """

    def __init__(self) -> None:
        super().__init__()
        self.refuses = False
        self.hangs_up_on: set[str] = set()
        self.closes_after = ""
        self.thinks_s = 0.0
        self.dies_of: Callable[[], None] | None = None
        self.closes_the_door: Callable[[], None] = lambda: None
        self.tried: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        """Accept or refuse one mail."""
        self.tried += envelope.rcpt_tos
        if self.hangs_up_on.intersection(envelope.rcpt_tos):
            server.transport.abort()
            return ""
        if self.closes_after:
            server.loop.call_soon(server.transport.close)
            return self.closes_after
        if self.refuses:
            return "451 Try again later"
        answer = await super().handle_DATA(server, session, envelope)
        if self.dies_of is not None:
            self.dies_of()
            server.transport.abort()
        await asyncio.sleep(self.thinks_s)
        return answer


@contextmanager
def smtp_server(port: int | None = None) -> Iterator[MoodyMailbox]:
    """Run a server and let Django send to it."""
    mailbox = MoodyMailbox()
    controller = Controller(
        mailbox, hostname="127.0.0.1", server_hostname="localhost", port=port or free_port()
    )
    controller.start()
    assert controller.server is not None
    mailbox.closes_the_door = controller.server.close
    try:
        with mail_to(controller.port):
            yield mailbox
    finally:
        mailbox.release()
        controller.stop()


@contextmanager
def silent_server(*, greeting: bytes = b"", said: list[bytes] | None = None) -> Iterator[int]:
    """Accept connections and say no more than a greeting; yields the port.

    It is said line by line, and what somebody still listened to is added to `said`.
    """
    kept: list[socket.socket] = []
    heard = [] if said is None else said

    def drip(there: socket.socket) -> None:
        with suppress(OSError):
            for line in greeting.splitlines(keepends=True):
                there.sendall(line)
                heard.append(line)
                time.sleep(A_LINE)

    def accept() -> None:
        with suppress(OSError):
            while True:
                there, _address = listener.accept()
                kept.append(there)
                threading.Thread(target=drip, args=[there], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for there in kept:
                there.close()


def mail_to(port: int) -> override_settings:
    """Send real mail to a port of this machine."""
    return override_settings(
        EMAIL_CONFIGURED=True,
        EMAIL_BACKEND="config.mail.PromptBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        EMAIL_HOST_USER="",
        EMAIL_HOST_PASSWORD="",
        EMAIL_USE_TLS=False,
    )
