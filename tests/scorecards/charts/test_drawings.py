"""Control chart, Pareto, funnel and heat map: everything on the sheet, nothing on anything."""

import re
from itertools import accumulate, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.charts import (
    NARROW,
    WIDE,
    ControlPoint,
    Drawing,
    FunnelDot,
    FunnelLine,
    HeatCell,
    HeatRow,
    Layout,
    ParetoBar,
    control_chart,
    funnel_chart,
    heat_map,
    pareto,
)
from scorecards.charts.shapes import Rect

rates = st.one_of(st.none(), st.floats(0, 5_000))


def sheet(drawing: Drawing) -> Rect:
    return Rect(x=0, y=0, width=drawing.layout.width, height=drawing.layout.height)


def collisions(drawing: Drawing) -> list[tuple[str, str]]:
    boxes = [(text.label.text, text.label.box) for text in drawing.texts]
    return [(a[0], b[0]) for a, b in combinations(boxes, 2) if a[1].overlaps(b[1])]


def points(values: list[float | None]) -> list[ControlPoint]:
    return [
        ControlPoint(
            label=f"M{index % 12 + 1}",
            year=str(2020 + index // 12),
            value=value,
            center=40,
            upper=None if value is None else 90,
            lower=None if value is None else 10,
            flagged=value is not None and value > 90,
            baseline=index < 12,
            readout=f"month {index}",
        )
        for index, value in enumerate(values)
    ]


@given(st.lists(rates, min_size=1, max_size=40), st.sampled_from([WIDE, NARROW]))
def test_control_chart_keeps_its_texts_on_the_sheet(
    values: list[float | None], layout: Layout
) -> None:
    drawing = control_chart(points(values), layout=layout)
    assert all(text.label.box.within(sheet(drawing), slack=1) for text in drawing.texts)
    assert len(drawing.spots) == len(values)
    assert drawing.empty == all(value is None for value in values)


def test_control_chart_draws_flags_exclusions_and_gaps_apart() -> None:
    values: list[float | None] = [20, 30, None, 120, 50]
    drawn = points(values)
    drawn[4] = ControlPoint(label="x", value=50, excluded=True)
    paths = {stroke.kind: stroke.d for stroke in control_chart(drawn).strokes}
    assert paths["flag"].count("M") == 1
    assert paths["excluded"].count("M") == 2
    assert paths["series"].count("M") == 2  # the month without volume is not bridged


def test_control_limits_are_steps_for_each_periods_own_volume() -> None:
    drawn = [
        ControlPoint(label="a", value=1, center=40, upper=upper, lower=None)
        for upper in (90, 70, 80)
    ]
    upper = next(s for s in control_chart(drawn).strokes if s.kind == "control" and s.d)
    assert upper.d.count("L") == 5


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=8))
def test_pareto_keeps_its_words_apart_and_reaches_everything(counts: list[int]) -> None:
    bars = [
        ParetoBar(label=f"D-{index} A rather long name of a defect", value=count)
        for index, count in enumerate(sorted(counts, reverse=True))
    ]
    for width in (760, 350):
        drawing = pareto(bars, width=width)
        assert collisions(drawing) == []
        assert all(text.label.box.within(sheet(drawing), slack=1) for text in drawing.texts)
    assert drawing.empty == (sum(counts) == 0)


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=8), st.sampled_from((350, 500, 760)))
def test_pareto_line_ends_before_the_counts(counts: list[int], width: float) -> None:
    bars = [
        ParetoBar(label=f"D-{index} scratched", value=count, note="Customer plant")
        for index, count in enumerate(sorted(counts, reverse=True))
    ]
    drawing = pareto(bars, width=width)
    (line,) = (stroke.d for stroke in drawing.strokes if stroke.kind == "series")
    furthest = max(float(x) for x in re.findall(r"[ML]([\d.]+)", line))
    beside = [text.label.box for text in drawing.texts if text.label.anchor == "end"]
    assert len(beside) == 2 * len(bars)
    assert all(furthest < box.x for box in beside)


def places(drawing: Drawing, kind: str) -> list[float]:
    """Read where each path of a kind begins or turns, from left to right."""
    paths = [stroke.d for stroke in drawing.strokes if stroke.kind == kind]
    return [float(x) for d in paths for x in re.findall(r"[ML]([\d.]+)", d)]


@pytest.mark.parametrize("width", [350, 760])
@pytest.mark.parametrize("counts", [(94, 69, 20, 11), (902, 50, 48), (1,), (0, 0)])
def test_pareto_bars_end_on_the_printed_scale(counts: tuple[int, ...], width: float) -> None:
    drawing = pareto([ParetoBar(label=f"D-{n}", value=n) for n in counts], width=width)
    left, hundred = places(drawing, "axis")[0], places(drawing, "grid")[-1]
    lengths = [
        float(stroke.d.split("h")[1].split("v")[0])
        for stroke in drawing.strokes
        if stroke.kind == "bar"
    ]
    shares = [n / (sum(counts) or 1) for n in counts]
    expected = [max(1.0, share * (hundred - left)) for share in shares]
    assert lengths == pytest.approx(expected, abs=0.2)
    reached = [left + total * (hundred - left) for total in accumulate(shares)]
    assert places(drawing, "series") == pytest.approx(reached, abs=0.2)


def test_pareto_writes_the_own_share_of_each_bar() -> None:
    bars = [ParetoBar(label=f"D-{n}", value=n) for n in (94, 69, 31)]
    written = [text.label.text for text in pareto(bars).texts if text.kind == "value"]
    assert written == ["94 · 48.5\u202f%", "69 · 35.6\u202f%", "31 · 16\u202f%"]


def test_pareto_shows_the_rest_as_the_rest() -> None:
    bars = [ParetoBar(label="D-1", value=5), ParetoBar(label="All others", value=9, rest=True)]
    assert {"bar", "rest"} <= pareto(bars).kinds


@given(st.lists(st.tuples(st.floats(1, 1e9), st.floats(0, 1e6)), min_size=1, max_size=30))
def test_funnel_shows_every_supplier_on_the_sheet(pairs: list[tuple[float, float]]) -> None:
    dots = [
        FunnelDot(label=f"S-{index}", volume=volume, ppm=ppm, outside=index % 3 == 0)
        for index, (volume, ppm) in enumerate(pairs)
    ]
    lines = [FunnelLine(kind="center", name="Together", points=((1, 40), (1e9, 40)))]
    drawing = funnel_chart(dots, lines=lines)
    assert len(drawing.spots) == len(dots)
    middle = [(spot.area.centre, spot.area.middle) for spot in drawing.spots]
    assert all(0 <= x <= WIDE.width and 0 <= y <= WIDE.height for x, y in middle)
    assert all(text.label.box.within(sheet(drawing), slack=1) for text in drawing.texts)


@pytest.mark.parametrize(("number", "kind"), [(300, "dot"), (301, "crowd")])
def test_many_suppliers_are_drawn_small_and_without_edges(number: int, kind: str) -> None:
    dots = [FunnelDot(label=f"S{n}", volume=1_000 + n, ppm=10) for n in range(number)]
    kinds = {stroke.kind for stroke in funnel_chart(dots).strokes if stroke.d}
    assert kind in kinds
    assert not kinds & ({"dot", "crowd"} - {kind})


def test_funnel_without_volume_is_empty() -> None:
    assert funnel_chart([FunnelDot(label="S", volume=0, ppm=0)]).empty


def test_heat_map_tints_hatches_and_writes_where_it_fits() -> None:
    row = HeatRow(
        label="12 months",
        cells=(
            HeatCell(heat=5, text="120", readout="bad"),
            HeatCell(heat=1, text="3", mature=False),
            HeatCell(heat=None),
        ),
    )
    drawing = heat_map([row], labels=["Jan", "Feb", "Mar"], years=["2025"] * 3)
    assert {"heat-5", "heat-immature", "heat-hatching", "heat-none"} <= drawing.kinds
    assert {"120", "3", "12 months"} <= {text.label.text for text in drawing.texts}
    assert [spot.readout for spot in drawing.spots] == ["bad", "", ""]


@pytest.mark.parametrize("number", [3, 36])
def test_heat_map_keeps_its_texts_apart(number: int) -> None:
    cells = tuple(HeatCell(heat=2, text="1,234") for _ in range(number))
    rows = [HeatRow(label=f"{months} months", cells=cells) for months in (3, 12, 24)]
    labels = [f"M{index % 12 + 1}" for index in range(number)]
    for width in (760, 350):
        assert collisions(heat_map(rows, labels=labels, width=width)) == []
