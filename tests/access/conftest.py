"""One world for the whole folder: building it costs more than asking it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from django.db import transaction
from django.test import override_settings

from tests.access.acquaintance import Acquaintance
from tests.access.undoing import Undoing
from tests.access.world import World, build, logged_in


@pytest.fixture(scope="package")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Both suppliers and everybody in the cast; gone again after the folder."""
    with django_db_blocker.unblock(), undone():
        yield build()


@pytest.fixture(scope="module")
def world(built: World, django_db_blocker: Any) -> Iterator[World]:
    """The same world for each file, with nobody logged in by another.

    Sessions are in the cookie: two queries a request less, and who asks is the same.
    """
    engine = "django.contrib.sessions.backends.signed_cookies"
    with django_db_blocker.unblock(), undone(), override_settings(SESSION_ENGINE=engine):
        yield replace(built, clients=logged_in(built.cast))


@contextmanager
def undone() -> Iterator[None]:
    """Undo in the end what was written meanwhile."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def undoing(world: World, db: None, monkeypatch: pytest.MonkeyPatch) -> Undoing:
    """What undoes the requests of one test; so whoever asks can be remembered between them."""
    known = Acquaintance()
    monkeypatch.setattr(AuthenticationBackend, "get_user", lambda _, key: known.get_user(key))
    return Undoing()
