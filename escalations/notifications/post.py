"""Handing a rendered message to the mail server, and telling whose fault it is where that fails."""

import logging
from email.utils import format_datetime
from smtplib import (
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.template.defaultfilters import filesizeformat
from django.utils.translation import override

from escalations.models import Message

log = logging.getLogger(__name__)
# The server says that it is closing, whatever it was asked.
CLOSING = 421


class ServerAwayError(Exception):
    """No connection to the mail server: any other mail would fare no better."""

    def __init__(self, why: Exception) -> None:
        super().__init__(f"the mail server does not answer: {_named(why)}")


class BrokenOffError(Exception):
    """The connection ended in the middle of a mail; `answers` says whether a new one is taken."""

    def __init__(self, why: Exception, *, size_bytes: int, answers: bool) -> None:
        with override("en"):
            size = filesizeformat(size_bytes).replace("\xa0", " ")
        late = isinstance(why, TimeoutError)
        happened = "gave no answer in time" if late else "closed the connection"
        now = "answers a new one" if answers else "is away since"
        super().__init__(
            f"the mail server {happened} while it took this mail ({size}), and {now}: {_named(why)}"
        )
        self.answers = answers


def post(message: Message) -> None:
    """Send a rendered message.

    Date and Message-ID are the row's, so that a repetition is recognisably the same mail.

    Raises:
        ServerAwayError: nothing can be sent now, and nothing was begun.
        BrokenOffError: the server may not stand this mail, and may have taken it.
        Exception: whatever else the server, or the mail, gives cause to.
    """
    mail = _mail(message)
    connection = _opened()
    try:
        mail.connection = connection
        mail.send()
    except Exception as error:
        _close(connection)
        if not _broke_off(error):
            raise
        size = len(mail.message().as_bytes())
        raise BrokenOffError(error, size_bytes=size, answers=_answers()) from error
    _close(connection)


def _mail(message: Message) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.address],
        headers={
            "Message-ID": message.message_id,
            "Date": format_datetime(message.created_at),
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(message.html, "text/html")
    if message.attachment is not None:
        mail.attach(message.attachment.name, bytes(message.attachment.data), "application/pdf")
    return mail


def _opened() -> Any:
    """Return a connection on which the server has answered, and let us in."""
    connection = get_connection()
    try:
        connection.open()
        if isinstance(connection, EmailBackend) and connection.connection is not None:
            connection.connection.ehlo_or_helo_if_needed()
    except (SMTPException, OSError) as error:
        _close(connection)
        raise ServerAwayError(error) from error
    return connection


def _answers() -> bool:
    """Whether the server takes a new connection."""
    try:
        _close(_opened())
    except ServerAwayError:
        return False
    return True


def _close(connection: Any) -> None:
    """Take leave; what goes wrong with that is no longer about the mail."""
    try:
        connection.close()
    except (SMTPException, OSError):
        log.info("The mail server did not take leave.", exc_info=True)


def _broke_off(error: Exception) -> bool:
    """Whether the connection ended, rather than the server refusing the mail on it."""
    if isinstance(error, SMTPRecipientsRefused):
        return any(code == CLOSING for code, _said in error.recipients.values())
    if isinstance(error, SMTPResponseException):
        return error.smtp_code == CLOSING
    return isinstance(error, SMTPServerDisconnected | OSError)


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
