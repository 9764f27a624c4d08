"""What two overviews of the same supplier and month say differently.

The one answer to "is what was published still what the facts say?". Left out is what goes on after
publication without making it wrong: cases, certificates that run on, control limits, names, and
policies that came into force since.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from scorecards.codec import ADDED_LATER, decode, encode
from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from scorecards.queries.causes import Cause
from scorecards.queries.figures import WindowFigure
from scorecards.queries.overview import MetricOverview, SupplierOverview
from scorecards.scoring import GateHit, Score


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A figure whose counts changed, with both pairs; `end` is the window's last month.

    Limits are target and thresholds of that time in PPM, which a printed PPM stays on its side of.
    """

    metric: Metric
    window: Window
    end: Month
    counted_before: Decimal
    counted_after: Decimal
    received_before: Decimal
    received_after: Decimal
    provisional_before: Decimal
    provisional_after: Decimal
    limits_before_ppm: tuple[Decimal, ...] = field(default=(), metadata=ADDED_LATER)
    limits_after_ppm: tuple[Decimal, ...] = field(default=(), metadata=ADDED_LATER)


class Aspect(StrEnum):
    """What else of a scorecard can change, and what is said of it before and after.

    SCORE: the number. GRADE: the letter. SCHEME: its version. CRITERION, `of` its key: numerator,
    denominator, points. GATE, `of` its key: what it is about, since when. TARGET, `of` the metric:
    PPM. TIER: its name. DEFECT and PART, `of` code or number: pieces, incidents, for a part also
    received.
    """

    SCORE = "score"
    GRADE = "grade"
    SCHEME = "scheme"
    CRITERION = "criterion"
    GATE = "gate"
    TARGET = "target"
    TIER = "tier"
    DEFECT = "defect"
    PART = "part"


# Numbers, days and names as JSON has them; empty where nothing was said.
Said = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ValueChange:
    """Something other than a figure's counts that changed; see `Aspect` for its parts."""

    aspect: Aspect
    of: str
    before: Said
    after: Said


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Everything that differs; false where nothing does."""

    figures: tuple[Difference, ...] = ()
    values: tuple[ValueChange, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.figures or self.values)


def stored_changes(data: Any) -> Changes:
    """Read what a restatement noted; earlier releases noted a list of figures alone."""
    if isinstance(data, list):
        return Changes(figures=decode(tuple[Difference, ...], data))
    found: Changes = decode(Changes, data)
    return found


def changes(before: SupplierOverview, after: SupplierOverview) -> Changes:
    """Return what differs; figures in the order of the four windows, then single months."""
    return Changes(
        figures=tuple(
            difference
            for old, new in zip(before.metrics, after.metrics, strict=True)
            for difference in _of_metric(old, new)
        ),
        values=tuple(_values(before, after)),
    )


def _of_metric(before: MetricOverview, after: MetricOverview) -> Iterator[Difference]:
    known = {(figure.window, figure.end): figure for figure in _figures(before)}
    for figure in _figures(after):
        old = known.get((figure.window, figure.end))
        if old is not None and _counts(old) != _counts(figure):
            yield replace(
                _difference(old, figure),
                limits_before_ppm=before.month.limits_ppm,
                limits_after_ppm=after.month.limits_ppm,
            )


def _figures(overview: MetricOverview) -> Iterator[WindowFigure]:
    for judged in overview.figures:
        yield judged.figure
    for point in overview.series[:-1]:
        yield point.figure


def _counts(figure: WindowFigure) -> tuple[Decimal, Decimal, Decimal]:
    return figure.counted, figure.received, figure.provisional


def _difference(before: WindowFigure, after: WindowFigure) -> Difference:
    return Difference(
        metric=after.metric,
        window=after.window,
        end=after.end,
        counted_before=before.counted,
        counted_after=after.counted,
        received_before=before.received,
        received_after=after.received,
        provisional_before=before.provisional,
        provisional_after=after.provisional,
    )


def _values(before: SupplierOverview, after: SupplierOverview) -> Iterator[ValueChange]:
    if before.score is not None and after.score is not None:
        yield from _of_score(before.score, after.score)
    for old, new in zip(before.metrics, after.metrics, strict=True):
        yield from _changed(Aspect.TARGET, {old.metric: _target(old)}, {new.metric: _target(new)})
    yield from _changed(Aspect.TIER, {"": _tier(before)}, {"": _tier(after)})
    yield from _changed(Aspect.DEFECT, _causes(before.defects), _causes(after.defects))
    yield from _changed(Aspect.PART, _causes(before.parts), _causes(after.parts))


def _of_score(before: Score, after: Score) -> Iterator[ValueChange]:
    yield from _changed(Aspect.SCORE, {"": _number(before.score)}, {"": _number(after.score)})
    yield from _changed(Aspect.GRADE, {"": _text(before.grade)}, {"": _text(after.grade)})
    yield from _changed(Aspect.SCHEME, {"": (str(before.scheme),)}, {"": (str(after.scheme),)})
    yield from _of_gates(before.gates, after.gates)
    yield from _changed(Aspect.CRITERION, _criteria(before), _criteria(after))


def _changed(
    aspect: Aspect, before: Mapping[str, Said], after: Mapping[str, Said]
) -> Iterator[ValueChange]:
    """Yield what differs between two sets of named values, in the order they have now."""
    for name in [*after, *(name for name in before if name not in after)]:
        was, is_now = before.get(name, ()), after.get(name, ())
        if was != is_now:
            yield ValueChange(aspect=aspect, of=name, before=was, after=is_now)


def _of_gates(before: Sequence[GateHit], after: Sequence[GateHit]) -> Iterator[ValueChange]:
    for hit in after:
        if hit not in before:
            yield ValueChange(aspect=Aspect.GATE, of=hit.gate.value, before=(), after=_gate(hit))
    for hit in before:
        if hit not in after:
            yield ValueChange(aspect=Aspect.GATE, of=hit.gate.value, before=_gate(hit), after=())


def _gate(hit: GateHit) -> Said:
    return hit.about, hit.since.isoformat()


def _criteria(score: Score) -> dict[str, Said]:
    return {
        line.criterion.value: (
            *_number(line.numerator),
            *_number(line.denominator),
            *_number(line.points),
        )
        for line in score.lines
        if line.points is not None
    }


def _target(overview: MetricOverview) -> Said:
    return _number(overview.target_ppm)


def _tier(overview: SupplierOverview) -> Said:
    return () if overview.tier is None else (overview.tier.name,)


def _causes(causes: Iterable[Cause]) -> dict[str, Said]:
    """Name pieces and incidents; of the row of all the others too, under the empty name."""
    return {
        cause.label: (*_number(cause.counted), str(cause.incidents), *_number(cause.received))
        for cause in causes
    }


def _number(value: Decimal | None) -> Said:
    return () if value is None else (str(encode(value)),)


def _text(value: str) -> Said:
    return (value,) if value else ()
