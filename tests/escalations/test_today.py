"""What is owed, in one registry: Today, the supplier's own page and purchasing's list."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from escalations.enums import Audience
from escalations.models import Episode
from escalations.owed import Scope, owed
from escalations.queries.today import today_for
from escalations.services.proposals import propose
from escalations.services.records import judge_rejects
from escalations.workflow import Level
from suppliers.enums import ImportOutcome, ImportState, Responsibility
from suppliers.models import Supplier, User
from tests.escalations.facts import AT, TODAY, evaluated, external, noon
from tests.factories import (
    ImportBatchFactory,
    PartFactory,
    RejectFactory,
    SupplierContactFactory,
    SupplierFactory,
)
from tests.scorecards.facts import roll_up
from tests.suppliers.services.records import dispute_of, reject_of

pytestmark = pytest.mark.django_db
LATER = date(2026, 11, 20)


@pytest.fixture
def raised(supplier_a: Supplier, member_a: User, sqe: User) -> Supplier:
    """An 8D and controlled shipping since 12 November, a dispute, an import with a conflict."""
    external(supplier_a, counted=26, received=250_000)
    evaluated()
    dispute_of(reject_of(supplier_a, complaint="C-7"), member_a)
    batch = ImportBatchFactory(filename="october.csv", state=ImportState.READY)
    batch.rows.create(number=1, values=[], outcome=ImportOutcome.CONFLICT, record=1)
    return supplier_a


def test_sections_hold_what_needs_the_reader_most_urgent_first(raised: Supplier, sqe: User) -> None:
    found = today_for(sqe, at=noon(LATER))
    assert [(section.key, len(section.rows)) for section in found] == [
        ("late", 4),
        ("decide", 1),
        ("awaited", 1),
    ]
    late, decide, awaited = found
    assert [(one.level, one.action, one.due_on) for one in late.rows] == [
        ("cs1", "Complete and send it", date(2026, 11, 13)),
        ("cs1", "Acknowledge", date(2026, 11, 17)),
        ("8d", "Acknowledge", date(2026, 11, 17)),
        ("", "Answer", late.rows[3].due_on),
    ]
    assert late.rows[3].what.startswith("Answer to the dispute of C-7")
    assert [one.action for one in decide.rows] == ["Decide the conflicts"]
    assert awaited.rows[0].what.startswith("D3 containment, 8D-2026-")
    assert [one.why for one in late.rows if one.action == "Acknowledge"] == [
        "External PPM 104 in October 2026"
    ] * 2


def test_case_of_single_rejects_says_of_which_part(supplier_a: Supplier, sqe: User) -> None:
    part = PartFactory(number="4711")
    RejectFactory(supplier=supplier_a, part=part, severity="line_stop", detected_on=TODAY)
    judge_rejects(at=AT)
    raised = [one for one in owed(Scope(at=noon(TODAY), user=sqe)) if one.action == "Acknowledge"]
    assert [one.why for one in raised] == ["Incidents, part 4711"]


def test_an_inbox_is_its_readers_suppliers_and_those_of_nobody(raised: Supplier, sqe: User) -> None:
    SupplierContactFactory(supplier=raised, responsibility=Responsibility.SQE)
    assert [s.key for s in today_for(sqe, at=noon(LATER))] == ["decide"]  # the import alone
    assert len(today_for(sqe, at=noon(LATER), mine=False)) == 3
    SupplierContactFactory(
        supplier=raised, responsibility=Responsibility.SQE, user=sqe, is_deputy=True
    )
    assert len(today_for(sqe, at=noon(LATER))) == 3


def test_what_waits_for_approval_is_any_quality_managers(
    supplier_a: Supplier, sqe: User, quality_manager: User
) -> None:
    SupplierContactFactory(supplier=supplier_a, responsibility=Responsibility.SQE, user=sqe)
    case = propose(
        supplier=supplier_a,
        metric="external_ppm",
        level=Level.CS2,
        because="It comes back.",
        by=sqe,
        at=AT,
    )
    (section,) = today_for(quality_manager, at=noon(LATER))
    assert [(one.url, one.action) for one in section.rows] == [
        (case.get_absolute_url(), "Approve or decline")
    ]
    assert today_for(sqe, at=noon(LATER)) == []


def test_pages_show_it_and_each_side_only_its_own(
    raised: Supplier,
    supplier_b: Supplier,
    sqe_client: Client,
    buyer_client: Client,
    member_a_client: Client,
    member_b_client: Client,
) -> None:
    page = sqe_client.get("/today/").content.decode()
    assert "Acknowledge" in page
    assert "october.csv" in page
    own = member_a_client.get(f"/escalations/supplier/{raised.code}/owed/").content.decode()
    assert "D3 containment" in own
    assert "Acknowledge" not in own
    assert member_b_client.get(f"/escalations/supplier/{raised.code}/owed/").status_code == 404
    bought = buyer_client.get("/my-suppliers/").content.decode()
    assert "No shipment of the affected parts" in bought
    assert "D3 containment" in bought
    everything = owed(Scope(at=noon(LATER)))
    theirs = [one.key for one in everything if one.owner is Audience.SUPPLIER]
    seen = owed(Scope(at=noon(LATER), user=None, supplier_ids=[raised.pk]))
    assert [one.key for one in seen if one.owner is Audience.SUPPLIER] == theirs


@pytest.mark.parametrize("address", ["/today/", "/my-suppliers/"])
def test_queries_do_not_grow_with_rows(
    address: str, raised: Supplier, administrator_client: Client
) -> None:
    roll_up()
    administrator_client.get(address)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert administrator_client.get(address).status_code == 200
        return len(queries)

    with_one = count()
    for supplier in SupplierFactory.create_batch(2, in_tier=1):
        external(supplier, counted=26, received=250_000)
    evaluated(at=AT + timedelta(minutes=1))
    roll_up()
    assert Episode.objects.count() == 6
    assert count() <= with_one
    assert with_one <= 41
