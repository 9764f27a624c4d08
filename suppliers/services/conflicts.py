"""Rows whose key is stored with other values: a person keeps what is there, or replaces it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

import pghistory
from django.db import transaction

from suppliers.enums import ConflictDecision, ImportState
from suppliers.imports.replace import Refused, replace
from suppliers.imports.targets import TARGETS
from suppliers.models import User
from suppliers.services.imports import locked
from suppliers.services.master_conflicts import replace_masters

SHORTEST_REASON = 10


class ReasonMissingError(Exception):
    """Stored values are not replaced without a reason of at least `SHORTEST_REASON` letters."""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """How many rows were decided, and which could not be replaced."""

    rows: int
    refused: Refused = field(default_factory=dict)


@transaction.atomic
def decide(
    *,
    batch_id: int,
    decision: ConflictDecision,
    by: User | None,
    at: datetime,
    reason: str = "",
    numbers: Collection[int] | None = None,
) -> Decided:
    """Decide open conflicts of an import: those of `numbers`, or all.

    Replacing changes the stored records at once; the database's audit log keeps what they said
    before, with `by` and `reason`, and its triggers mark the figures that follow from them.
    Raises NotNowError while the import is worked on, ReasonMissingError without a reason.
    """
    reason = reason.strip()
    if decision == ConflictDecision.REPLACE and len(reason) < SHORTEST_REASON:
        raise ReasonMissingError
    batch = locked(batch_id, {ImportState.READY, ImportState.DONE})
    rows = batch.rows.undecided().select_for_update()
    if numbers is not None:
        rows = rows.filter(number__in=numbers)
    chosen = list(rows.order_by("number").values_list("number", flat=True))
    refused: Refused = {}
    if decision == ConflictDecision.REPLACE:
        who = None if by is None else by.pk
        with pghistory.context(import_batch=batch.pk, user=who, reason=reason):
            if batch.kind in TARGETS:
                chosen, refused = replace(TARGETS[batch.kind], batch_id=batch.pk, numbers=chosen)
            else:
                chosen, refused = replace_masters(batch, numbers=chosen, at=at)
    batch.rows.filter(number__in=chosen).update(
        decision=decision, reason=reason, decided_by=by, decided_at=at
    )
    return Decided(rows=len(chosen), refused=refused)
