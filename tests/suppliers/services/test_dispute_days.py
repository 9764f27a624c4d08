"""An answer is late by one clock: that of the plant which the dispute concerns."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from escalations.owed import Scope
from escalations.queries.owed_disputes import owed_on_disputes
from suppliers.models import Dispute, Supplier, User
from suppliers.queries.dispute_days import zones_of
from suppliers.services.disputes import pass_on_overdue
from tests.factories import DeliveryFactory, DisputeFactory, PlantFactory, WarrantyReturnFactory
from tests.suppliers.services.records import dispute_of, reject_of

pytestmark = pytest.mark.django_db

# Five working days before the 18th, in China and in Germany.
OPENED = datetime(2026, 3, 11, 2, tzinfo=UTC)
DUE = date(2026, 3, 18)
# Evening of the 18th in Europe, early on the 19th in China.
EVENING = datetime(2026, 3, 18, 17, tzinfo=UTC)


def of_a_reject(supplier: Supplier, by: User) -> Dispute:
    ningbo = PlantFactory(country="CN", time_zone="Asia/Shanghai")
    return dispute_of(reject_of(supplier, plant=ningbo), by, at=OPENED)


def of_a_return(supplier: Supplier, by: User) -> Dispute:
    """Open one about a return whose part went to Germany and last to China."""
    returned = WarrantyReturnFactory(supplier=supplier, quantity=50)
    of_it = {"supplier": supplier, "part": returned.part}
    DeliveryFactory(**of_it, received_on=date(2026, 3, 1))
    ningbo = PlantFactory(country="CN", time_zone="Asia/Shanghai")
    DeliveryFactory(**of_it, plant=ningbo, received_on=date(2026, 3, 2))
    DeliveryFactory(supplier=supplier, received_on=date(2026, 3, 5))
    return dispute_of(returned, by, at=OPENED)


@pytest.mark.parametrize("make", [of_a_reject, of_a_return])
@pytest.mark.parametrize(("later", "late"), [(timedelta(hours=-2), False), (timedelta(0), True)])
def test_list_page_today_and_the_tick_agree_on_what_is_overdue(
    supplier_a: Supplier,
    member_a: User,
    sqe_client: Client,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Supplier, User], Dispute],
    later: timedelta,
    late: bool,
) -> None:
    dispute = make(supplier_a, member_a)
    at = EVENING + later
    monkeypatch.setattr(timezone, "now", lambda: at)
    assert dispute.due_on == DUE

    assert ("overdue" in sqe_client.get("/disputes/").content.decode()) is late
    assert ("overdue" in sqe_client.get(f"/disputes/{dispute.pk}/").content.decode()) is late
    (owed,) = owed_on_disputes(Scope(at=at))
    assert (owed.local.zone, owed.is_late) == ("Asia/Shanghai", late)
    assert pass_on_overdue(at=at) == late


def test_returns_cost_the_list_no_query_each(
    supplier_a: Supplier,
    member_a: User,
    sqe_client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _more in (1, 4):
        for _one in range(_more):
            of_a_return(supplier_a, member_a)
        with django_assert_max_num_queries(9):
            sqe_client.get("/disputes/")


def test_published_line_is_answered_where_the_supplier_delivered_last(supplier_a: Supplier) -> None:
    dispute = DisputeFactory(
        reject=None, supplier=supplier_a, published_line="external_ppm 2026-03"
    )
    assert zones_of([dispute]) == {dispute.pk: supplier_a.time_zone}
    DeliveryFactory(supplier=supplier_a, plant__time_zone="America/Mexico_City")
    assert zones_of([dispute]) == {dispute.pk: "America/Mexico_City"}
