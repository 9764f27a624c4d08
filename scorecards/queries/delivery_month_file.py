"""Rejects by delivery month as lines of a file, the same from the page and through the API."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from scorecards.queries.by_delivery_month import DeliveryMonths
from scorecards.queries.export import ppm_of
from scorecards.queries.scopes import Scope


@dataclass(frozen=True, kw_only=True)
class DeliveryMonthFile:
    """A file's name without its ending, its heading, and its lines."""

    name: str
    header: Sequence[str]
    rows: Iterable[list[Any]]


def delivery_month_file(table: DeliveryMonths, *, scope: Scope) -> DeliveryMonthFile:
    """Return the table of a scope as a file: a line per month, then what stands in none."""
    part = "" if scope.part is None else f"-{scope.part.number}"
    return DeliveryMonthFile(
        name=f"{scope.label or scope.kind.value}{part}-delivery-months-{table.end}",
        header=[_("Delivered"), _("Rejected"), _("Provisional"), _("Received"), _("PPM")],
        rows=_lines(table),
    )


def _lines(table: DeliveryMonths) -> Iterator[list[Any]]:
    """Yield a line per month, then what stands in none; the second column adds up."""
    for row in table.rows:
        shape = row.shape
        yield [
            str(row.month),
            shape.counted,
            row.provisional,
            shape.received,
            ppm_of(shape.ppm),
        ]
    yield [_("Delivery not named"), table.unplaced, None, None, None]
    yield [_("Delivered in other months"), table.outside, None, None, None]
