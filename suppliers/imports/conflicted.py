"""Conflicts shaped for a person's decision: what is stored beside what the file says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from suppliers.imports.fields import Label
from suppliers.imports.kinds import KINDS
from suppliers.models import ImportBatch, ImportRow


@dataclass(frozen=True, kw_only=True)
class Side:
    """One value in question."""

    label: Label
    stored: str
    wanted: str


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """One row of the file and the record with its key."""

    number: int
    key: str
    # name of the record's page, and its id
    page: str
    record: int | None
    sides: list[Side]
    decision: str
    decided: str
    reason: str
    by: str
    at: datetime | None


# Names of the pages that show one record; parts in field have none.
PAGES = {"deliveries": "delivery", "rejects": "reject", "warranty_returns": "warranty_return"}


def conflicts_of(batch: ImportBatch, rows: Iterable[ImportRow]) -> list[Conflict]:
    """Shape rows in conflict; `rows` come with whoever decided them."""
    labels = {one.name: one.label for one in KINDS[batch.kind].fields}
    return [
        Conflict(
            number=row.number,
            key=" / ".join(str(value) for value in row.values.values() if value),
            page=PAGES.get(batch.kind, ""),
            record=row.record,
            sides=[
                Side(
                    label=labels[problem["field"]],
                    stored=problem["params"]["stored"],
                    wanted=problem["value"],
                )
                for problem in row.problems
                if problem["code"] == "stored_differs"
            ],
            decision=row.decision,
            decided=str(row.get_decision_display()),
            reason=row.reason,
            by=str(row.decided_by or ""),
            at=row.decided_at,
        )
        for row in rows
    ]
