"""Cases and measures keep what they said before each change, whoever changes them."""

from datetime import date
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection

from escalations.models import EightD, Episode
from suppliers.models import Supplier
from tests.escalations.facts import evaluated, external

pytestmark = pytest.mark.django_db


@pytest.fixture
def measure(supplier_a: Supplier) -> EightD:
    external(supplier_a, counted=13, received=250_000)
    evaluated()
    return EightD.objects.get()


def logged(record: Any, field: str) -> list[Any]:
    """Return what the log says of a field, oldest first."""
    events: Any = apps.get_model("escalations", f"{type(record).__name__}Event")
    rows = events.objects.filter(pgh_obj=record).order_by("pgh_id")
    return list(rows.values_list("pgh_label", field))


def test_changed_measure_keeps_what_it_said(measure: EightD) -> None:
    first, second = measure.d8_due_on, date(2029, 1, 1)
    for day in (second, date(2029, 2, 1)):
        EightD.objects.filter(pk=measure.pk).update(d8_due_on=day)
    assert logged(measure, "d8_due_on") == [("update", first), ("update", second)]


def test_changed_episode_keeps_what_it_said(measure: EightD) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE escalations_episode SET last_month = '2026-11-01'")
    assert ("update", date(2026, 10, 1)) in logged(measure.episode, "last_month")


def test_every_audit_of_updates_knows_where_a_row_began() -> None:
    """Either insertions are logged too, or updates log the row as it was before."""
    triggers = {(model, one.name): one for model, one in pgtrigger.registered()}
    updates = {model: one for (model, name), one in triggers.items() if name == "update_update"}
    assert {EightD, Episode} <= set(updates)
    for model, update in updates.items():
        assert (model, "insert_insert") in triggers or getattr(update, "row", "") == "OLD", model
