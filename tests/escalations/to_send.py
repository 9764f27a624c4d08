"""A mail server, a time and a supplier with mails to go, for tests of sending."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from suppliers.models import Supplier, User
from tests.escalations.facts import AT, evaluated, external
from tests.smtp import MoodyMailbox, smtp_server


class Clock:
    """A time that stands still until it is moved."""

    def __init__(self, at: datetime = AT) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, span: timedelta) -> None:
        self.at += span


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def mailbox() -> Iterator[MoodyMailbox]:
    with smtp_server() as mailbox:
        yield mailbox


@pytest.fixture
def raised(supplier_a: Supplier, sqe: User, buyer: User, member_a: User) -> Supplier:
    """Supplier A exceeded 100 PPM: an 8D and controlled shipping, three people to tell."""
    external(supplier_a, counted=26, received=250_000)
    evaluated()
    return supplier_a
