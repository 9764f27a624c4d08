"""Takes back what an import stored, in a way the record keeps."""

from datetime import datetime

import pghistory
from django.db import IntegrityError, transaction
from psycopg import sql

from suppliers.enums import ImportState
from suppliers.imports.database import execute, fetch, text_of
from suppliers.imports.problems import FileError
from suppliers.imports.replace import replace, rule_of
from suppliers.imports.targets import TARGETS, Target
from suppliers.models import ImportBatch, User
from suppliers.services.conflicts import SHORTEST_REASON, ReasonMissingError
from suppliers.services.imports import locked


class UndoRefusedError(Exception):
    """Something hangs on the import's rows; `why` says what, one FileError per cause."""

    def __init__(self, why: list[FileError]) -> None:
        super().__init__("; ".join(map(str, why)))
        self.why = why


@transaction.atomic
def undo(*, batch_id: int, by: User | None, at: datetime, reason: str) -> ImportBatch:
    """Take back the rows an import inserted and the values it replaced, all or nothing.

    The audit log keeps each row as it was, with who and why; published months stay as they
    are; everything else follows through the triggers. A second call changes nothing. Raises
    ReasonMissingError, NotNowError, and UndoRefusedError when decisions, disputes, other
    facts or later corrections hang on the rows.
    """
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise ReasonMissingError
    batch = locked(batch_id, {ImportState.DONE, ImportState.UNDONE})
    if batch.state == ImportState.UNDONE:
        return batch
    obstacles = undo_obstacles(batch)
    if obstacles:
        raise UndoRefusedError(obstacles)
    who = None if by is None else by.pk
    with pghistory.context(import_batch=batch.pk, user=who, reason=reason):
        _give_back(batch)
        _delete(TARGETS[batch.kind], batch)
    batch.state = ImportState.UNDONE
    batch.undone_by, batch.undone_at, batch.undo_reason = by, at, reason
    batch.save(update_fields=["state", "undone_by", "undone_at", "undo_reason"])
    return batch


def undo_obstacles(batch: ImportBatch) -> list[FileError]:
    """Return why the import cannot be taken back, nothing when it can."""
    if batch.kind not in TARGETS:
        return [FileError("undo_masters")]
    target = TARGETS[batch.kind]
    found = []
    for code, condition in (*target.hanging, ("undo_corrected", _corrected(target))):
        statement = sql.SQL(
            "SELECT count(*) FROM {table} t WHERE t.batch_id = %(batch)s AND {condition}"
        ).format(table=sql.Identifier(target.table), condition=sql.SQL(condition))
        [(count,)] = fetch(text_of(statement), {"batch": batch.pk})
        if count:
            found.append(FileError(code, count=count))
    return found


def _corrected(target: Target) -> str:
    """A record the import brought was changed afterwards, by whatever way."""
    return f"t.id IN (SELECT e.pgh_obj_id FROM {target.events} e WHERE e.batch_id = %(batch)s)"  # noqa: S608  # names from the code


def _give_back(batch: ImportBatch) -> None:
    """Put back what conflicts of this import have replaced; all of it or nothing."""
    numbers = list(batch.rows.replaced().order_by("number").values_list("number", flat=True))
    done, _refused = replace(TARGETS[batch.kind], batch_id=batch.pk, numbers=numbers, back=True)
    changed = len(numbers) - len(done)
    if changed:
        raise UndoRefusedError([FileError("undo_corrected", count=changed)])


def _delete(target: Target, batch: ImportBatch) -> None:
    try:
        with transaction.atomic():
            statement = sql.SQL("DELETE FROM {} WHERE batch_id = {}")
            execute(statement.format(sql.Identifier(target.table), batch.pk))
    except IntegrityError as error:
        raise UndoRefusedError([FileError("undo_in_use", rule=rule_of(error))]) from error
