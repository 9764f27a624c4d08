"""Colours of drawings: attributes that a PDF uses as they are, and classes repaint on a page."""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from scorecards.charts import Drawing
from scorecards.enums import ChartMethod
from scorecards.formatting import NO_DATA, number
from scorecards.formulas.quantities import MILLION, Quantity
from scorecards.formulas.run_rules import RunRule
from scorecards.pictures.figure import percent_text, ppm_text
from scorecards.pictures.pareto import CauseBar, others_label, pareto_drawing
from scorecards.wording import reader_separators

register = template.Library()

RULE_NAMES: Final = {
    RunRule.N5: gettext_lazy("two of three beyond 2 σ"),
    RunRule.N6: gettext_lazy("four of five beyond 1 σ"),
    RunRule.WE4: gettext_lazy("eight on one side"),
    RunRule.N2: gettext_lazy("nine on one side"),
    RunRule.N3: gettext_lazy("six rising or falling"),
    RunRule.N4: gettext_lazy("fourteen up and down"),
    RunRule.N7: gettext_lazy("fifteen within 1 σ"),
    RunRule.N8: gettext_lazy("eight outside 1 σ"),
}

Paint = Mapping[str, str]


def _line(color: str, width: str, **more: str) -> Paint:
    return {"fill": "none", "stroke": color, "stroke-width": width} | {
        name.replace("_", "-"): value for name, value in more.items()
    }


def _area(color: str, **more: str) -> Paint:
    return {"fill": color} | {name.replace("_", "-"): value for name, value in more.items()}


PAINT: Final[Mapping[str, Paint]] = {
    "grid": _line("#e6e9ee", "1"),
    "axis": _line("#838c9a", "1"),
    "leader": _line("#838c9a", "0.75"),
    "shade": _area("#f3f4f7"),
    "series": _line("#14283f", "1.5", stroke_linejoin="round"),
    "dot": _area("#14283f", stroke="#ffffff", stroke_width="0.75"),
    "crowd": _area("#14283f"),
    "flag": _area("#ad2017", stroke="#ffffff", stroke_width="1"),
    "excluded": _line("#4b5666", "1.75"),
    "control": _line("#5c4a8a", "1.25", stroke_dasharray="9 3 2 3"),
    "center": _line("#5c4a8a", "1"),
    "target": _line("#17663d", "1.75", stroke_dasharray="0.1 4", stroke_linecap="round"),
    "threshold": _line("#ad2017", "1.25", stroke_dasharray="7 4"),
    "band-95": _line("#838c9a", "1.25", stroke_dasharray="4 3"),
    "band-998": _line("#5c4a8a", "1.25", stroke_dasharray="9 3 2 3"),
    "bar": _area("#4f81b5"),
    "rest": _area("#c9d0d9"),
    "paper": _area("#ffffff"),
    "heat-none": _area("#f3f4f7"),
    "heat-immature": _area("#f3f4f7"),
    "heat-hatching": _line("#c9d0d9", "1"),
    "heat-0": _area("#ffffff", stroke="#e6e9ee"),
    "heat-1": _area("#eaf1f8"),
    "heat-2": _area("#cfe0f0"),
    "heat-3": _area("#9fc0e0"),
    "heat-4": _area("#3f6fa3"),
    "heat-5": _area("#1d3f66"),
}
INK: Final[Mapping[str, Paint]] = {
    "": {"fill": "#4b5666"},
    "value": {"fill": "#18212e"},
    "strong": {"fill": "#18212e", "font-weight": "600"},
    "on-dark": {"fill": "#ffffff"},
    "control-text": {"fill": "#5c4a8a"},
    "center-text": {"fill": "#5c4a8a"},
    "target-text": {"fill": "#17663d"},
    "threshold-text": {"fill": "#ad2017"},
    "band-95-text": {"fill": "#4b5666"},
    "band-998-text": {"fill": "#5c4a8a"},
}
AREAS: Final = "M1 1h18v10h-18Z"
SWATCHES: Final = {
    "flag": "M10 1l5 5l-5 5l-5 -5Z",
    "dot": "M7 6a3 3 0 1 0 6 0a3 3 0 1 0 -6 0Z",
    "crowd": "M8.4 6a1.6 1.6 0 1 0 3.2 0a1.6 1.6 0 1 0 -3.2 0Z",
    "excluded": "M6 2l8 8M6 10l8 -8",
    "heat-hatching": "M1 6L6 1M1 11L11 1M6 11L16 1M11 11L19 3M16 11L19 8",
}


@register.filter
def paint(kind: str) -> SafeString:
    """Write how a stroke looks on paper."""
    return format_html_join(" ", '{}="{}"', PAINT[kind].items())


@register.filter
def ink(kind: str) -> SafeString:
    """Write how a text looks on paper."""
    return format_html_join(" ", '{}="{}"', INK[kind].items())


@register.filter
def swatch(kind: str) -> str:
    """Give the path of a kind's sample in a legend."""
    if kind in SWATCHES:
        return SWATCHES[kind]
    return AREAS if PAINT[kind]["fill"] != "none" else "M0 6H20"


@register.filter
def as_ppm(rate: Quantity | None) -> str:
    """Write a rate per part as a PPM."""
    return ppm_text(None if rate is None else rate * MILLION)


@register.filter
def four_digits(value: Quantity | float | None) -> str:
    """Write four significant digits; "—" for what is not known."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return NO_DATA
    shown = Decimal(f"{float(value):.4g}")
    return number(shown, separators=reader_separators())


@register.filter
def share_text(value: float | None) -> str:
    """Write a share as a percentage."""
    return percent_text(None if value is None else Fraction(value))


@register.filter
def method_name(choice: str) -> str:
    """Name how limits are formed."""
    return str(ChartMethod(choice).label).capitalize()


@register.filter
def rule_name(rule: RunRule) -> str:
    """Name a run rule."""
    return str(RULE_NAMES[rule])


@register.filter
def others(count: int) -> str:
    """Name a list's row of all the others."""
    return others_label(count)


@register.simple_tag
def pareto_of(causes: Sequence[Any]) -> Drawing:
    """Return the causes that a document froze (`queries.causes`) as the drawing of a Pareto."""
    return pareto_drawing(
        [
            CauseBar(label=cause.label, name=cause.name, counted=cause.counted, others=cause.others)
            for cause in causes
        ]
    )
