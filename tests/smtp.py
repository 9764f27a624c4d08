"""A real SMTP server in a thread, for tests: it keeps what it accepted."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from django.conf import settings
from django.test import override_settings


class Mailbox:
    """Keeps every mail the server accepted; `hold` delays the answer to DATA."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.arrived = threading.Event()
        self.refuse = False

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        """Accept or refuse one mail."""
        if self.refuse:
            return "451 Try again later"
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.arrived.set()
        return "250 OK"


@contextmanager
def smtp_server() -> Iterator[Mailbox]:
    """Run a server and let Django send to it."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        with mail_to(controller.port):
            yield mailbox
    finally:
        controller.stop()


def mail_to(port: int) -> override_settings:
    """Send real mail to a port of this machine."""
    return override_settings(
        EMAIL_CONFIGURED=True,
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        EMAIL_HOST_USER="",
        EMAIL_HOST_PASSWORD="",
        EMAIL_USE_TLS=False,
        EMAIL_TIMEOUT=settings.EMAIL_TIMEOUT,
    )


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
