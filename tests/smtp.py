"""A real SMTP server that Django itself sends to, for tests without the whole product."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from django.test import override_settings

from tests.flows.mailbox import Mailbox
from tests.flows.product import free_port


class MoodyMailbox(Mailbox):
    """A mailbox that can refuse what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.refuses = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        """Accept or refuse one mail."""
        if self.refuses:
            return "451 Try again later"
        return await super().handle_DATA(server, session, envelope)


@contextmanager
def smtp_server(port: int | None = None) -> Iterator[MoodyMailbox]:
    """Run a server and let Django send to it."""
    mailbox = MoodyMailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    try:
        with mail_to(controller.port):
            yield mailbox
    finally:
        mailbox.release()
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
    )
