"""Handing a rendered message to the mail server."""

from email.utils import format_datetime
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from escalations.models import Message

# The server says that it is closing, whatever it was asked.
CLOSING = 421


def post(message: Message) -> None:
    """Send a rendered message; raises what the mail server or the connection raises.

    Date and Message-ID are the row's, so that a repetition is recognisably the same mail.
    """
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
    mail.send()


def is_away(error: Exception) -> bool:
    """Whether the trouble is the mail server and not the mail: any other would fare no better."""
    if isinstance(error, SMTPResponseException) and error.smtp_code == CLOSING:
        return True
    if isinstance(error, SMTPException):
        servers = (SMTPAuthenticationError, SMTPConnectError, SMTPServerDisconnected)
        return isinstance(error, servers)
    return isinstance(error, OSError)
