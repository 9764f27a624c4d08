"""Keeps tests on this machine: an attempt to leave it fails at once, and says where to."""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

LOCAL_NAMES = {"", "localhost", "0.0.0.0", "::"}  # noqa: S104  # compared, never bound


class NetworkOffError(RuntimeError):
    """A test tried to reach another machine."""


def is_local(host: str | bytes | None) -> bool:
    """Whether a host name or address means this machine."""
    if host is None:
        return True
    name = (host.decode() if isinstance(host, bytes) else host).partition("%")[0]
    if name in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _check(host: str | bytes | None) -> None:
    if not is_local(host):
        raise NetworkOffError(f"Tests do not leave this machine; somebody asked for {host!r}.")


@contextmanager
def only_this_machine() -> Iterator[None]:
    """Refuse name look-ups and connections to other machines; unix sockets stay open."""
    look_up, connect, connect_ex = (
        socket.getaddrinfo,
        socket.socket.connect,
        socket.socket.connect_ex,
    )

    def checked_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        _check(host)
        return look_up(host, *args, **kwargs)

    def checked(original: Any) -> Any:
        def to(self: socket.socket, address: Any) -> Any:
            if self.family in {socket.AF_INET, socket.AF_INET6}:
                _check(address[0])
            return original(self, address)

        return to

    with (
        _replaced(socket, getaddrinfo=checked_look_up),
        _replaced(socket.socket, connect=checked(connect), connect_ex=checked(connect_ex)),
    ):
        yield


@contextmanager
def _replaced(owner: Any, **attributes: Any) -> Iterator[None]:
    before = {name: getattr(owner, name) for name in attributes}
    for name, value in attributes.items():
        setattr(owner, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(owner, name, value)
