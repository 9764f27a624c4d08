"""Talking to a mail server that may be slow, silent or dripping: each answer has its time."""

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

# Having been given a whole mail, a server may look through its attachment before it answers:
# that takes so many times as long (RFC 5321, 4.5.3.2.6 would wait even longer).
TAKING = 6


class PromptSMTP(smtplib.SMTP):
    """A connection that waits for a whole answer no longer than its timeout.

    The socket's own timeout begins anew with every byte, and a server may send one at a time.
    """

    patience = 1

    def getreply(self) -> tuple[int, bytes]:
        """Return the server's answer; an answer that does not come in time ends the connection.

        Raises:
            TimeoutError: it did not come in time.
        """
        seconds = self._seconds()
        with _hung_up_after(self.sock, seconds) as too_late:
            try:
                return super().getreply()
            except smtplib.SMTPServerDisconnected as error:
                if too_late.is_set():
                    raise TimeoutError(f"no answer within {seconds:g} s") from error
                raise

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand a mail over, and wait longer for the answer to it."""
        self.patience = TAKING
        if self.sock is not None:
            self.sock.settimeout(self._seconds())
        try:
            return super().data(msg)
        finally:
            self.patience = 1
            if self.sock is not None:
                self.sock.settimeout(self._seconds())

    def _seconds(self) -> float | None:
        seconds = self.timeout
        return seconds * self.patience if isinstance(seconds, int | float) else None


class PromptTLS(PromptSMTP, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class PromptBackend(EmailBackend):
    """Django's SMTP backend on prompt connections."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The connection to open."""
        return PromptTLS if self.use_ssl else PromptSMTP


@contextmanager
def _hung_up_after(sock: Any, seconds: float | None) -> Iterator[threading.Event]:
    """Shut the socket down after a time, and say so: whoever reads from it reads its end."""
    too_late = threading.Event()
    if sock is None or seconds is None:
        yield too_late
        return
    timer = threading.Timer(seconds, _hang_up, [sock, too_late])
    timer.daemon = True
    timer.start()
    try:
        yield too_late
    finally:
        timer.cancel()


def _hang_up(sock: socket.socket, too_late: threading.Event) -> None:
    too_late.set()
    with suppress(OSError):
        # beneath TLS, which would not be done with the other thread's reading
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
