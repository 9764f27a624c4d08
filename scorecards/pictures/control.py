"""A control chart in words: points against their limits, and why some are flagged."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scorecards.charts import (
    NARROW,
    WIDE,
    ControlPoint,
    ControlWords,
    Drawing,
    Layout,
    control_chart,
)
from scorecards.charts.series import Writer
from scorecards.formulas.frozen_limits import Signal
from scorecards.formulas.quantities import Quantity
from scorecards.pictures.figure import Cell, Picture, ppm_text, quantity_text

SIGNAL_WORDS: dict[Signal, str | Promise] = {
    Signal.ABOVE: gettext_lazy("above the upper limit"),
    Signal.BELOW: gettext_lazy("below the lower limit: look for what went well"),
    Signal.TWO_OF_THREE: gettext_lazy("two of three points beyond 2 σ on one side"),
    Signal.FOUR_OF_FIVE: gettext_lazy("four of five points beyond 1 σ on one side"),
    Signal.RUN_OF_EIGHT: gettext_lazy("eight points in a row on one side of the centre"),
    Signal.EARLY_WARNING: gettext_lazy("early warning: the rate may have doubled"),
    Signal.PARTS_SOONER: gettext_lazy("fewer parts since the last reject than chance explains"),
    Signal.PARTS_LATER: gettext_lazy(
        "more parts since the last reject than chance explains: better"
    ),
    Signal.THIRD_SOONER: gettext_lazy("three rejects in fewer parts than chance explains"),
    Signal.THIRD_LATER: gettext_lazy("three rejects in more parts than chance explains: better"),
    Signal.DAYS_SOONER: gettext_lazy("fewer days since the last reject than chance explains"),
    Signal.DAYS_LATER: gettext_lazy("more days since the last reject than chance explains: better"),
}


@dataclass(frozen=True, kw_only=True)
class PeriodLine:
    """One period as the picture shows it; values in the unit of the chart, None without volume.

    `name` is the period in full, `label` stands under the axis; `cause` says why the point was
    excluded.
    """

    name: str
    label: str
    year: str
    counted: Quantity
    volume: Quantity
    value: float | None
    center: float | None
    lower: float | None
    upper: float | None
    signals: tuple[Signal, ...] = ()
    baseline: bool = False
    excluded: bool = False
    cause: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class ControlTerms:
    """What is counted, in which unit, over what."""

    unit: str = "PPM"
    counted: str = ""
    volume: str = ""
    number: Writer = ppm_text


def control_picture(
    periods: Sequence[PeriodLine],
    *,
    name: str,
    title: str,
    terms: ControlTerms,
    note: str = "",
    layout: Layout = WIDE,
    frozen: bool = True,
) -> Picture:
    """Return the picture of periods, oldest first, against limits (or none yet).

    `layout` is of the wide drawing; paper asks for another. Limits that are not `frozen` are not
    called so.
    """
    points = [_point(period, terms) for period in periods]
    return Picture(
        name=name,
        title=title,
        description=_description(periods, terms),
        wide=_drawn(points, terms, layout),
        narrow=_drawn(points, terms, NARROW),
        legend=[
            ("series", terms.unit),
            ("control", _("frozen limits") if frozen else _("limits")),
            ("center", _("centre of the baseline")),
            ("flag", _("signal")),
            ("excluded", _("excluded for a recorded cause")),
        ],
        header=[
            _("Period"),
            terms.unit,
            terms.counted.capitalize(),
            terms.volume.capitalize(),
            _("Lower limit"),
            _("Centre"),
            _("Upper limit"),
            _("Signal"),
        ],
        rows=[_row(period, terms) for period in reversed(periods)],
        said=points[-1].readout if points else "",
        spots_name=_("Periods"),
        note=note,
    )


def signal_words(signals: Sequence[Signal]) -> str:
    """Say why a point is flagged; empty when it is not."""
    return "; ".join(str(SIGNAL_WORDS[signal]) for signal in signals)


def _drawn(points: Sequence[ControlPoint], terms: ControlTerms, layout: Layout) -> Drawing:
    words = ControlWords(
        upper=_("Upper") if layout.short else _("Upper limit"),
        center=_("Centre"),
        lower=_("Lower") if layout.short else _("Lower limit"),
        baseline=_("Baseline"),
    )
    return control_chart(points, words=words, layout=layout, number=terms.number)


def _description(periods: Sequence[PeriodLine], terms: ControlTerms) -> str:
    if not periods:
        return ""
    flagged = sum(bool(period.signals) for period in periods)
    return _(
        "%(unit)s by period from %(first)s to %(last)s with limits for each period's own volume; "
        "points with a signal: %(flagged)d."
    ) % {
        "unit": terms.unit,
        "first": periods[0].name,
        "last": periods[-1].name,
        "flagged": flagged,
    }


def _point(period: PeriodLine, terms: ControlTerms) -> ControlPoint:
    return ControlPoint(
        label=period.label,
        year=period.year,
        value=period.value,
        center=period.center,
        lower=period.lower,
        upper=period.upper,
        flagged=bool(period.signals),
        excluded=period.excluded,
        baseline=period.baseline,
        readout=_readout(period, terms),
        url=period.url,
    )


def _readout(period: PeriodLine, terms: ControlTerms) -> str:
    if period.value is None:
        return _("%(period)s: no activity") % {"period": period.name}
    pair = _("%(counted)s %(counted_name)s of %(volume)s %(volume_name)s") % {
        "counted": quantity_text(period.counted),
        "counted_name": terms.counted,
        "volume": quantity_text(period.volume),
        "volume_name": terms.volume,
    }
    parts = [f"{period.name}: {terms.number(_exact(period.value))} {terms.unit}", pair]
    if period.upper is not None:
        words = _("limits %(lower)s to %(upper)s")
        parts.append(
            words
            % {
                "lower": _("none") if period.lower is None else terms.number(_exact(period.lower)),
                "upper": terms.number(_exact(period.upper)),
            }
        )
    if period.excluded:
        parts.append(_("excluded: %(cause)s") % {"cause": period.cause})
    if period.signals:
        parts.append(signal_words(period.signals))
    return " · ".join(parts)


def _row(period: PeriodLine, terms: ControlTerms) -> list[Cell]:
    lower = _("none") if period.upper is not None and period.lower is None else None
    said = signal_words(period.signals)
    if period.excluded:
        said = "; ".join(filter(None, [_("excluded: %(cause)s") % {"cause": period.cause}, said]))
    return [
        Cell(text=period.name, numeric=False, url=period.url),
        Cell(text=_written(period.value, terms)),
        Cell(text=quantity_text(period.counted)),
        Cell(text=quantity_text(period.volume)),
        Cell(text=lower or _written(period.lower, terms)),
        Cell(text=_written(period.center, terms)),
        Cell(text=_written(period.upper, terms)),
        Cell(text=said, numeric=False),
    ]


def _written(value: float | None, terms: ControlTerms) -> str:
    return "—" if value is None else terms.number(_exact(value))


def _exact(value: float) -> Fraction:
    return Fraction(value)
