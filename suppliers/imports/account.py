"""Control totals: what a file says, beside what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from suppliers.models import ImportBatch


@dataclass(frozen=True, kw_only=True)
class Total:
    """Rows and pieces of one outcome, of the file, or of what was loaded.

    `quantity`: as the file has it, in its units; None where it speaks of nothing but pieces.
    """

    label: str
    rows: int
    pieces: Decimal | None
    quantity: Decimal | None = None
    outcome: str = ""
    # a sum of others
    strong: bool = False


def account_of(batch: ImportBatch) -> list[Total]:
    """Put the file's rows and pieces beside what became of them; for a batch that was checked.

    The lines below the first add up to it: what was or would be loaded, what is stored
    already, what waits for a decision, and what stays out. Pieces are pieces in every line;
    where the file counts in other units, what it says stands beside them.
    """
    summary: dict[str, Any] = batch.summary
    outcomes, loaded = summary["outcomes"], summary.get("loaded")
    lines = [_file_total(summary)]
    if loaded:
        lines.append(_loaded_total(loaded, outcomes))
        missing = outcomes["valid"]["rows"] - loaded["rows"]
        if missing:
            lines.append(Total(label=_("Valid, not loaded"), rows=missing, pieces=None))
    else:
        lines.append(_total(_("Valid, to be loaded"), "valid", outcomes))
    lines.append(_total(_("Stored already, or repeated in the file"), "duplicate", outcomes))
    lines.append(_total(_("In conflict with what is stored"), "conflict", outcomes))
    if "unmapped" in outcomes:  # imports checked before there were any hold none
        lines.append(_total(_("Name what is not known here, stay out"), "unmapped", outcomes))
    lines.append(_total(_("Rejected, stay out"), "rejected", outcomes))
    left = lines[0].rows - sum(line.rows for line in lines[1:])
    lines.append(
        Total(
            label=_("Difference"),
            rows=left,
            pieces=_left_over([line.pieces for line in lines]),
            quantity=_left_over([line.quantity for line in lines]),
            strong=True,
        )
    )
    return lines


def in_other_units(outcomes: Mapping[str, Any]) -> bool:
    """Whether the file counts in something else than pieces; of old imports nobody knows."""
    return any(one.get("quantity") not in (None, one["pieces"]) for one in outcomes.values())


def _file_total(summary: Mapping[str, Any]) -> Total:
    """What the file says; in other units also the pieces that all its rows come to."""
    total = replace(amount(_("In the file"), summary), strong=True)
    outcomes = summary["outcomes"]
    if not in_other_units(outcomes):
        return total
    pieces = sum((Decimal(one["pieces"]) for one in outcomes.values()), Decimal(0))
    return replace(total, quantity=total.pieces, pieces=pieces)


def _loaded_total(loaded: Mapping[str, Any], outcomes: Mapping[str, Any]) -> Total:
    """What the database says it stored, all valid rows or none, beside what they say."""
    total = amount(_("Loaded"), loaded)
    if not in_other_units(outcomes):
        return total
    said = outcomes["valid"]["quantity"] if loaded["rows"] else "0"
    return replace(total, quantity=Decimal(said))


def _left_over(amounts: list[Decimal | None]) -> Decimal | None:
    """Pieces of the file that no line accounts for; None where a line does not count them."""
    if any(amount is None for amount in amounts):
        return None
    first, *rest = (amount or Decimal(0) for amount in amounts)
    return first - sum(rest, Decimal(0))


def _total(label: str, outcome: str, outcomes: Mapping[str, Any]) -> Total:
    tally = outcomes[outcome]
    return Total(
        label=label,
        outcome=outcome,
        rows=tally["rows"],
        pieces=_pieces(tally["pieces"]),
        quantity=_pieces(tally["quantity"]) if in_other_units(outcomes) else None,
    )


def amount(label: str, source: Mapping[str, Any]) -> Total:
    """Shape rows and pieces as an import's summary has them."""
    return Total(label=label, rows=source["rows"], pieces=_pieces(source["pieces"]))


def _pieces(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
