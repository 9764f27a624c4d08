"""Writing stored facts of a breach."""

from decimal import Decimal

from django import template

from scorecards import formatting
from scorecards.wording import reader_separators

register = template.Library()


@register.filter
def pieces(text: str) -> str:
    """Write a quantity that a case keeps as text; "—" where there was none."""
    if not text:
        return formatting.NO_DATA
    return formatting.quantity(Decimal(text), separators=reader_separators())
