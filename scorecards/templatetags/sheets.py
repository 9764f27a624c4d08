"""Words and counts that scorecards as page and PDF need beside the figures."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from scorecards.periods import Month, Window
from scorecards.templatetags.figures import month as written_month
from suppliers.enums import Severity

register = template.Library()


@register.filter
def beyond(total: int, shown: int) -> int:
    """Return how many of `total` rows are left when `shown` are on the page."""
    return max(total - shown, 0)


@register.filter
def causes_in_all(rows: Sequence[Any]) -> int:
    """Return how many causes the rows of a Pareto are; its last row may stand for several."""
    return sum(row.others or 1 for row in rows)


@register.filter
def severity(value: str) -> str:
    """Write the severity of the worst incident; "—" where no single one applies."""
    return str(Severity(value).label) if value else "—"


@register.filter
def window_name(window: Window, month: Month) -> str:
    """Write a window that ends with `month`: the month itself, or for example "Last 3 months"."""
    return {
        Window.MONTH: written_month(month),
        Window.ROLLING_3: _("Last 3 months"),
        Window.ROLLING_6: _("Last 6 months"),
        Window.ROLLING_12: _("Last 12 months"),
        Window.YEAR_TO_DATE: _("Year to date"),
    }[window]
