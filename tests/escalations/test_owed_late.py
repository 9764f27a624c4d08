"""Rejects recorded too late for immediate rules: they raise nothing, and somebody is told."""

from datetime import UTC, date, datetime, timedelta

import pytest

from escalations.models import Episode
from escalations.owed import Scope
from escalations.queries.owed_late import owed_on_late_rejects
from escalations.services.records import judge_rejects
from suppliers.models import Supplier, User
from tests.escalations.facts import noon
from tests.factories import DeliveryFactory, RejectFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 12, 8, tzinfo=UTC)
TODAY = date(2026, 11, 12)
LONG_AGO = TODAY - timedelta(days=100)


def shown(user: User | None = None, *, today: date = TODAY) -> list[str]:
    return [one.what for one in owed_on_late_rejects(Scope(user=user, at=noon(today)))]


def test_late_line_stops_are_shown_for_two_weeks(
    supplier_a: Supplier, sqe: User, member_b: User
) -> None:
    late = {"supplier": supplier_a, "detected_on": LONG_AGO, "recorded_at": NOW}
    RejectFactory(**late, severity="line_stop")
    assert shown() == [], "the supplier's history is being loaded"
    DeliveryFactory(supplier=supplier_a, recorded_at=NOW - timedelta(days=60))
    RejectFactory(**late, severity="sorting")
    RejectFactory(**late | {"detected_on": TODAY - timedelta(days=400)}, severity="line_stop")
    RejectFactory(**late | {"detected_on": TODAY}, severity="line_stop")
    judge_rejects(at=NOW)
    assert Episode.objects.count() == 1  # of today's
    (one,) = owed_on_late_rejects(Scope(user=sqe, at=noon(TODAY)))
    assert one.what == "1 reject was recorded more than 90 days after it was detected"
    assert (one.supplier_id, one.since, one.due_on) == (supplier_a.pk, TODAY, None)
    assert shown(member_b) == []
    assert shown(today=TODAY + timedelta(days=20)) == []
