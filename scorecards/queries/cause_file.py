"""Causes as lines of a file, the same from the page and through the API."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from scorecards.enums import CauseMeasure
from scorecards.queries.cause_table import HARDEST_FIRST, CauseTable
from suppliers.enums import Severity


@dataclass(frozen=True, kw_only=True)
class CauseFile:
    """A file's name without its ending, its heading, and its lines."""

    name: str
    header: Sequence[str]
    rows: Iterable[list[Any]]


def cause_file(table: CauseTable) -> CauseFile:
    """Return every cause as a line: what it counts, its share of the measure, its severity."""
    asked = table.asked
    names = [asked.scope.label, asked.by, asked.measure, asked.end, asked.window]
    costs = asked.measure is CauseMeasure.COST
    if costs:
        names.append(asked.currency)
    return CauseFile(
        name="-".join(str(name) for name in names),
        header=[
            str(asked.by.label),
            _("Name"),
            _("Superseded numbers"),
            _("Pieces"),
            _("Incidents"),
            *([_("Cost"), _("Currency of the cost")] if costs else []),
            _("Share (%)"),
            _("Reached (%)"),
            _("Worst"),
            *(_("Incidents: %(severity)s") % {"severity": one.label} for one in HARDEST_FIRST),
        ],
        rows=_lines(table),
    )


def percent_of(share: Fraction) -> Decimal:
    """Return a share in percent with two decimals, rounded once."""
    return round(Decimal(100 * share.numerator) / share.denominator, 2)


def _lines(table: CauseTable) -> Iterator[list[Any]]:
    costs = table.asked.measure is CauseMeasure.COST
    for cause in table.causes:
        incidents = dict(cause.severities)
        yield [
            cause.key,
            cause.name,
            ", ".join(cause.numbers),
            cause.pieces,
            cause.incidents,
            *([cause.cost, table.asked.currency] if costs else []),
            percent_of(cause.share),
            percent_of(cause.reached),
            str(Severity(cause.worst).label),
            *(incidents.get(one, 0) for one in HARDEST_FIRST),
        ]
