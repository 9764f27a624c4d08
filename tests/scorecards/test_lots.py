"""Defect codes that count whole lots: a lot counts once, whoever rejects it and when."""

import csv
from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from django.test import Client

from scorecards.models import CountedReject, LateMark, SupplierMonth
from scorecards.periods import Month
from scorecards.queries.waiting import waiting_months
from scorecards.rollup import verify
from suppliers.models import DefectCode, Delivery, Reject, Supplier
from tests.factories import DefectCodeFactory, DeliveryFactory, RejectVerdictFactory
from tests.scorecards.facts import OCTOBER, deliver, roll_up, suspect

NOVEMBER = Month(2025, 11)


@pytest.fixture
def whole(db: None) -> DefectCode:
    code: DefectCode = DefectCodeFactory(counts="whole_lot")
    return code


@pytest.fixture
def lot(supplier_a: Supplier) -> Delivery:
    return deliver(supplier_a, 1_000)


def reject(lot: Delivery, code: DefectCode, pieces: int, month: Month = OCTOBER, **of: Any) -> Any:
    fields = {"delivery": lot, "part": lot.part, "plant": lot.plant, "defect_code": code, **of}
    return suspect(lot.supplier, pieces, month, **fields)


def take_back(lot: Delivery, pieces: int) -> Delivery:
    back: Delivery = DeliveryFactory(
        supplier=lot.supplier,
        plant=lot.plant,
        part=lot.part,
        received_on=date(2025, 11, 1),
        quantity=pieces,
        kind=lot.kind,
        reverses=lot,
    )
    return back


def counted(*months: Month) -> list[tuple[int, int]]:
    """Return what counts in months and how much is provisional; rows and a rebuild agree."""
    roll_up()
    assert verify() == []
    found = []
    for month in months:
        kept = SupplierMonth.objects.filter(month=month.first_day).first()
        rows = CountedReject.objects.filter(month=month.first_day)
        pair = (0, 0) if kept is None else (int(kept.counted_qty), int(kept.provisional_qty))
        assert pair[0] == sum(row.counted_qty for row in rows)
        assert pair[1] == sum(row.provisional_qty for row in rows)
        found.append(pair)
    return found


def test_several_rejects_of_a_lot_count_it_once(lot: Delivery, whole: DefectCode) -> None:
    rejects = [reject(lot, whole, pieces) for pieces in (5, 9, 7)]
    assert counted(OCTOBER) == [(1_000, 1_000)]
    assert [CountedReject.objects.get(pk=one.pk).counted_qty for one in rejects] == [1_000, 0, 0]
    assert SupplierMonth.objects.get(month=OCTOBER.first_day).incidents == 3


def test_another_lot_and_other_codes_count_beside_it(lot: Delivery, whole: DefectCode) -> None:
    other = deliver(lot.supplier, 200, part=lot.part, plant=lot.plant)
    for one in (lot, other, lot):
        reject(one, whole, 5)
    reject(lot, DefectCodeFactory(), 3)
    assert counted(OCTOBER) == [(1_203, 1_203)]


def test_what_was_reversed_of_a_lot_does_not_count(lot: Delivery, whole: DefectCode) -> None:
    reject(lot, whole, 5)
    assert counted(OCTOBER) == [(1_000, 1_000)]
    back = take_back(lot, 400)
    assert counted(OCTOBER) == [(600, 600)]
    Delivery.objects.filter(pk=back.pk).update(quantity=300)
    assert counted(OCTOBER) == [(700, 700)]
    back.delete()
    assert counted(OCTOBER) == [(1_000, 1_000)]


def test_pieces_rejected_of_a_lot_that_is_all_reversed_still_count(
    lot: Delivery, whole: DefectCode
) -> None:
    reject(lot, whole, 5)
    take_back(lot, 1_000)
    assert counted(OCTOBER) == [(5, 5)]


def test_the_lot_is_shared_as_the_confirmed_pieces_are(lot: Delivery, whole: DefectCode) -> None:
    one = reject(lot, whole, 10)
    RejectVerdictFactory(reject=one, confirmed_qty=9, supplier_qty=3, own_qty=6)
    assert counted(OCTOBER) == [(333, 0)]
    Delivery.objects.filter(pk=lot.pk).update(quantity=Decimal("100.5"))
    roll_up()
    assert CountedReject.objects.get(pk=one.pk).counted_qty == Decimal("33.5")


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_reject_that_counts_most_counts_the_lot(
    lot: Delivery, whole: DefectCode, order: tuple[int, ...]
) -> None:
    for index in order:
        one = reject(lot, whole, 8, complaint=f"Q-{index}")
        own = (4, 2, 8)[index]
        RejectVerdictFactory(reject=one, confirmed_qty=8, supplier_qty=8 - own, own_qty=own)
    assert counted(OCTOBER) == [(750, 0)]
    assert CountedReject.objects.get(counted_qty=750).reject.complaint == "Q-1"


def test_a_decided_reject_counts_the_lot_before_an_undecided_one(
    lot: Delivery, whole: DefectCode
) -> None:
    reject(lot, whole, 8)
    RejectVerdictFactory(reject=reject(lot, whole, 2))
    assert counted(OCTOBER) == [(1_000, 0)]


def test_a_lot_counts_once_in_all_months(lot: Delivery, whole: DefectCode) -> None:
    first = reject(lot, whole, 5)
    reject(lot, whole, 5, NOVEMBER)
    assert counted(OCTOBER, NOVEMBER) == [(1_000, 1_000), (0, 0)]
    RejectVerdictFactory(reject=first, confirmed_qty=5, supplier_qty=0, own_qty=5)
    assert counted(OCTOBER, NOVEMBER) == [(0, 0), (1_000, 1_000)]
    RejectVerdictFactory(reject=first, number=2)
    assert counted(OCTOBER, NOVEMBER) == [(1_000, 0), (0, 0)]
    Reject.objects.filter(pk=first.pk).update(delivery=None)
    assert counted(OCTOBER, NOVEMBER) == [(5, 0), (1_000, 1_000)]


def test_the_lots_of_a_code_that_changes_are_counted_anew(lot: Delivery, whole: DefectCode) -> None:
    reject(lot, whole, 5)
    reject(lot, DefectCodeFactory(counts="whole_lot"), 5, NOVEMBER)
    assert counted(OCTOBER, NOVEMBER) == [(1_000, 1_000), (0, 0)]
    DefectCode.objects.filter(pk=whole.pk).update(counts="pieces")
    assert counted(OCTOBER, NOVEMBER) == [(5, 5), (1_000, 1_000)]


def test_months_of_the_lot_s_other_rejects_wait_too(lot: Delivery, whole: DefectCode) -> None:
    reject(lot, whole, 5)
    reject(lot, whole, 5, NOVEMBER)
    roll_up()
    take_back(deliver(lot.supplier, 10), 3)
    roll_up()
    RejectVerdictFactory(reject=Reject.objects.get(detected_on=NOVEMBER.first_day))
    assert LateMark.objects.get().delivery == lot
    assert set(waiting_months([lot.supplier_id])) == {OCTOBER, NOVEMBER}


def test_the_record_says_that_another_reject_counts_the_lot(
    lot: Delivery, whole: DefectCode, sqe_client: Client
) -> None:
    first, second = reject(lot, whole, 5), reject(lot, whole, 5)
    says = f"Reject {first} counts the same lot"
    assert says not in sqe_client.get(f"/rejects/{first.pk}/").content.decode()
    assert says in sqe_client.get(f"/rejects/{second.pk}/").content.decode()


def test_rows_say_which_reject_counts_the_lot(
    sqe_client: Client, lot: Delivery, whole: DefectCode
) -> None:
    first, second = (reject(lot, whole, pieces) for pieces in (5, 9))
    reject(lot, DefectCodeFactory(), 3)
    roll_up()
    figure = f"/suppliers/{lot.supplier.code}/figures/external_ppm/{OCTOBER}/"
    page = sqe_client.get(figure).content.decode()
    assert page.count("lot counted by") == 1
    assert f"lot counted by {first}" in page
    streamed = sqe_client.get(f"{figure}rejects.csv")
    file = b"".join(streamed).decode("utf-8-sig")
    found = list(csv.DictReader(file.splitlines()))
    said = {row["Complaint"]: (row["Counts"], row["Lot counted by"]) for row in found}
    assert said[second.complaint] == ("0", str(first))
    assert said[first.complaint] == ("1000", "")
    asked = {"supplier": lot.supplier.code}
    asked |= {"month": str(OCTOBER), "rows": "rejects"}
    answer = sqe_client.get("/api/v1/arithmetic/rows/", asked).json()
    by = {row["record"]: row["counted_by"] for row in answer["results"]}
    assert (by[str(first)], by[str(second)]) == ("", str(first))
