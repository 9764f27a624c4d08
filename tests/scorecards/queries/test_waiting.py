"""A changed master waits like a changed fact: for publication, the board and what is missing."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from scorecards.models import LateMark, Scorecard, StaleKey
from scorecards.periods import Month
from scorecards.queries.board import month_board
from scorecards.queries.missing import missing
from scorecards.queries.waiting import waiting_months
from scorecards.rollup import drain
from scorecards.services.publication import FiguresStaleError, publish_month, restate
from suppliers.models import Reject, Supplier, User
from tests.factories import DeliveryFactory, RejectFactory

OCTOBER = Month(2026, 10)
NOW = datetime(2026, 11, 10, 9, 30, tzinfo=UTC)


@pytest.fixture
def reject(supplier_a: Supplier, supplier_b: Supplier) -> Reject:
    """A and B deliver other parts; A's was rejected."""
    for supplier in (supplier_b, supplier_a):
        delivery = DeliveryFactory(supplier=supplier, received_on=OCTOBER.first_day)
    found: Reject = RejectFactory(
        supplier=supplier_a, part=delivery.part, detected_on=OCTOBER.first_day
    )
    drain(at=NOW)
    return found


def of_the_part(reject: Reject) -> LateMark:
    return LateMark(supplier=reject.supplier, part=reject.part)


def of_any_suppliers_part(reject: Reject) -> LateMark:
    return LateMark(part=reject.part)


def of_the_code(reject: Reject) -> LateMark:
    return LateMark(defect_code=reject.defect_code)


MARKS = [of_the_part, of_any_suppliers_part, of_the_code]


@pytest.mark.parametrize("mark", MARKS)
def test_late_mark_waits_for_exactly_those_it_touches(
    reject: Reject, supplier_b: Supplier, mark: Callable[[Reject], LateMark]
) -> None:
    mark(reject).save()

    expected = waiting_months(Supplier.objects.all())
    assert expected == {OCTOBER: {reject.supplier_id}}
    with pytest.raises(FiguresStaleError, match="1 months of ALFA-4711"):
        publish_month(month=OCTOBER, by=None, at=NOW)
    only = Supplier.objects.filter(pk=supplier_b.pk)
    assert publish_month(month=OCTOBER, by=None, at=NOW, suppliers=only).published


def test_new_counting_policy_keeps_everybody_waiting(reject: Reject, supplier_b: Supplier) -> None:
    LateMark.objects.create()

    assert waiting_months([supplier_b.pk])[OCTOBER] == {supplier_b.pk}
    with pytest.raises(FiguresStaleError):
        publish_month(month=OCTOBER, by=None, at=NOW)
    drain(at=NOW)
    assert len(publish_month(month=OCTOBER, by=None, at=NOW).published) == 2
    LateMark.objects.create()
    with pytest.raises(FiguresStaleError):
        restate(supplier=reject.supplier, month=OCTOBER, reason="Counted anew.", by=None, at=NOW)
    assert Scorecard.objects.count() == 2


def test_board_and_what_is_missing_name_them_once(reject: Reject, sqe: User) -> None:
    of_the_part(reject).save()
    StaleKey.objects.create(supplier=reject.supplier, month=OCTOBER.first_day)

    [row] = month_board(suppliers=Supplier.objects.all(), at=NOW)
    assert row.stale == 1
    [stale] = [kind for kind in missing(OCTOBER, user=sqe) if kind.slug == "stale"]
    assert [item.name for item in stale.items] == [reject.supplier.code]


def test_nothing_waits_after_the_drain(reject: Reject) -> None:
    of_the_code(reject).save()
    drain(at=NOW)

    assert waiting_months(Supplier.objects.all()) == {}
