"""Warranty by build month as lines of a file, the same from the page and through the API."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from scorecards.queries.by_build_month import MONTHS_IN_SERVICE, BuildMonthTable, Cell
from scorecards.queries.export import ppm_of
from scorecards.queries.scopes import Scope


@dataclass(frozen=True, kw_only=True)
class BuildMonthFile:
    """A file's name without its ending, its heading, and its lines."""

    name: str
    header: Sequence[str]
    rows: Iterable[list[Any]]


def build_month_file(table: BuildMonthTable, *, scope: Scope) -> BuildMonthFile:
    """Return the table of a scope as a file: a line per build month, three columns per limit."""
    part = "" if scope.part is None else f"-{scope.part.number}"
    return BuildMonthFile(
        name=f"{scope.label}{part}-build-months-{table.end}",
        header=[_("Build month"), _("Received"), *_headings()],
        rows=_lines(table),
    )


def _headings() -> Iterator[str]:
    for limit in MONTHS_IN_SERVICE:
        numbers = {"months": limit}
        yield _("Returned within %(months)d months") % numbers
        yield _("PPM at %(months)d months") % numbers
        yield _("Mature at %(months)d months") % numbers


def _lines(table: BuildMonthTable) -> Iterator[list[Any]]:
    for row in table.rows:
        yield [str(row.month), row.received, *_cells(row.cells)]


def _cells(cells: tuple[Cell, ...]) -> Iterator[Any]:
    for cell in cells:
        yield cell.counted
        yield ppm_of(cell.shape.ppm)
        yield "1" if cell.mature else "0"
