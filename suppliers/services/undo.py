"""Takes back what an import stored, in a way the record keeps."""

from datetime import datetime

import pghistory
from django.db import IntegrityError, transaction
from psycopg import sql

from suppliers.announcements import facts_changed
from suppliers.enums import ImportState
from suppliers.imports.brought import brought_by
from suppliers.imports.database import execute, fetch, text_of
from suppliers.imports.problems import FileError
from suppliers.imports.replace import replace, rule_of
from suppliers.imports.targets import TARGETS, Target
from suppliers.locking import lock_soon
from suppliers.models import ImportBatch, User
from suppliers.services.conflicts import SHORTEST_REASON, ReasonMissingError
from suppliers.services.imports import MAX_ATTEMPTS, locked, wait_after

# Where the import's summary keeps why it was not taken back.
REFUSED = "undo_refused"


class UndoRefusedError(Exception):
    """Something hangs on the import's rows; `why` says what, one FileError per cause."""

    def __init__(self, why: list[FileError]) -> None:
        super().__init__("; ".join(map(str, why)))
        self.why = why


@transaction.atomic
def ask(*, batch_id: int, by: User, reason: str) -> ImportBatch:
    """Put the taking back of an import on the worker's list; asked twice, nothing changes.

    Raises:
        ReasonMissingError: without a reason.
        NotNowError: it is not loaded, or is being worked on.
        UndoRefusedError: imports of this kind are never taken back.
    """
    reason = _demand(reason)
    batch = locked(batch_id, {ImportState.DONE, ImportState.UNDOING, ImportState.UNDONE})
    if batch.state != ImportState.DONE:
        return batch
    if batch.kind not in TARGETS:
        raise UndoRefusedError([FileError("undo_masters")])
    batch.state = ImportState.UNDOING
    batch.undone_by, batch.undo_reason = by, reason
    batch.attempts, batch.next_attempt_at = 0, None
    batch.summary.pop(REFUSED, None)
    batch.save()
    return batch


def claim_next(*, at: datetime) -> int | None:
    """Take one import to take back: counts the attempt before the work; None when none is due."""
    with transaction.atomic():
        due = ImportBatch.objects.undo_due(at).select_for_update(skip_locked=True)
        batch = due.order_by("uploaded_at", "pk").first()
        if batch is None:
            return None
        if batch.attempts >= MAX_ATTEMPTS:
            _refuse(batch, [FileError("undo_gave_up", attempts=MAX_ATTEMPTS)])
            return batch.pk
        batch.attempts += 1
        batch.next_attempt_at = at + wait_after(batch.attempts)
        batch.save(update_fields=["attempts", "next_attempt_at"])
        return batch.pk


def work(*, batch_id: int, at: datetime) -> None:
    """Take a claimed import back, or write down why not; effect and new state commit together."""
    with transaction.atomic():
        waiting = ImportBatch.objects.filter(pk=batch_id, state=ImportState.UNDOING)
        batch = lock_soon(waiting)
        if batch is None:
            return
        try:
            with transaction.atomic():
                _take_back(batch, by=batch.undone_by, at=at, reason=batch.undo_reason)
        except UndoRefusedError as error:
            _refuse(batch, error.why)
        else:
            facts_changed()


@transaction.atomic
def undo(*, batch_id: int, by: User | None, at: datetime, reason: str) -> ImportBatch:
    """Take back the rows an import inserted and the values it replaced, all or nothing.

    The audit log keeps each row as it was, with who and why; published months stay as they
    are; everything else follows through the triggers. A second call changes nothing. Raises
    ReasonMissingError, NotNowError, and UndoRefusedError when decisions, disputes, other
    facts or later corrections hang on the rows. In the caller's own time: pages `ask`.
    """
    reason = _demand(reason)
    batch = locked(batch_id, {ImportState.DONE, ImportState.UNDONE})
    if batch.state != ImportState.UNDONE:
        _take_back(batch, by=by, at=at, reason=reason)
    return batch


def why_refused(batch: ImportBatch) -> list[str]:
    """Return why the last attempt to take the import back was refused, for its page."""
    return [str(FileError(why["code"], **why["params"])) for why in batch.summary.get(REFUSED, [])]


def _demand(reason: str) -> str:
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise ReasonMissingError
    return reason


def _take_back(batch: ImportBatch, *, by: User | None, at: datetime, reason: str) -> None:
    obstacles = undo_obstacles(batch)
    if obstacles:
        raise UndoRefusedError(obstacles)
    who = None if by is None else by.pk
    with pghistory.context(import_batch=batch.pk, user=who, reason=reason):
        _give_back(batch)
        _delete(TARGETS[batch.kind], batch)
    batch.state = ImportState.UNDONE
    batch.undone_by, batch.undone_at, batch.undo_reason = by, at, reason
    batch.attempts, batch.next_attempt_at = 0, None
    batch.save()


def _refuse(batch: ImportBatch, why: list[FileError]) -> None:
    """Leave the import loaded, with the reason that was typed and why it was refused."""
    batch.state = ImportState.DONE
    batch.undone_at = None
    batch.attempts, batch.next_attempt_at = 0, None
    batch.summary[REFUSED] = [error.as_json() for error in why]
    batch.save()


def undo_obstacles(batch: ImportBatch) -> list[FileError]:
    """Return why the import cannot be taken back, nothing when it can."""
    if batch.kind not in TARGETS:
        return [FileError("undo_masters")]
    target = TARGETS[batch.kind]
    found = []
    if later := _replaced_by(target, batch):
        found.append(FileError("undo_replaced", imports=", ".join(map(str, later))))
    for code, condition in (*target.hanging, ("undo_corrected", _corrected(target))):
        statement = sql.SQL(
            "SELECT count(*) FROM {table} t WHERE {brought} AND {condition}"
        ).format(
            table=sql.Identifier(target.table),
            brought=brought_by(batch),
            condition=sql.SQL(condition),
        )
        [(count,)] = fetch(text_of(statement), {"batch": batch.pk})
        if count:
            found.append(FileError(code, count=count))
    return found


def _corrected(target: Target) -> str:
    """A record the import brought says something else than it brought, by whatever way.

    The oldest entry of the audit log is what the import brought; a record that was changed and
    given back (another import that was taken back) says the same again.
    """
    return (
        "EXISTS (SELECT 1 FROM (SELECT DISTINCT ON (e.pgh_obj_id) e.* "  # noqa: S608  # names from the code
        f"FROM {target.events} e WHERE e.batch_id = %(batch)s ORDER BY e.pgh_obj_id, e.pgh_id) b"
        " WHERE b.pgh_obj_id = t.id AND NOT to_jsonb(b) @> to_jsonb(t))"
    )


def _replaced_by(target: Target, batch: ImportBatch) -> list[int]:
    """Return the imports, newest first, that put their values over this one's and still stand."""
    statement = sql.SQL(
        "SELECT DISTINCT later.batch_id FROM suppliers_importrow later"
        " JOIN suppliers_importbatch b ON b.id = later.batch_id"
        " JOIN {table} t ON t.id = later.record"
        " LEFT JOIN suppliers_importrow own ON own.batch_id = %(batch)s"
        "  AND own.record = later.record AND own.decision = 'replace'"
        " WHERE b.kind = %(kind)s AND b.state <> 'undone' AND later.decision = 'replace'"
        "  AND later.batch_id <> %(batch)s"
        "  AND (t.batch_id = %(batch)s OR later.decided_at > own.decided_at)"
        " ORDER BY later.batch_id DESC"
    ).format(table=sql.Identifier(target.table))
    found = fetch(text_of(statement), {"batch": batch.pk, "kind": batch.kind})
    return [number for (number,) in found]


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
            statement = sql.SQL("DELETE FROM {} t WHERE {}")
            execute(statement.format(sql.Identifier(target.table), brought_by(batch)))
    except IntegrityError as error:
        raise UndoRefusedError([FileError("undo_in_use", rule=rule_of(error))]) from error
