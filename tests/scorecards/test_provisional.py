"""What an undecided reject counts under each policy: released pieces never, parts as measured."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from scorecards.models import CountedReject, CountingPolicy, SupplierMonth
from scorecards.rollup import verify
from suppliers.models import Reject, Supplier
from suppliers.services import imports
from tests.factories import DefectCodeFactory, PartFactory, PlantFactory, RejectFactory
from tests.scorecards.facts import OCTOBER, roll_up

QUANTITIES = ("suspect_qty", "checked_qty", "confirmed_qty", "released_qty")


def undecided(supplier: Supplier, quantities: str, counts: str = "pieces") -> Reject:
    """Record a reject by its suspect, checked, confirmed and released pieces."""
    found: Reject = RejectFactory(
        supplier=supplier,
        detected_on=OCTOBER.first_day,
        defect_code=DefectCodeFactory(counts=counts),
        **dict(zip(QUANTITIES, map(Decimal, quantities.split()), strict=True)),
    )
    return found


def counted(reject: Reject) -> Decimal:
    """Return what the roll-up counts; the row and a rebuild agree."""
    roll_up()
    assert verify() == []
    row = CountedReject.objects.get(pk=reject.pk)
    month = SupplierMonth.objects.get(supplier=reject.supplier)
    assert month.counted_qty == month.provisional_qty == row.counted_qty == row.provisional_qty
    return Decimal(row.counted_qty)


def count_by(rule: str) -> None:
    if CountingPolicy.objects.in_force().provisional != rule:
        CountingPolicy.objects.create(version=2, provisional=rule, reason="Tried in a test.")


@pytest.mark.parametrize(
    ("rule", "quantities", "counts"),
    [
        ("found_only", "100 0 0 100", "0"),
        ("found_only", "100 40 10 90", "10"),
        ("extrapolated", "100 0 0 100", "0"),  # released without having been checked by number
        ("extrapolated", "100 0 0 70", "30"),
        ("extrapolated", "100 20 10 80", "20"),  # a half of 100, but 80 are good
        ("extrapolated", "100 20 10 30", "50"),
        ("extrapolated", "100 100 4 96", "4"),
        ("whole_lot", "100 0 0 100", "0"),
        ("whole_lot", "100 0 0 70", "30"),
        ("whole_lot", "100 20 10 80", "20"),
    ],
)
def test_released_pieces_never_count(
    supplier_a: Supplier, rule: str, quantities: str, counts: str
) -> None:
    count_by(rule)
    assert counted(undecided(supplier_a, quantities)) == Decimal(counts)


@pytest.mark.parametrize("rule", ["found_only", "extrapolated", "whole_lot"])
@pytest.mark.parametrize("code", ["pieces", "incident", "whole_lot"])
def test_a_reject_whose_pieces_are_all_released_counts_nothing(
    supplier_a: Supplier, rule: str, code: str
) -> None:
    count_by(rule)
    reject = undecided(supplier_a, "100 0 0 100", code)
    assert counted(reject) == 0
    assert CountedReject.objects.get(pk=reject.pk).incidents == 0


@pytest.mark.parametrize(
    ("quantities", "counts"),
    [
        ("100 30 1 0", "3"),  # whole pieces: 3.33 of them are none
        ("10 4 1 0", "3"),
        ("2.5 1.2 0.4 0", "0.833"),  # kilograms
        ("0.9 0.6 0.2 0", "0.3"),
        ("100.5 30 1 0", "3.35"),
    ],
)
def test_a_share_of_measured_parts_is_not_rounded_to_whole_ones(
    supplier_a: Supplier, quantities: str, counts: str
) -> None:
    assert counted(undecided(supplier_a, quantities)) == Decimal(counts)


@pytest.mark.parametrize(
    ("rule", "quantities", "says"),
    [
        (
            "extrapolated",
            "100 0 0 70",
            "Suspect: 100 pieces; released: 70. The rest counts: 30 pieces.",
        ),
        (
            "whole_lot",
            "100 9 1 70",
            "Suspect: 100 pieces; released: 70. The rest counts: 30 pieces.",
        ),
        ("extrapolated", "100 20 10 80", "At most what is not released counts: 20 pieces."),
    ],
)
def test_the_record_says_that_released_pieces_do_not_count(
    supplier_a: Supplier, sqe_client: Client, rule: str, quantities: str, says: str
) -> None:
    count_by(rule)
    reject = undecided(supplier_a, quantities)
    html = sqe_client.get(f"/rejects/{reject.pk}/").content.decode()
    assert says in html
    assert "Another report" not in html


def test_released_pieces_count_in_no_way_they_come(
    supplier_a: Supplier, sqe_client: Client
) -> None:
    """By a file, and written down through the API and on the page."""
    import_of(supplier_a, "I-1;100;70\nI-2;100;100\n")
    in_file = Reject.objects.filter(complaint__startswith="I-")
    roll_up()
    assert sorted(count.counted_qty for count in CountedReject.objects.all()) == [0, 30]
    in_file.delete()
    found = {"checked_qty": "0", "confirmed_qty": "0", "released_qty": "60", "reason": "Papers."}
    by_api, by_page = undecided(supplier_a, "100 0 0 0"), undecided(supplier_a, "100 0 0 0")
    api = sqe_client.post(
        f"/api/v1/rejects/{by_api.pk}/sorting/", found, content_type="application/json"
    )
    page = sqe_client.post(f"/rejects/{by_page.pk}/sorting/", {**found, "seen": "0"})
    assert (api.status_code, page.status_code) == (200, 302)
    roll_up()
    assert [count.counted_qty for count in CountedReject.objects.all()] == [40, 40]
    assert SupplierMonth.objects.get(supplier=supplier_a).counted_qty == 80


def import_of(supplier: Supplier, rows: str) -> None:
    plant, part = PlantFactory(), PartFactory()
    there = f"{supplier.code};{plant.code};{part.number};{OCTOBER.first_day};S"
    text = "complaint;suspect_qty;released_qty;supplier;plant;part;detected_on;defect_code\n"
    text += "".join(f"{row};{there}\n" for row in rows.splitlines())
    batch = imports.upload(
        kind="rejects",
        file=ContentFile(text.encode(), name="rejects.csv"),
        filename="rejects.csv",
        by=None,
        confirmed=True,
    )
    imports.work(batch_id=batch.pk, at=datetime(2025, 11, 2, tzinfo=UTC))
    assert Reject.objects.filter(supplier=supplier).count() == len(rows.splitlines())
