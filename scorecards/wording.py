"""The sentences about a figure in the reader's language and number format."""

from decimal import Decimal

from django.utils.formats import get_format
from django.utils.translation import gettext, ngettext

from scorecards import formatting
from scorecards.formatting import Separators
from scorecards.formulas.wording import Wording


def reader_separators() -> Separators:
    """Return the decimal and thousands marks of the active language."""
    return Separators(
        decimal=get_format("DECIMAL_SEPARATOR"), group=get_format("THOUSAND_SEPARATOR")
    )


def reader_wording() -> Wording:
    """Return the words of the active language for `formulas.sentences`."""
    return Wording(gettext=gettext, ngettext=ngettext, number=_number)


def _number(value: Decimal) -> str:
    return formatting.number(value, separators=reader_separators())
