"""The running month: judged the same way, but it raises watches, never levels."""

from datetime import timedelta

import pytest

from escalations.models import Episode, Judgement, Message
from escalations.services.watching import watch_running_month
from scorecards.periods import Month
from scorecards.rollup import drain
from suppliers.models import Supplier, User
from tests.escalations.facts import AT, TODAY, evaluated, external

pytestmark = pytest.mark.django_db
NOVEMBER = Month.of(TODAY)


def test_running_month_raises_a_watch_and_no_level(
    supplier_a: Supplier, supplier_b: Supplier, sqe: User, buyer: User, member_a: User
) -> None:
    external(supplier_a, counted=30, received=100_000, month=NOVEMBER)
    external(supplier_b, counted=3, received=100_000, month=NOVEMBER)
    assert watch_running_month(at=AT) is None  # nothing was rolled up yet
    drain(at=AT)
    changes = watch_running_month(at=AT)
    assert changes is not None
    (watch,) = changes.raised
    assert (watch.supplier, watch.level, watch.state) == (supplier_a, "watch", "open")
    assert list(Message.objects.values_list("event", "audience")) == [("watched", "quality")]
    assert Judgement.objects.filter(early=True, fired=False, supplier=supplier_b).count() == 2
    assert watch_running_month(at=AT) is None


def test_watch_lapses_once_its_month_is_judged_and_the_level_is_raised(
    supplier_a: Supplier,
) -> None:
    external(supplier_a, counted=7, received=100_000, month=NOVEMBER)
    drain(at=AT)
    watch_running_month(at=AT)
    evaluated()  # October, which ended clean, touches no watch
    assert Episode.objects.get().state == "open"
    later = AT + timedelta(days=25)
    outcome = evaluated(at=later, today=later.date())
    assert [episode.level for episode in outcome.raised] == ["8d"]
    watch = Episode.objects.get(level="watch")
    assert watch.state == "closed"
    assert "has ended and was judged" in watch.steps.order_by("-number")[0].reason
    assert not evaluated(at=later, today=later.date()).changed


def test_evidence_of_a_running_month_is_kept_once_a_day_or_when_it_turns(
    supplier_a: Supplier,
) -> None:
    external(supplier_a, counted=7, received=100_000, month=NOVEMBER)
    for day, received in ((0, 0), (0, 1_000), (1, 1_000), (1, 100_000)):
        external(supplier_a, received=received, month=NOVEMBER)
        at = AT + timedelta(days=day)
        drain(at=at)
        watch_running_month(at=at)
    rows = Judgement.objects.filter(threshold_ppm=50).order_by("number")
    assert [(row.received_qty, row.fired) for row in rows] == [
        (100_000, True),
        (102_000, True),
        (202_000, False),
    ]
    watch = Episode.objects.get()
    assert (watch.state, watch.hits.get().breaching) == ("open", False)
