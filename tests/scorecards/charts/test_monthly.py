from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecards.charts import NARROW, WIDE, Layout, Limit, MonthlyChart, MonthValue, monthly_chart
from scorecards.charts.series import LimitKind
from scorecards.charts.shapes import Rect
from scorecards.periods import Month

LIMITS = (
    Limit(value=25, label="Target", kind="target"),
    Limit(value=50, label="8D above", short="8D >"),
    Limit(value=100, label="CS1 above", short="CS1 >"),
)
NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def series(*values: int | None, provisional: int = 0) -> list[MonthValue]:
    first = Month(2025, 10)
    return [
        MonthValue(
            month=first.plus(index),
            label=NAMES[first.plus(index).month - 1],
            value=value,
            provisional=provisional if index == len(values) - 1 else 0,
            rolling=value,
            volume=0 if value is None else 40_000,
            reason="no activity" if value is None else "",
        )
        for index, value in enumerate(values)
    ]


ppms = st.one_of(
    st.none(),
    st.just(0),
    st.integers(0, 200),
    st.integers(0, 1_000_000),
    st.fractions(0, 60, max_denominator=10_000),
)


@st.composite
def months(draw: st.DrawFn) -> list[MonthValue]:
    first = Month(draw(st.integers(2001, 2090)), draw(st.integers(1, 12)))
    values = draw(st.lists(ppms, min_size=0, max_size=36))
    return [
        MonthValue(
            month=first.plus(index),
            label=NAMES[first.plus(index).month - 1],
            value=value,
            provisional=0
            if value is None
            else value * draw(st.sampled_from([Fraction(0), Fraction(1, 3)])),
            rolling=draw(ppms),
            volume=0 if value is None else draw(st.integers(1, 10**10)),
            reason=draw(st.sampled_from(["no activity", "rejects without receipts"]))
            if value is None
            else "",
        )
        for index, value in enumerate(values)
    ]


@st.composite
def limits(draw: st.DrawFn) -> list[Limit]:
    values = draw(st.lists(st.integers(1, 100_000), max_size=5))
    names = st.sampled_from(["Target", "8D above", "Controlled shipping above", "x"])
    kinds: st.SearchStrategy[LimitKind] = st.sampled_from(["target", "threshold", "control"])
    return [Limit(value=value, label=draw(names), short="T", kind=draw(kinds)) for value in values]


layouts = st.sampled_from([WIDE, NARROW])


def shapes(chart: MonthlyChart) -> list[Rect]:
    bars = [bar.area for bar in chart.bars]
    undecided = [bar.provisional for bar in chart.bars if bar.provisional]
    gaps = [gap.area for gap in chart.gaps]
    return [*bars, *undecided, *gaps, *chart.volumes, *(slot.area for slot in chart.slots)]


@settings(max_examples=200, deadline=None)
@given(months=months(), limits=limits(), layout=layouts)
def test_everything_lies_inside_the_view_box(
    months: list[MonthValue], limits: list[Limit], layout: Layout
) -> None:
    chart = monthly_chart(months, limits=limits, layout=layout)

    sheet = Rect(x=0, y=0, width=layout.width, height=layout.height)
    assert all(shape.within(sheet) for shape in shapes(chart))
    gap_labels = [gap.label for gap in chart.gaps if gap.label]
    outside = [label for label in (*chart.labels, *gap_labels) if not label.box.within(sheet, 0.2)]
    assert outside == []
    assert all(0 <= dot.x <= layout.width for dot in chart.rolling.dots)
    assert all(chart.plot.y <= dot.y <= chart.plot.bottom for dot in chart.rolling.dots)


@settings(max_examples=200, deadline=None)
@given(months=months(), limits=limits(), layout=layouts)
def test_no_label_covers_another(
    months: list[MonthValue], limits: list[Limit], layout: Layout
) -> None:
    chart = monthly_chart(months, limits=limits, layout=layout)

    meeting = [
        (one.text, other.text)
        for one, other in combinations(chart.labels, 2)
        if one.box.overlaps(other.box)
    ]
    assert meeting == []


@settings(max_examples=100, deadline=None)
@given(months=months(), limits=limits())
def test_a_higher_value_never_gets_a_lower_bar(
    months: list[MonthValue], limits: list[Limit]
) -> None:
    chart = monthly_chart(months, limits=limits)

    values = [month.exact for month in months if month.exact is not None]
    pairs = sorted(zip(values, (bar.area.height for bar in chart.bars), strict=True))
    heights = [height for _, height in pairs]
    assert heights == sorted(heights)


@settings(max_examples=100, deadline=None)
@given(months=months(), limits=limits())
def test_limits_and_rolling_line_are_never_cut(
    months: list[MonthValue], limits: list[Limit]
) -> None:
    chart = monthly_chart(months, limits=limits)

    assert len(chart.limits) == len(limits)
    order = sorted(range(len(limits)), key=lambda i: limits[i].value)
    heights = [chart.limits[i].y for i in order]
    assert heights == sorted(heights, reverse=True)
    assert all(chart.plot.y <= line.y <= chart.plot.bottom for line in chart.limits)


@settings(max_examples=100, deadline=None)
@given(months=months())
def test_a_month_without_a_figure_has_a_gap_and_no_bar(months: list[MonthValue]) -> None:
    chart = monthly_chart(months)

    missing = sum(month.value is None for month in months)
    assert len(chart.bars) == len(months) - missing
    width = sum(gap.area.width for gap in chart.gaps)
    slot = chart.plot.width / max(1, len(months))
    assert width == pytest.approx(missing * slot, abs=0.2)
    assert chart.empty == (missing == len(months))


def test_zero_is_marked_unlike_no_data() -> None:
    chart = monthly_chart(series(0, None, 30))

    assert [bar.zero for bar in chart.bars] == [True, False]
    assert [label.text for label in chart.values] == ["30", "0"]
    assert [gap.label.text for gap in chart.gaps if gap.label] == ["no activity"]


def test_neighbouring_months_without_data_share_one_gap() -> None:
    chart = monthly_chart(series(10, None, None, 30, None, 20))

    assert len(chart.gaps) == 2


def test_all_zero_data_without_limits_still_has_a_scale() -> None:
    chart = monthly_chart(series(*[0] * 13))

    assert [tick.label.text for tick in chart.ticks] == ["0", "1"]
    assert all(bar.zero and bar.area.height == 0 for bar in chart.bars)


def test_one_month_far_above_the_rest_is_cut_and_names_its_value() -> None:
    months = [
        MonthValue(month=point.month, label=point.label, value=point.value)
        for point in series(40, 30, 100_000, 20, 35)
    ]

    chart = monthly_chart(months, limits=LIMITS)

    assert [bool(bar.cut) for bar in chart.bars] == [False, False, True, False, False]
    assert "100,000" in {label.text for label in chart.values}
    assert chart.bars[0].area.height > 20


def test_large_values_throughout_are_not_cut() -> None:
    chart = monthly_chart(series(90_000, 100_000, 80_000), limits=LIMITS)

    assert not any(bar.cut for bar in chart.bars)
    assert chart.ticks[-1].label.text == "100,000"


def test_the_provisional_part_is_the_upper_part_of_its_bar() -> None:
    newest = monthly_chart(series(20, 60, provisional=20)).bars[-1]

    assert newest.provisional is not None
    assert newest.provisional.y == newest.area.y
    assert newest.provisional.height == pytest.approx(newest.area.height / 3, abs=0.05)
    assert newest.hatching.startswith("M")


def test_the_rolling_line_does_not_bridge_a_gap() -> None:
    chart = monthly_chart(series(10, 20, None, 30, 40))

    assert chart.rolling.line.count("M") == 2
    assert len(chart.rolling.dots) == 4


def test_a_narrow_chart_uses_the_short_words() -> None:
    texts = [
        line.label.text for line in monthly_chart(series(10), limits=LIMITS, layout=NARROW).limits
    ]

    assert texts == ["Target 25", "8D > 50", "CS1 > 100"]


def test_the_newest_month_is_always_named() -> None:
    chart = monthly_chart(series(*[5] * 36), layout=NARROW)

    assert chart.months[0].text == series(*[5] * 36)[-1].label
    assert len(chart.months) < 36


def test_a_line_keeps_its_distance_from_the_numbers_it_meets() -> None:
    limits = [Limit(value=value, label="Limit", short="L", kind="threshold") for value in (50, 100)]
    chart = monthly_chart(series(128, 96, 38, 45), limits=limits)
    met = [
        (label.box, paper)
        for label, paper in zip(chart.values, chart.papers, strict=True)
        if any(label.box.y < line.y < label.box.bottom for line in chart.limits)
    ]
    assert met
    assert all(paper.x <= box.x - 3 and paper.right >= box.right + 3 for box, paper in met)
