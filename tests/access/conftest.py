"""One world for a whole file: building it costs more than asking it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.access.undoing import Undoing
from tests.access.world import World, build


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Both suppliers and everybody in the cast; gone again after the file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def undoing(world: World, db: None) -> Undoing:
    """What undoes the requests of one test."""
    return Undoing()
