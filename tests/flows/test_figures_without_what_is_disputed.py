"""A figure without the disputed asks the rule that counts: a lot and an issue go to the next."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from scorecards.queries.dispute_effect import dispute_effect
from scorecards.queries.disputed import Disputed, disputed
from scorecards.queries.figures import supplier_series, window_figure
from scorecards.queries.scopes import of_supplier
from scorecards.rollup import drain
from suppliers.enums import DisputeAction
from suppliers.models import Reject, Supplier, User
from suppliers.services.disputes import answer, appeal
from suppliers.services.verdicts import decide_reject
from tests.factories import DefectCodeFactory, DeliveryFactory, PartFactory, PlantFactory
from tests.suppliers.services.records import AT, dispute_of, reject_of, split

pytestmark = pytest.mark.django_db
MARCH = Month(2026, 3)


def lot(supplier: Supplier, **fields: Any) -> list[Reject]:
    """Return two rejects of one lot of 500 of which the second was decided: half of it counts."""
    delivery = DeliveryFactory(supplier=supplier, quantity=500)
    code = DefectCodeFactory(counts="whole_lot")
    about: Any = {"delivery": delivery, "part": delivery.part, "defect_code": code}
    return [reject_of(supplier, **about), reject_of(supplier, line="2", **about, **fields)]


def half(reject: Reject, by: User) -> None:
    decide_reject(reject=reject, split=split(50, own=50), reason="Half.", by=by, at=AT)


def shown(supplier: Supplier, window: Window = Window.MONTH) -> Disputed | None:
    drain(at=AT)
    series = supplier_series(supplier_id=supplier.pk, metric=Metric.EXTERNAL_PPM)
    figure = window_figure(series, metric=Metric.EXTERNAL_PPM, window=window, end=MARCH)
    first = MARCH if window is Window.MONTH else MARCH.minus(11)
    return disputed(figure, scope=of_supplier(supplier), first=first)


def test_a_disputed_lot_is_counted_by_its_other_reject(
    supplier_a: Supplier, member_a: User, sqe: User
) -> None:
    first, second = lot(supplier_a)
    half(second, sqe)
    dispute = dispute_of(first, member_a, claimed=500)
    found = shown(supplier_a)
    assert found is not None
    assert [found.quantity, found.without.counted] == [250, 250]
    assert [each.without.counted for each in dispute_effect(dispute).windows] == [250, 250]


def test_a_disputed_lot_that_another_reject_counts_as_well_is_no_less(
    supplier_a: Supplier, member_a: User
) -> None:
    first, _second = lot(supplier_a)
    dispute = dispute_of(first, member_a, claimed=500)
    assert shown(supplier_a) is None
    assert dispute_effect(dispute).windows[0].without.counted == 500


def test_a_lot_goes_to_its_reject_of_another_month(
    supplier_a: Supplier, member_a: User, sqe: User
) -> None:
    """March loses all 500; the twelve months lose 250, as February's reject counts the rest."""
    first, second = lot(supplier_a, detected_on=date(2026, 2, 9))
    half(second, sqe)
    dispute = dispute_of(first, member_a, claimed=500)
    found = [shown(supplier_a, window) for window in (Window.MONTH, Window.ROLLING_12)]
    assert [each and each.without.counted for each in found] == [0, 250]
    assert [each.without.counted for each in dispute_effect(dispute).windows] == [0, 250]


def test_half_a_lot_disputed_leaves_it_to_the_reject_that_counts_most(
    supplier_a: Supplier, member_a: User, sqe: User
) -> None:
    first, second = lot(supplier_a)
    half(second, sqe)
    dispute_of(first, member_a, claimed=200)
    found = shown(supplier_a)
    assert found is not None
    assert found.without.counted == 300


def test_the_reject_that_does_not_count_the_lot_is_not_disputed(
    supplier_a: Supplier, member_a: User
) -> None:
    first, second = lot(supplier_a)
    dispute_of(first, member_a, claimed=500)
    with pytest.raises(ValidationError, match="nothing to dispute"):
        dispute_of(second, member_a, claimed=500)


def test_an_issue_of_a_part_family_is_counted_by_one_report_without_the_disputed(
    supplier_a: Supplier, member_a: User
) -> None:
    """Three plants report one part by three numbers, of which each supersedes the one before."""
    code = DefectCodeFactory(counts="incident")
    part, reports = None, list[Reject]()
    for plant in ("BER", "LEJ", "MUC"):
        part = PartFactory(supersedes=part)
        about: Any = {"part": part, "plant": PlantFactory(code=plant), "defect_code": code}
        severity = "sorting" if reports else "line_stop"
        reports.append(reject_of(supplier_a, complaint="Q-7", severity=severity, **about))
    dispute = dispute_of(reports[0], member_a, claimed=1)
    assert shown(supplier_a) is None
    assert dispute_effect(dispute).windows[0].without.counted == 1


def test_pages_and_api_say_the_same_without_the_disputed(
    supplier_a: Supplier, member_a: User, sqe: User, sqe_client: Client
) -> None:
    first, second = lot(supplier_a)
    half(second, sqe)
    dispute = dispute_of(first, member_a, claimed=500)
    drain(at=AT)
    figure = f"/suppliers/{supplier_a.code}/figures/external_ppm/2026-03/"
    query = {"metric": "external_ppm", "window": "month", "month": "2026-03"}
    query |= {"scope": "supplier", "supplier": supplier_a.code}
    said = sqe_client.get("/api/v1/arithmetic/", query).json()["disputed"]
    assert [Decimal(said["quantity"]), Decimal(said["value_without"])] == [250, 500_000]
    assert "250 of the counted pieces are disputed" in html_of(sqe_client, figure)
    assert "without them it would be 500,000 PPM" in html_of(sqe_client, figure)
    assert "500,000" in html_of(sqe_client, f"/disputes/{dispute.pk}/figure/")
    page = html_of(sqe_client, f"/disputes/{dispute.pk}/")
    assert "<dt>Counted when it was opened</dt><dd>500</dd>" in page
    assert "Counted when it was appealed" not in page


def test_page_says_which_reject_would_count_without_the_claim(
    supplier_a: Supplier, member_a: User, sqe_client: Client
) -> None:
    first, second = lot(supplier_a)
    dispute = dispute_of(first, member_a, claimed=500)
    drain(at=AT)
    page = html_of(sqe_client, f"/disputes/{dispute.pk}/figure/")
    link = f'<a href="/rejects/{second.pk}/">Reject {second}</a>'
    assert f"{link} would then count instead: 500 pieces." in page


def test_nothing_is_left_to_appeal_where_another_reject_counts_the_lot(
    supplier_a: Supplier, member_a: User, sqe: User, member_a_client: Client
) -> None:
    """Half of the lot stays with the first reject, so the second, undecided one counts it."""
    first, second = lot(supplier_a)
    dispute = dispute_of(first, member_a, claimed=500)
    answer(
        dispute=dispute, action=DisputeAction.UPHOLD_PARTLY, reason="Half of it.",
        decided=split(50, own=50), by=sqe, at=AT,
    )  # fmt: skip
    drain(at=AT)
    page = html_of(member_a_client, f"/disputes/{dispute.pk}/figure/")
    link = f'<a href="/rejects/{second.pk}/">reject {second}</a>'
    assert f"The whole lot counts once; it is counted by {link}." in page
    with pytest.raises(ValidationError, match="nothing to appeal against"):
        appeal(dispute=dispute, reason="All of it.", by=member_a, at=AT)
    dispute.refresh_from_db()
    assert dispute.state == "partly_upheld"


def test_forms_say_what_a_lot_counts(
    supplier_a: Supplier, member_a: User, member_a_client: Client, sqe_client: Client
) -> None:
    first, _second = lot(supplier_a)
    assert "<dt>Counts now</dt><dd>500 pieces<span" in html_of(
        member_a_client, f"/rejects/{first.pk}/dispute/"
    )
    dispute = dispute_of(first, member_a, claimed=500)
    said = html_of(sqe_client, f"/disputes/{dispute.pk}/answer/")
    assert (
        f'<dt>Counts now</dt><dd>500 pieces<span class="sub">{first.defect_code.code}: Whole lot'
        in said
    )


def test_one_piece_is_one_piece(supplier_a: Supplier, member_a: User, sqe_client: Client) -> None:
    dispute = dispute_of(reject_of(supplier_a), member_a, claimed=1)
    drain(at=AT)
    assert "should not count: 1 piece." in html_of(sqe_client, f"/disputes/{dispute.pk}/")


def test_a_reject_whose_lot_counts_elsewhere_says_that_alone(
    supplier_a: Supplier, sqe_client: Client
) -> None:
    first, second = lot(supplier_a)
    drain(at=AT)
    page = html_of(sqe_client, f"/rejects/{second.pk}/")
    assert f"Reject {first} counts the same lot, so this one adds nothing." in page
    assert "counts provisionally" not in page
    assert "suspect counts" not in page


def html_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())
