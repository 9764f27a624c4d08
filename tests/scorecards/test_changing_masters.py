"""Tiers, groups, parts and units change; each month keeps what held in it, and nothing is lost."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from scorecards.enums import ScopeKind
from scorecards.formulas.rates import FigureState
from scorecards.metrics import Metric
from scorecards.models import SupplierMonth
from scorecards.periods import Month, Window
from scorecards.queries.causes import top_parts
from scorecards.queries.figures import WindowFigure, monthly_counts, supplier_series, window_figure
from scorecards.queries.repeats import repeats
from scorecards.rollup import verify
from suppliers.enums import DeliveryKind, PartPhase
from suppliers.models import Supplier, SupplierGroup, SupplierGroupMembership, User
from suppliers.queries.part_chains import families
from suppliers.services.groups import MergeIntoItselfError, merge_groups
from tests.factories import (
    DefectCodeFactory,
    DeliveryFactory,
    PartFactory,
    PlantFactory,
    RejectVerdictFactory,
    SupplierFactory,
    SupplierGroupFactory,
    SupplierGroupMembershipFactory,
    SupplierPartFactory,
    SupplierTierFactory,
)
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up, suspect

MERGED = OCTOBER.first_day
SEPTEMBER = OCTOBER.minus(1)


def figure_of(supplier: Supplier, month: Month = OCTOBER) -> WindowFigure:
    roll_up()
    series = supplier_series(supplier_id=supplier.pk, metric=Metric.EXTERNAL_PPM)
    return window_figure(series, metric=Metric.EXTERNAL_PPM, window=Window.MONTH, end=month)


def received(scope: ScopeKind, key: int) -> dict[str, Decimal]:
    """Return what a tier or group received by month, for the last two months."""
    roll_up()
    counts = monthly_counts(
        metric=Metric.EXTERNAL_PPM, scope=scope, keys=[key], first=SEPTEMBER, last=OCTOBER
    )
    return {str(month): counts.received for month, counts in counts.get(key, {}).items()}


# -- tiers and groups ---------------------------------------------------------


def test_a_month_uses_the_tier_valid_at_its_end(supplier_b: Supplier) -> None:
    moving: Supplier = SupplierFactory()
    change = date(2025, 10, 31)
    one = SupplierTierFactory(supplier=moving, tier__level=1, during=DateRange(None, change)).tier
    two = SupplierTierFactory(supplier=moving, tier__level=2, during=DateRange(change, None)).tier
    for month in (SEPTEMBER, OCTOBER):
        deliver(moving, 1_000, month)
    assert received(ScopeKind.TIER, one.pk) == {"2025-09": 1_000}
    assert received(ScopeKind.TIER, two.pk) == {"2025-10": 1_000}


def test_a_supplier_is_in_one_group_at_a_time(supplier_a: Supplier) -> None:
    SupplierGroupMembershipFactory(supplier=supplier_a, during=DateRange(None, MERGED))
    SupplierGroupMembershipFactory(supplier=supplier_a, during=DateRange(MERGED, None))
    with pytest.raises(IntegrityError, match="supplier_group_no_overlap"), transaction.atomic():
        SupplierGroupMembershipFactory(
            supplier=supplier_a, during=DateRange(date(2025, 9, 1), date(2025, 9, 2))
        )


@pytest.fixture
def merging(supplier_a: Supplier, supplier_b: Supplier) -> tuple[SupplierGroup, SupplierGroup]:
    """One group with A, another with B and one that joins it later."""
    small, large = SupplierGroupFactory(name="Small"), SupplierGroupFactory(name="Large")
    SupplierGroupMembershipFactory(supplier=supplier_a, group=small)
    SupplierGroupMembershipFactory(supplier=supplier_b, group=large)
    SupplierGroupMembershipFactory(
        supplier=SupplierFactory(), group=small, during=DateRange(date(2026, 1, 1), None)
    )
    for month in (SEPTEMBER, OCTOBER):
        deliver(supplier_a, 1_000, month)
        deliver(supplier_b, 20_000, month)
    return small, large


def test_a_merger_moves_suppliers_from_its_day_on(
    merging: tuple[SupplierGroup, SupplierGroup], administrator: User
) -> None:
    small, large = merging
    assert merge_groups(group=small, into=large, on=MERGED, by=administrator) == 2
    assert received(ScopeKind.GROUP, small.pk) == {"2025-09": 1_000}
    assert received(ScopeKind.GROUP, large.pk) == {"2025-09": 20_000, "2025-10": 21_000}
    assert merge_groups(group=small, into=large, on=MERGED, by=administrator) == 0
    with pytest.raises(MergeIntoItselfError):
        merge_groups(group=large, into=large, on=MERGED, by=administrator)


def test_groups_are_merged_in_the_administration(
    merging: tuple[SupplierGroup, SupplierGroup], administrator_client: Client
) -> None:
    small, large = merging
    asked = {"action": "merge", "_selected_action": [small.pk], "into": large.pk}
    path = "/admin/suppliers/suppliergroup/"
    refused = administrator_client.post(path, asked, follow=True)
    assert "first day of the merger" in refused.content.decode()
    done = administrator_client.post(path, asked | {"on": "2025-10-01"}, follow=True)
    assert "2 suppliers moved" in done.content.decode()
    assert SupplierGroupMembership.objects.filter(group=large).count() == 3


def test_group_page_shows_figures_and_who_belonged(
    merging: tuple[SupplierGroup, SupplierGroup], administrator: User, sqe_client: Client
) -> None:
    small, large = merging
    merge_groups(group=small, into=large, on=MERGED, by=administrator)
    roll_up()
    listed = sqe_client.get(f"/groups/?month={OCTOBER}").content.decode()
    assert "Large" in listed
    assert "0 of 21,000" in listed
    page = sqe_client.get(f"/groups/{large.pk}/?month={OCTOBER}").content.decode()
    assert "0 of 21,000" in page
    assert "ALFA-4711" in page


# -- part numbers that supersede each other -----------------------------------


def test_numbers_may_not_supersede_each_other_in_a_circle(db: None) -> None:
    first = PartFactory()
    second = PartFactory(supersedes=first)
    third = PartFactory(supersedes=second)
    first.supersedes = third
    with pytest.raises(ValidationError, match="already follows"):
        first.full_clean()
    with pytest.raises(IntegrityError, match="circle"), transaction.atomic():
        first.save()


def test_a_family_is_named_by_its_newest_number(db: None) -> None:
    first = PartFactory(number="A-1")
    second = PartFactory(number="A-2", supersedes=first)
    newest = PartFactory(number="A-3", supersedes=second)
    alone = PartFactory(number="B-1")
    found = families()
    assert {found[part.pk].newest for part in (first, second, newest)} == {newest}
    assert found[first.pk].part_ids == {first.pk, second.pk, newest.pk}
    assert alone.pk not in found


def test_families_of_some_parts_are_whole_and_no_others_are_read(
    db: None, django_assert_num_queries: Any
) -> None:
    first = PartFactory(number="A-1")
    second = PartFactory(number="A-2", supersedes=first)
    fork = PartFactory(number="A-9", supersedes=first)
    PartFactory(number="C-2", supersedes=PartFactory(number="C-1"))
    with django_assert_num_queries(1):
        found = families([second.pk])
    assert found[second.pk].part_ids == {first.pk, second.pk, fork.pk}
    assert found == {second.pk: families()[second.pk]}
    with django_assert_num_queries(0):
        assert families([]) == {}


def test_pareto_follows_superseded_numbers_and_ppm_does_not(
    supplier_a: Supplier, sqe_client: Client
) -> None:
    old, other = PartFactory(number="A-1", name="Housing"), PartFactory(number="B-1")
    new = PartFactory(number="A-2", name="Housing", supersedes=old)
    deliver(supplier_a, 10_000, SEPTEMBER, part=old)
    deliver(supplier_a, 10_000, part=new)
    decide(supplier_a, 3, SEPTEMBER, part=old)
    decide(supplier_a, 2, part=new)
    decide(supplier_a, 4, part=other)
    roll_up()
    family, alone = top_parts(supplier=supplier_a, end=OCTOBER)
    assert (family.label, family.counted) == ("A-2", Decimal(5))
    assert (family.received, alone.received) == (None, Decimal(0))
    assert "A-1" in family.name
    assert (alone.label, alone.counted) == ("B-1", Decimal(4))
    counts = monthly_counts(metric=Metric.EXTERNAL_PPM, scope=ScopeKind.PART, keys=[old.pk, new.pk])
    assert sum(month.counted for month in counts[old.pk].values()) == 3
    assert sum(month.counted for month in counts[new.pk].values()) == 2
    page = sqe_client.get(f"/parts/A-1/?month={OCTOBER}").content.decode()
    assert "superseded by" in page


def test_a_defect_comes_back_under_the_new_number(supplier_a: Supplier, sqe_client: Client) -> None:
    old = PartFactory(number="A-1")
    new = PartFactory(number="A-2", supersedes=old)
    bore, other = DefectCodeFactory(code="BORE"), DefectCodeFactory(code="RUST")
    decide(supplier_a, 1, OCTOBER.minus(12), part=old, defect_code=bore)  # too long ago
    decide(supplier_a, 1, OCTOBER.minus(5), part=old, defect_code=bore)
    decide(supplier_a, 1, part=new, defect_code=bore)
    decide(supplier_a, 1, part=new, defect_code=other)
    decide(supplier_a, 0, OCTOBER.minus(1), part=new, defect_code=other)  # not the supplier's
    roll_up()
    (found,) = repeats(supplier=supplier_a, end=OCTOBER)
    assert (found.defect, found.part, found.numbers) == ("BORE", "A-2", ("A-1",))
    assert (found.incidents, found.first_on) == (2, OCTOBER.minus(5).first_day)
    assert repeats(supplier=supplier_a, end=OCTOBER.minus(5)) != []
    page = sqe_client.get(f"/suppliers/ALFA-4711/?month={OCTOBER}").content.decode()
    assert "Back again in October 2025" in page


def test_one_issue_reported_by_several_lines_is_no_repeat(supplier_a: Supplier) -> None:
    fields: dict[str, Any] = {
        "part": PartFactory(),
        "defect_code": DefectCodeFactory(),
        "complaint": "C-1",
    }
    decide(supplier_a, 1, line="1", **fields)
    decide(supplier_a, 1, line="2", **fields)
    roll_up()
    assert repeats(supplier=supplier_a, end=OCTOBER) == []


def test_an_issue_whose_first_report_does_not_count_is_one_incident(supplier_a: Supplier) -> None:
    deliver(supplier_a, 1_000)
    issue: dict[str, Any] = {"complaint": "C-1", "plant": PlantFactory()}
    decide(supplier_a, 0, line="1", **issue)  # not the supplier's
    later = [decide(supplier_a, 3, line=line, **issue) for line in ("2", "3")]
    roll_up()
    month = SupplierMonth.objects.get(supplier=supplier_a, month=OCTOBER.first_day)
    assert (month.counted_qty, month.incidents) == (6, 1)
    RejectVerdictFactory(
        reject=later[0],
        number=2,
        confirmed_qty=3,
        supplier_qty=0,
        own_qty=3,
        reason="Our own damage.",
    )
    roll_up()
    month.refresh_from_db()
    assert (month.counted_qty, month.incidents) == (3, 1)
    assert verify() == []


# -- what counts ---------------------------------------------------------------


def test_samples_and_replacements_never_count_and_pre_series_only_when_said(
    supplier_a: Supplier,
) -> None:
    serial, early, wanted = PartFactory.create_batch(3)
    SupplierPartFactory(supplier=supplier_a, part=early, phase=PartPhase.PRE_SERIES)
    SupplierPartFactory(
        supplier=supplier_a, part=wanted, phase=PartPhase.PRE_SERIES, counts_in_ppm=True
    )
    deliver(supplier_a, 1, part=serial)
    deliver(supplier_a, 20, part=serial, kind=DeliveryKind.SAMPLE)
    deliver(supplier_a, 300, part=serial, kind=DeliveryKind.REPLACEMENT)
    deliver(supplier_a, 4_000, part=early)
    deliver(supplier_a, 50_000, part=wanted)
    pilot = deliver(supplier_a, 600_000, part=serial, kind=DeliveryKind.PRE_SERIES)
    asked = deliver(supplier_a, 7_000_000, part=wanted, kind=DeliveryKind.PRE_SERIES)
    decide(supplier_a, 7, part=early)
    decide(supplier_a, 8, part=wanted)
    decide(supplier_a, 90, part=serial, delivery=pilot)
    decide(supplier_a, 100, part=wanted, delivery=asked)
    figure = figure_of(supplier_a)
    assert (figure.received, figure.counted) == (Decimal(7_050_001), Decimal(108))


def test_a_reversal_takes_back_in_its_own_month(supplier_a: Supplier) -> None:
    original = deliver(supplier_a, 1_000, SEPTEMBER)
    DeliveryFactory(
        supplier=supplier_a,
        plant=original.plant,
        part=original.part,
        received_on=MERGED,
        quantity=400,
        reverses=original,
    )
    deliver(supplier_a, 1_000)
    assert figure_of(supplier_a, SEPTEMBER).received == 1_000
    assert figure_of(supplier_a).received == 600


def test_late_rows_change_the_month_they_belong_to(supplier_a: Supplier) -> None:
    deliver(supplier_a, 1_000, SEPTEMBER)
    deliver(supplier_a, 1_000)
    assert figure_of(supplier_a, SEPTEMBER).received == 1_000
    deliver(supplier_a, 500, SEPTEMBER)
    decide(supplier_a, 2, SEPTEMBER)
    late = figure_of(supplier_a, SEPTEMBER)
    assert (late.received, late.counted) == (Decimal(1_500), Decimal(2))
    assert figure_of(supplier_a).received == 1_000


def test_more_rejected_than_received_is_shown_and_flagged(
    supplier_a: Supplier, sqe_client: Client
) -> None:
    deliver(supplier_a, 10)
    suspect(supplier_a, 25)
    figure = figure_of(supplier_a)
    assert figure.ppm == 2_500_000
    assert figure.shape.exceeds_receipts
    page = sqe_client.get(f"/suppliers/ALFA-4711/figures/external_ppm/{OCTOBER}/")
    assert "More was rejected than received" in page.content.decode()


def test_rejects_without_receipts_and_no_activity_have_no_ppm(supplier_a: Supplier) -> None:
    suspect(supplier_a, 3)
    figure = figure_of(supplier_a)
    assert (figure.ppm, figure.state) == (None, FigureState.REJECTS_WITHOUT_RECEIPTS)
    quiet = figure_of(supplier_a, SEPTEMBER)
    assert (quiet.ppm, quiet.state) == (None, FigureState.NO_ACTIVITY)
