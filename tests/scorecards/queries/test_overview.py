"""What a supplier's page and scorecard say about a month, from facts through the roll-up."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scorecards import thresholds
from scorecards.cases import OpenCase
from scorecards.formulas.rates import FigureState
from scorecards.formulas.sentences import paragraph
from scorecards.formulas.verdicts import Verdict
from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from scorecards.queries.chart import chart_limits, chart_months
from scorecards.queries.overview import supplier_overview
from scorecards.rollup import drain
from suppliers.models import Supplier
from tests.factories import (
    CertificateFactory,
    DefectCodeFactory,
    DeliveryFactory,
    FieldPopulationFactory,
    PartFactory,
    PlantFactory,
    RejectFactory,
    RejectVerdictFactory,
    TargetFactory,
    WarrantyReturnFactory,
)

OCTOBER = Month(2026, 10)


@pytest.fixture
def rolled_up() -> None:
    drain(at=datetime(2026, 11, 2, tzinfo=UTC))


def deliver(supplier: Supplier, month: Month, quantity: int) -> None:
    DeliveryFactory(supplier=supplier, received_on=month.first_day, quantity=quantity)


def reject(supplier: Supplier, month: Month, quantity: int, **fields: object) -> None:
    verdict = RejectFactory(
        supplier=supplier, detected_on=month.first_day, suspect_qty=quantity, **fields
    )
    RejectVerdictFactory(reject=verdict)


@pytest.fixture
def october(supplier_a: Supplier) -> Supplier:
    """5 rejects in 50,000 in October, 3 of 150,000 in September, 1 of 100,000 last October."""
    deliver(supplier_a, OCTOBER, 50_000)
    reject(supplier_a, OCTOBER, 5)
    deliver(supplier_a, OCTOBER.minus(1), 150_000)
    reject(supplier_a, OCTOBER.minus(1), 3)
    deliver(supplier_a, OCTOBER.minus(12), 100_000)
    RejectFactory(supplier=supplier_a, detected_on=OCTOBER.minus(12).first_day, suspect_qty=1)
    drain(at=datetime(2026, 11, 2, tzinfo=UTC))
    return supplier_a


def test_windows_add_counts_and_divide_last(october: Supplier) -> None:
    external = supplier_overview(supplier=october, month=OCTOBER).external

    assert external.month.ppm == 100
    assert external.rolling_3.ppm == external.rolling_12.ppm == 40
    assert external.over(Window.YEAR_TO_DATE).counted == 8
    assert external.over(Window.YEAR_TO_DATE).received == 200_000
    assert external.month.printed_ppm == 100


def test_month_has_range_verdict_and_sentence(october: Supplier) -> None:
    figure = supplier_overview(supplier=october, month=OCTOBER).external.month

    assert figure.interval is not None
    assert round(figure.interval.lower_ppm, 1) == 32.5
    assert round(figure.interval.upper_ppm) == 233
    assert [verdict.threshold_ppm for verdict in figure.verdicts] == [50, 100]
    assert [verdict.verdict for verdict in figure.verdicts] == [Verdict.UNDECIDED] * 2
    assert paragraph(parts=figure.statements) == (
        "5 rejects in 50,000 (100 PPM). Likely range 32–233. "
        "Too few parts to say this is above 50 PPM."
    )


def test_exactly_100_ppm_calls_for_the_8d_only(october: Supplier) -> None:
    figure = supplier_overview(supplier=october, month=OCTOBER).external.month

    assert [limit.level for limit in figure.exceeded] == ["8d"]
    assert figure.called_for is not None
    assert figure.called_for.level == "8d"


def test_longer_windows_call_for_nothing(supplier_a: Supplier) -> None:
    deliver(supplier_a, OCTOBER.minus(1), 1_000)
    reject(supplier_a, OCTOBER.minus(1), 1)
    drain(at=datetime(2026, 11, 2, tzinfo=UTC))

    figure = supplier_overview(supplier=supplier_a, month=OCTOBER).external.rolling_3

    assert [limit.level for limit in figure.exceeded] == ["8d", "cs1"]
    assert figure.called_for is None


def test_figure_just_above_a_threshold_is_not_printed_on_it(supplier_a: Supplier) -> None:
    deliver(supplier_a, OCTOBER, 999_000)
    reject(supplier_a, OCTOBER, 50)
    drain(at=datetime(2026, 11, 2, tzinfo=UTC))

    figure = supplier_overview(supplier=supplier_a, month=OCTOBER).external.month

    assert figure.printed_ppm == Decimal("50.1")
    assert "(50.1 PPM)" in paragraph(parts=figure.statements)


def test_series_has_13_months_with_rolling_year_of_each(october: Supplier) -> None:
    series = supplier_overview(supplier=october, month=OCTOBER).external.series

    assert [point.month for point in series] == [OCTOBER.minus(12 - n) for n in range(13)]
    assert series[0].figure.provisional == 1
    assert series[0].provisional_ppm == 10
    assert series[11].rolling.counted == 4
    assert series[12].rolling.counted == 8


def test_supplier_without_facts_has_no_figure_and_no_zero(supplier_a: Supplier) -> None:
    overview = supplier_overview(supplier=supplier_a, month=OCTOBER)

    for metric in overview.metrics:
        assert metric.month.ppm is None
        assert metric.month.printed_ppm is None
        assert metric.month.interval is None
        assert metric.month.target_met is None
        assert metric.month.state is FigureState.NO_ACTIVITY
        assert not metric.active
        assert metric.month.verdicts[0].verdict is Verdict.NO_DATA
    assert overview.defects == overview.parts == ()


def test_rejects_without_receipts_are_a_state_of_their_own(supplier_a: Supplier) -> None:
    reject(supplier_a, OCTOBER, 2)
    drain(at=datetime(2026, 11, 2, tzinfo=UTC))

    external = supplier_overview(supplier=supplier_a, month=OCTOBER).external

    assert external.month.state is FigureState.REJECTS_WITHOUT_RECEIPTS
    assert external.month.exceeded == ()
    assert external.active


def test_target_of_the_supplier_goes_before_the_tiers(october: Supplier) -> None:
    before = supplier_overview(supplier=october, month=OCTOBER).external
    TargetFactory(supplier=october, target_ppm=Decimal(100))
    after = supplier_overview(supplier=october, month=OCTOBER).external

    assert before.target_ppm == 25
    assert before.target_from == "tier"
    assert before.month.target_met is False
    assert after.target_ppm == 100
    assert after.target_from == "supplier"
    assert after.month.target_met is True


def test_supplier_outside_any_tier_has_neither_tier_nor_target(supplier_a: Supplier) -> None:
    supplier_a.tiers.all().delete()

    overview = supplier_overview(supplier=supplier_a, month=OCTOBER)

    assert overview.tier is None
    assert overview.external.target_ppm is None
    assert overview.external.target_from == ""


def test_tier_is_the_one_of_that_month(supplier_a: Supplier) -> None:
    overview = supplier_overview(supplier=supplier_a, month=OCTOBER)

    assert overview.tier is not None
    assert overview.tier.level == 1


def test_warranty_relates_returns_of_the_window_to_the_field_at_its_end(
    supplier_a: Supplier,
) -> None:
    part = PartFactory()
    for month in (OCTOBER.minus(1), OCTOBER):
        FieldPopulationFactory(
            supplier=supplier_a, part=part, month=month.first_day, parts_in_field=20_000_000
        )
        WarrantyReturnFactory(
            supplier=supplier_a, part=part, received_on=month.first_day, quantity=1
        )
    drain(at=datetime(2026, 11, 2, tzinfo=UTC))

    warranty = supplier_overview(supplier=supplier_a, month=OCTOBER).warranty

    assert warranty.month.ppm == Fraction(1, 20)
    assert warranty.rolling_12.ppm == Fraction(1, 10)


def test_causes_add_up_to_the_window_and_come_largest_first(supplier_a: Supplier) -> None:
    plant = PlantFactory()
    for number in range(7):
        reject(
            supplier_a,
            OCTOBER.minus(number),
            number + 1,
            plant=plant,
            part=PartFactory(number=f"P-{number}"),
            defect_code=DefectCodeFactory(code=f"D-{number}"),
        )
    drain(at=datetime(2026, 11, 2, tzinfo=UTC))

    overview = supplier_overview(supplier=supplier_a, month=OCTOBER)

    for causes in (overview.defects, overview.parts):
        assert [cause.counted for cause in causes] == [7, 6, 5, 4, 3, 3]
        assert causes[-1].label == ""
        assert sum(cause.share for cause in causes) == 1
        assert sum(cause.counted for cause in causes) == overview.external.rolling_12.counted
        assert sum(cause.incidents for cause in causes) == 7
    assert overview.defects[0].label == "D-6"
    assert overview.parts[0].label == "P-6"
    assert overview.defects[0].worst == "sorting"


def test_certificates_come_by_expiry(supplier_a: Supplier) -> None:
    CertificateFactory(supplier=supplier_a, standard="ISO 14001", expires_on=date(2027, 1, 1))
    CertificateFactory(supplier=supplier_a, standard="IATF 16949", expires_on=date(2026, 10, 30))

    certificates = supplier_overview(supplier=supplier_a, month=OCTOBER).certificates

    assert [row.standard for row in certificates] == ["IATF 16949", "ISO 14001"]
    assert certificates[0].expired(OCTOBER.last_day)
    assert not certificates[1].expired(OCTOBER.last_day)


def test_open_cases_of_the_supplier_alone_are_in_it(
    supplier_a: Supplier, supplier_b: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = OpenCase(
        number="8D-2026-00001",
        level="8d",
        level_name="8D",
        rank=1,
        metric="external_ppm",
        state_name="Open",
        opened_on=date(2026, 10, 1),
        due_on=None,
        due_what="",
        url="/",
    )

    def source(_ids: object, *, on: date | None = None) -> dict[int, list[OpenCase]]:
        return {supplier_b.pk: [case]}

    monkeypatch.setattr("scorecards.cases._sources", [source])

    assert supplier_overview(supplier=supplier_a, month=OCTOBER).cases == ()
    assert supplier_overview(supplier=supplier_b, month=OCTOBER).cases == (case,)


def test_thresholds_come_from_the_registered_policy(
    supplier_a: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = thresholds.ThresholdPolicy(
        policy="strict",
        version=3,
        thresholds=(
            thresholds.Threshold(
                metric=Metric.EXTERNAL_PPM, threshold_ppm=Decimal(10), level="cs2"
            ),
        ),
    )
    monkeypatch.setattr("scorecards.thresholds._sources", [])
    thresholds.register(lambda _tier_id, _month: strict)

    overview = supplier_overview(supplier=supplier_a, month=OCTOBER)

    assert (overview.escalation_policy, overview.escalation_policy_version) == ("strict", 3)
    assert [limit.level for limit in overview.external.thresholds] == ["cs2"]
    assert overview.warranty.thresholds == ()


def test_number_of_queries_does_not_grow_with_the_facts(
    supplier_a: Supplier, supplier_b: Supplier
) -> None:
    for month in range(12):
        deliver(supplier_a, OCTOBER.minus(month), 1_000)
        reject(supplier_a, OCTOBER.minus(month), 1)
    drain(at=datetime(2026, 11, 2, tzinfo=UTC))

    with CaptureQueriesContext(
        connection,
    ) as many:
        supplier_overview(supplier=supplier_a, month=OCTOBER)
    with CaptureQueriesContext(connection) as none:
        supplier_overview(supplier=supplier_b, month=OCTOBER)

    # the last four: the scoring scheme, incidents and deliveries on time, what was recorded of
    # certificates, the accepted baseline; of the escalations: its policy with rules, its cases open
    # now and at the month's end, the 8Ds whose answers are scored
    own, of_the_escalations_app = 10 + 4, 5
    assert len(many) == len(none) <= own + of_the_escalations_app


def test_chart_gets_months_with_reasons_and_limits(october: Supplier) -> None:
    external = supplier_overview(supplier=october, month=OCTOBER).external

    months = chart_months(external, url=lambda month: f"/{month}/")
    assert (months[-1].label, months[-1].value, months[-1].counted) == ("Oct", 100, 5)
    assert months[5].value is None
    assert months[5].reason == "no activity"
    assert months[0].url == "/2025-10/"
    assert [(limit.label, limit.value) for limit in chart_limits(external)] == [
        ("8D above", 50),
        ("CS1 above", 100),
        ("Target", 25),
    ]
