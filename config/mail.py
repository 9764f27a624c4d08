"""Talking to a mail server that may be slow, silent or dripping: each answer has its time."""

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.mail.backends.smtp import EmailBackend


class PromptSMTP(smtplib.SMTP):
    """A connection that waits for a whole answer no longer than its timeout.

    The socket's own timeout begins anew with every byte, and a server may send one at a time.
    """

    def getreply(self) -> tuple[int, bytes]:
        """Return the server's answer; an answer that does not come in time ends the connection."""
        with _hung_up_after(self.sock, self.timeout):
            return super().getreply()


class PromptTLS(PromptSMTP, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class PromptBackend(EmailBackend):
    """Django's SMTP backend on prompt connections."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The connection to open."""
        return PromptTLS if self.use_ssl else PromptSMTP


@contextmanager
def _hung_up_after(sock: Any, seconds: Any) -> Iterator[None]:
    """Shut the socket down after a time: whoever reads from it reads its end."""
    if sock is None or not isinstance(seconds, int | float):
        yield
        return
    timer = threading.Timer(seconds, _hang_up, [sock])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(sock: socket.socket) -> None:
    with suppress(OSError):
        # beneath TLS, which would not be done with the other thread's reading
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
