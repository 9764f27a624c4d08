"""Figures, levels and charts in templates: formatting in the reader's language, one look."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from scorecards import badges, formatting
from scorecards.charts import NARROW, WIDE, Layout, Limit, MonthlyChart, MonthValue
from scorecards.charts import monthly_chart as lay_out_monthly
from scorecards.charts import sparkline as lay_out_sparkline
from scorecards.formulas.intervals import garwood
from scorecards.formulas.quantities import Quantity
from scorecards.formulas.rates import FigureState
from scorecards.formulas.sentences import Statement, paragraph
from scorecards.metrics import Metric
from scorecards.periods import Month
from scorecards.wording import reader_separators, reader_wording
from suppliers.quantities import pieces as in_pieces

register = template.Library()
# The section of a supplier's, part's or plant's page that has the chart of external PPM.
EXTERNAL = "external-ppm"


@register.filter
def ppm(value: Quantity | None, threshold: Quantity | None = None) -> str:
    """Write a PPM; with a threshold, with the decimals that keep it on its side."""
    thresholds = () if threshold is None else (threshold,)
    return formatting.ppm(value, thresholds_ppm=thresholds, separators=reader_separators())


@register.simple_tag
def ppm_against(
    value: Quantity | None, threshold: Quantity | Iterable[Quantity] | str | None = None
) -> str:
    """Write a PPM beside one or several thresholds; the template's context may have none."""
    if threshold is None or isinstance(threshold, str):
        return ppm(value)
    several = threshold if isinstance(threshold, Iterable) else (threshold,)
    return formatting.ppm(value, thresholds_ppm=several, separators=reader_separators())


@register.filter
def money(value: Quantity | None) -> str:
    """Write an amount without its currency."""
    return formatting.money(value, separators=reader_separators())


@register.filter
def quantity(value: Quantity | None) -> str:
    """Write a number of pieces."""
    return formatting.quantity(value, separators=reader_separators())


@register.filter
def pieces(value: Quantity) -> str:
    """Write a number of pieces with its word: 1 piece, 500 pieces."""
    return in_pieces(Fraction(value), quantity(value))


@register.filter
def score(value: Decimal) -> str:
    """Write a score with its one decimal: 84.7, 90.0."""
    return f"{value:.1f}".replace(".", reader_separators().decimal)


@register.filter
def percent(value: Quantity | None) -> str:
    """Write a share as a percentage."""
    return formatting.percent(value, separators=reader_separators())


@register.filter
def compact(value: Quantity | None) -> str:
    """Write a large quantity in little room."""
    return formatting.compact(value, separators=reader_separators())


@register.filter
def difference(value: Quantity | None) -> str:
    """Write a change of PPM with its sign."""
    return formatting.difference(value, separators=reader_separators())


@register.filter
def to_ppm(low: Quantity | None, high: Quantity | None) -> str:
    """Write a likely range: {{ interval.lower_ppm|to_ppm:interval.upper_ppm }}."""
    return formatting.ppm_range(low, high, separators=reader_separators())


@register.filter
def sentences(parts: Sequence[Statement]) -> str:
    """Write what is said about a figure as one paragraph."""
    return paragraph(parts=tuple(parts), wording=reader_wording())


@register.filter
def month(value: Month | date | None) -> str:
    """Write a month in full: October 2026."""
    return _month(value, "F Y")


@register.filter
def short_month(value: Month | date | None) -> str:
    """Write a month in little room: Oct 2026."""
    return _month(value, "M Y")


def _month(value: Month | date | None, form: str) -> str:
    if value is None:
        return formatting.NO_DATA
    return date_format(value.first_day if isinstance(value, Month) else value, form)


@register.inclusion_tag("components/badge.html")
def level_badge(level: str | None) -> dict[str, Any]:
    """Show an escalation level (watch, 8d, cs1, cs2, stop_ship, new_business_hold; empty: none)."""
    return badges.level(level).context


@register.simple_tag
def level_name(level: str) -> str:
    """Write an escalation level's short name where it is no status, for example at a limit."""
    return str(badges.level(level).label)


@register.inclusion_tag("components/badge.html")
def verdict_badge(verdict: str | None, *, quiet: bool = False) -> dict[str, Any]:
    """Show what the counts say about a threshold (above_shown, below_shown, undecided).

    `quiet`: in a list, where all is well needs no colour.
    """
    badge = badges.verdict(verdict)
    return badge.context | ({"tone": "plain"} if quiet and badge.tone == "good" else {})


@register.inclusion_tag("components/badge.html")
def state_badge(state: str, label: str = "") -> dict[str, Any]:
    """Show the state of a record of any kind; `label` is its translated word."""
    return badges.state(state, label).context


@register.inclusion_tag("components/ppm.html")
def ppm_cell(
    figure: Any,
    *,
    provisional: Quantity | None = None,
    threshold: Quantity | Sequence[Quantity] | None = None,
    url: str = "",
    inline: bool = False,
    likely: bool = True,
) -> dict[str, Any]:
    """Show a figure (with counted, received, ppm and state), its count pair and likely range.

    What the figure itself knows need not be said: its provisional part and, when it was
    judged, the limits that its printed number must stay on the side of. `likely` is False
    where the exact two-sided 95 % range stands elsewhere in the row.
    """
    return {
        "value": figure.ppm,
        "numerator": figure.counted,
        "denominator": figure.received,
        "state": figure.state,
        "metric": getattr(getattr(figure, "figure", figure), "metric", ""),
        "provisional": getattr(figure, "provisional", 0) if provisional is None else provisional,
        "threshold": getattr(figure, "limits_ppm", None) if threshold is None else threshold,
        "url": url,
        "inline": inline,
        "likely": likely and garwood(count=figure.counted, exposure=max(figure.received, 0)),
    }


@register.simple_tag
def reason_for(
    state: str | None, numerator: Quantity | None = None, metric: str | None = None
) -> str:
    """Say in few words why there is no figure; warranty lacks parts in field, not receipts."""
    without_receipts = state == FigureState.REJECTS_WITHOUT_RECEIPTS or (not state and numerator)
    if metric == Metric.WARRANTY_PPM:
        return _("returns without parts in field") if without_receipts else _("no data")
    return _("rejects without receipts") if without_receipts else _("no activity")


@register.inclusion_tag("components/sparkline.html")
def sparkline(
    values: Sequence[Quantity | None],
    *,
    limit: Quantity | None = None,
    name: str = "",
    end: Month | None = None,
    url: str = "",
    rows: str = "",
) -> dict[str, Any]:
    """Draw the last months as a word-sized line.

    Args:
        values: oldest first, None where there is no figure.
        limit: drawn across.
        name: what it shows.
        end: the newest month; then each month's value is said, and read out when pointed at.
        url: the page where the months are drawn large, with their table.
        rows: the arithmetic to lead to instead, where these months are drawn nowhere else.
    """
    known = [value for value in values if value is not None]
    return {
        "said": "" if end is None else _each_month(values, end, limit),
        "url": rows or (f"{url}?month={end}#{EXTERNAL}" if url and end else url),
        "spark": lay_out_sparkline(values, limit=limit),
        "name": name,
        "newest": values[-1] if values else None,
        "highest": max(known, default=None),
        "months": len(values),
    }


def _each_month(values: Sequence[Quantity | None], end: Month, limit: Quantity | None) -> str:
    """Write "Sep 2026: 12; Oct 2026: —", which the script takes apart again."""
    labels = _labels(end, len(values), get_language() or "")
    said = (ppm(value, limit) for value in values)
    return "; ".join(f"{label}: {text}" for label, text in zip(labels, said, strict=True))


@lru_cache(maxsize=64)
def _labels(end: Month, number: int, language: str) -> Sequence[str]:  # noqa: ARG001  # part of the key
    """Name the months up to one; a list asks the same for each of its rows."""
    return [short_month(end.minus(back)) for back in range(number - 1, -1, -1)]


@register.inclusion_tag("components/chart_monthly.html")
def monthly_chart(months: Sequence[MonthValue], limits: Iterable[Limit] = (), **words: Any) -> Any:
    """Draw the monthly chart for the page, wide and narrow, with read-out and data table.

    `words`: title, unit, counted_name, volume_name, rolling_name.
    """
    bounds = tuple(limits)
    draw = partial(draw_monthly, months, bounds, rolling_name=words.get("rolling_name", ""))
    return chart_words(words) | {
        "chart": draw(layout=WIDE),
        "narrow": draw(layout=NARROW),
        "points": months,
        "thresholds": [limit.value for limit in bounds],
    }


def draw_monthly(
    months: Sequence[MonthValue],
    limits: Sequence[Limit],
    *,
    layout: Layout = WIDE,
    rolling_name: str = "",
) -> MonthlyChart:
    """Lay out the monthly chart with numbers in the reader's language."""
    separators = reader_separators()
    return lay_out_monthly(
        months,
        limits=limits,
        layout=layout,
        rolling_name=rolling_name or _("12 months"),
        number=partial(
            formatting.ppm,
            thresholds_ppm=[limit.value for limit in limits],
            separators=separators,
        ),
        volume=partial(formatting.compact, separators=separators),
    )


def chart_words(words: dict[str, Any]) -> dict[str, Any]:
    """Fill in the words a chart needs where the page gives none."""
    return {
        "title": _("PPM by month"),
        "unit": "PPM",
        "counted_name": _("rejected"),
        "volume_name": _("received"),
        "rolling_name": _("12 months"),
    } | words
