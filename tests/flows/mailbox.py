"""A real SMTP server in a thread of the tests; the product's worker delivers to it."""

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

logging.getLogger("mail.log").setLevel(logging.WARNING)  # the server's chatter


class Mailbox:
    """Keeps what it accepted; while it holds, a mail is accepted and its sender not told."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self._answers = threading.Event()
        self._answers.set()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        """Accept one mail."""
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        await asyncio.to_thread(self._answers.wait)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails to one person, in the order of their arrival."""
        return [mail for mail in self.mails if address in str(mail["To"])]

    def told(self, address: str, said: str) -> list[EmailMessage]:
        """Return the mails to one person whose subject says that."""
        return [mail for mail in self.to(address) if said in str(mail["Subject"])]

    def copies(self) -> Counter[str]:
        """Return how often each Message-ID arrived."""
        return Counter(str(mail["Message-ID"]) for mail in self.mails)

    def hold(self) -> None:
        """Accept from now on without an answer, as a slow network would."""
        self._answers.clear()

    def release(self) -> None:
        """Answer again, also to those who still wait."""
        self._answers.set()

    def clear(self) -> None:
        """Begin anew for the next test."""
        self.mails.clear()
        self.release()


@contextmanager
def mail_server(port: int) -> Iterator[Mailbox]:
    """Run the server on a port of this machine."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", server_hostname="localhost", port=port)
    controller.start()
    try:
        yield mailbox
    finally:
        mailbox.release()
        controller.stop()


def what_it_says(mail: EmailMessage) -> tuple[object, ...]:
    """Return all a reader sees: the boundaries between the parts are drawn by lot."""
    parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    return (mail["To"], mail["Subject"], *parts)
