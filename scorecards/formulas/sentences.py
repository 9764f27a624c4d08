"""Plain sentences about a figure: what was counted, how sure it is, what would decide.

A sentence is kept as a `Statement` (an id and exact numbers), so that it can be stored as
evidence and read later in another language. `Statement.text` turns it into words with a
`Wording`, which carries the translation functions and the number format; the default is
English. The words never praise a zero and never call a customer's threshold a control limit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from scorecards.formulas.intervals import garwood, upper_bound
from scorecards.formulas.quantities import MILLION, Quantity, exact
from scorecards.formulas.rates import Figure, FigureState, figure
from scorecards.formulas.rounding import shown_ppm, shown_quantity
from scorecards.formulas.verdicts import ThresholdVerdict, Verdict, judge_threshold
from scorecards.formulas.wording import ENGLISH, MessageId, Subject, Wording, template


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One sentence as data: its id, what is counted, and numbers ready to be printed."""

    message: MessageId
    subject: Subject
    numbers: dict[str, Decimal] = field(default_factory=dict)

    def text(self, wording: Wording = ENGLISH) -> str:
        """Return the sentence in the wording's language."""
        printed = {name: wording.number(number) for name, number in self.numbers.items()}
        return template(self.message, self.subject, self.numbers, wording) % printed


def statements(
    *,
    counted: Quantity,
    received: Quantity,
    threshold_ppm: Quantity | None = None,
    shown_against: Iterable[Quantity] = (),
    subject: Subject = Subject.REJECTS,
    taken_back: Quantity = 0,
) -> tuple[Statement, ...]:
    """Return the sentences about a figure, and about one threshold when it is given.

    `shown_against` are further limits the printed PPM must not be rounded across; `taken_back`
    is by how many pieces reversals exceed receipts, of which `received` then counts none.
    """
    shape = figure(counted=counted, received=received)
    if taken_back and shape.state is FigureState.NO_ACTIVITY:
        units = {"units": shown_quantity(value=exact(taken_back))}
        return (_statement(MessageId.TAKEN_BACK, subject, units),)
    thresholds = () if threshold_ppm is None else (threshold_ppm,)
    parts = _opening(shape, subject, (*thresholds, *shown_against))
    if shape.state is FigureState.FIGURE and threshold_ppm is not None:
        judged = judge_threshold(
            count=shape.counted, exposure=shape.received, threshold_ppm=threshold_ppm
        )
        parts += _verdict(shape, judged, subject)
    return tuple(parts)


def deciding_statements(
    *, verdict: ThresholdVerdict, subject: Subject = Subject.REJECTS
) -> tuple[Statement, ...]:
    """Return what would have decided an undecided verdict; nothing for a decided one."""
    parts: list[Statement] = []
    threshold = _threshold(verdict.threshold_ppm)
    if verdict.rejects_to_above is not None:
        numbers = {"count": Decimal(verdict.rejects_to_above), "threshold": threshold}
        parts.append(_statement(MessageId.REJECTS_TO_DECIDE, subject, numbers))
    if verdict.clean_units_to_below is not None:
        numbers = {"units": Decimal(verdict.clean_units_to_below), "threshold": threshold}
        parts.append(_statement(MessageId.CLEAN_UNITS_TO_DECIDE, subject, numbers))
    return tuple(parts)


def paragraph(*, parts: tuple[Statement, ...], wording: Wording = ENGLISH) -> str:
    """Return the sentences as one paragraph."""
    return " ".join(part.text(wording) for part in parts)


def _statement(message: MessageId, subject: Subject, numbers: dict[str, Decimal]) -> Statement:
    return Statement(message=message, subject=subject, numbers=numbers)


def _opening(shape: Figure, subject: Subject, thresholds: tuple[Quantity, ...]) -> list[Statement]:
    if shape.state is FigureState.NO_ACTIVITY:
        return [_statement(MessageId.NO_ACTIVITY, subject, {})]
    count = shown_quantity(value=shape.counted)
    if shape.state is FigureState.REJECTS_WITHOUT_RECEIPTS:
        return [_statement(MessageId.WITHOUT_RECEIPTS, subject, {"count": count})]
    return _with_receipts(shape, subject, thresholds, count)


def _with_receipts(
    shape: Figure, subject: Subject, thresholds: tuple[Quantity, ...], count: Decimal
) -> list[Statement]:
    units = shown_quantity(value=shape.received)
    if not shape.counted:
        numbers = {"units": units, "upper": _upper_bound_ppm(shape)}
        return [_statement(MessageId.NONE_FOUND, subject, numbers)]
    value = shown_ppm(value=shape.counted * MILLION / shape.received, thresholds_ppm=thresholds)
    parts = [
        _statement(MessageId.COUNT_PAIR, subject, {"count": count, "units": units, "ppm": value})
    ]
    if shape.exceeds_receipts:
        parts.append(_statement(MessageId.MORE_THAN_RECEIVED, subject, {}))
    return [*parts, _range(shape, subject)]


def _range(shape: Figure, subject: Subject) -> Statement:
    interval = garwood(count=shape.counted, exposure=shape.received)
    if interval is None:
        raise ValueError("a figure without receipts has no likely range")
    lower = shown_ppm(value=Fraction(interval.lower_ppm))
    upper = shown_ppm(value=Fraction(interval.upper_ppm))
    return _statement(MessageId.LIKELY_RANGE, subject, {"lower": lower, "upper": upper})


def _upper_bound_ppm(shape: Figure) -> Decimal:
    bound = upper_bound(count=0, exposure=shape.received)
    if bound is None:
        raise ValueError("a figure without receipts has no upper bound")
    return shown_ppm(value=Fraction(bound.upper_ppm))


def _threshold(threshold: Fraction) -> Decimal:
    return shown_quantity(value=threshold)


def _verdict(shape: Figure, judged: ThresholdVerdict, subject: Subject) -> list[Statement]:
    message = {
        Verdict.ABOVE_SHOWN: MessageId.ABOVE_SHOWN,
        Verdict.BELOW_SHOWN: MessageId.BELOW_SHOWN,
        Verdict.UNDECIDED: _undecided(shape, judged),
    }.get(judged.verdict)
    if message is None:
        return []
    return [_statement(message, subject, {"threshold": _threshold(judged.threshold_ppm)})]


def _undecided(shape: Figure, judged: ThresholdVerdict) -> MessageId:
    above = shape.counted * MILLION > judged.threshold_ppm * shape.received
    return MessageId.TOO_FEW_FOR_ABOVE if above else MessageId.TOO_FEW_FOR_BELOW
