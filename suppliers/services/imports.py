"""Changes imports: upload, map, confirm, discard; and the work on whatever waits."""

import hashlib
import random
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pghistory
from django.core.files.base import File
from django.db import transaction

from suppliers import enums
from suppliers.access import Limits, limits_of
from suppliers.imports import masters
from suppliers.imports.identical import master_changes, proven_unchanged
from suppliers.imports.kinds import KINDS
from suppliers.imports.problems import FileError
from suppliers.imports.run import Order, Result, run
from suppliers.imports.straight import go_straight
from suppliers.locking import lock_soon
from suppliers.models import ImportBatch, User

State = enums.ImportState

MAX_ATTEMPTS = 8
LONGEST_WAIT = 600
CALLERS_LEASE = timedelta(seconds=60)
# Questions a person answers on the page with the columns; other errors end the import.
QUESTIONS = frozenset(
    {
        "columns_missing",
        "mapped_column_absent",
        "heading_repeated",
        "date_order_unknown",
        "date_order_mixed",
        "decimal_mark_unknown",
        "decimal_mark_mixed",
        "too_many_problems",
    }
)
FOUND = (
    "type", "encoding", "delimiter", "sheet", "sheets", "headings", "samples", "mapped", "unused",
    "above", "rows", "pieces", "mark", "orders", "master_changes", "saved",
)  # fmt: skip


class NotNowError(Exception):
    """The import is not in a state in which this can be done, or is being worked on."""


@transaction.atomic
def upload(
    *,
    kind: str,
    file: "File[bytes]",
    filename: str,
    by: User | None,
    mapping: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
    confirmed: bool = False,
    claimed_at: datetime | None = None,
) -> ImportBatch:
    """Keep a file and put it on the importer's list.

    `confirmed` asks for checking and loading in one pass; `claimed_at` says that the caller
    works on it at once, so that workers leave it alone unless the caller dies.
    """
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return ImportBatch.objects.create(
        kind=kind,
        state=State.CONFIRMED if confirmed else State.UPLOADED,
        file=file,
        filename=filename[:200],
        size_bytes=file.size,
        sha256=digest,
        uploaded_by=by,
        mapping=dict(mapping or {}),
        options=dict(options or {}),
        attempts=0 if claimed_at is None else 1,
        next_attempt_at=None if claimed_at is None else claimed_at + CALLERS_LEASE,
    )


@transaction.atomic
def remap(*, batch_id: int, mapping: Mapping[str, str], options: Mapping[str, Any]) -> None:
    """Take columns and answers given by hand, and have the file read again."""
    batch = locked(batch_id, {State.MAPPING, State.READY})
    batch.mapping = dict(mapping)
    batch.options = {**batch.options, **options}
    _wait(batch, State.UPLOADED)


@transaction.atomic
def confirm(*, batch_id: int, by: User) -> None:
    """Have the valid rows loaded, as many as the check found."""
    batch = locked(batch_id, {State.READY})
    expected = batch.summary["outcomes"]["valid"]["rows"]
    batch.options = {**batch.options, "valid_only": True, "expected_rows": expected}
    batch.confirmed_by = by
    _wait(batch, State.CONFIRMED)


@transaction.atomic
def discard(*, batch_id: int) -> None:
    """Give the import up: nothing of it is loaded, file and listed rows go.

    NotNowError also when stored values were replaced from it: it has left its mark.
    """
    batch = locked(batch_id, {State.UPLOADED, State.MAPPING, State.READY, State.FAILED})
    if batch.rows.replaced().exists():
        raise NotNowError
    batch.rows.all().delete()
    name, storage = batch.file.name, batch.file.storage
    if name:
        transaction.on_commit(lambda: storage.delete(name))
    batch.file = ""
    batch.state = State.DISCARDED
    batch.save()


@transaction.atomic
def finish(*, batch_id: int, at: datetime) -> None:
    """End a checked import without loading more: what was replaced from it stays."""
    batch = locked(batch_id, {State.READY})
    batch.summary["loaded"] = {"rows": 0, "pieces": _no_pieces(batch), "created": {}}
    batch.state = State.DONE
    batch.done_at = at
    batch.save()


def _no_pieces(batch: ImportBatch) -> str | None:
    return "0" if KINDS[batch.kind].pieces else None


def claim_next(*, at: datetime) -> int | None:
    """Take one due import: counts the attempt before the work; None when nothing is due."""
    with transaction.atomic():
        batch = (
            ImportBatch.objects.due(at)
            .select_for_update(skip_locked=True)
            .order_by("uploaded_at", "pk")
            .first()
        )
        if batch is None:
            return None
        if batch.attempts >= MAX_ATTEMPTS:
            _fail(batch, FileError("gave_up", attempts=MAX_ATTEMPTS).as_json())
            return batch.pk
        batch.attempts += 1
        batch.next_attempt_at = at + wait_after(batch.attempts)
        batch.save(update_fields=["attempts", "next_attempt_at"])
        return batch.pk


def work(*, batch_id: int, at: datetime) -> None:
    """Do one pass over a claimed import; its effect and its new state commit together."""
    with transaction.atomic():
        claimed = ImportBatch.objects.filter(
            pk=batch_id, state__in=[State.UPLOADED, State.CONFIRMED]
        )
        batch = lock_soon(claimed)
        if batch is None:
            return
        with pghistory.context(import_batch=batch.pk, user=_responsible(batch)):
            order = order_of(batch)
            # counted before anything is read, so that a change meanwhile shows next time
            changes = master_changes()
            result = (
                proven_unchanged(batch, order) or go_straight(order, at=at) or run(order, at=at)
            )
        result.found["master_changes"] = changes
        _settle(batch, result, at)


def order_of(batch: ImportBatch) -> Order:
    """Return what is to be done with an import's file."""
    options = batch.options
    return Order(
        batch_id=batch.pk,
        kind=KINDS[batch.kind],
        path=batch.file.path,
        by_hand=batch.mapping,
        decimal_mark=options.get("decimal_mark"),
        date_order=options.get("date_order"),
        create_parts=options.get("create_parts", False),
        create_masters=options.get("create_masters", True),
        valid_only=options.get("valid_only", False),
        conflicts_decided=options.get("conflicts_decided", False),
        confirmed=batch.state == State.CONFIRMED,
        nothing_odd=_nothing_odd(batch),
        expected_rows=options.get("expected_rows"),
        limits=_limits(batch),
    )


def _nothing_odd(batch: ImportBatch) -> bool:
    """Whether an earlier pass found nothing but new rows of known masters, or there was none."""
    summary = batch.summary
    outcomes = summary.get("outcomes", {})
    others = any(found["rows"] for outcome, found in outcomes.items() if outcome != "valid")
    return not (others or summary.get("by_code") or summary.get("missing"))


def _limits(batch: ImportBatch) -> Limits | None:
    """Narrowing of whoever answers for the import; the command line has none."""
    person = batch.confirmed_by or batch.uploaded_by
    return None if person is None else limits_of(person)


def _settle(batch: ImportBatch, result: Result, at: datetime) -> None:
    """Write down what a pass found and did."""
    batch.summary = _summary(batch, result)
    batch.error = result.error
    batch.attempts = 0
    batch.next_attempt_at = None
    batch.options.pop("expected_rows", None)
    if result.error is not None:
        batch.state = State.MAPPING if result.error["code"] in QUESTIONS else State.FAILED
        batch.rows.all().delete()
    elif result.loaded is not None:
        batch.state = State.DONE
        batch.done_at = at
    else:
        batch.state = State.READY
    batch.save()


def _summary(batch: ImportBatch, result: Result) -> dict[str, Any]:
    summary: dict[str, Any] = {name: result.found.get(name) for name in FOUND}
    if result.error is not None:
        return summary
    summary["outcomes"] = {
        outcome: {
            "rows": tally.rows,
            "pieces": _text(tally.pieces),
            "quantity": _text(tally.quantity),
        }
        for outcome, tally in result.outcomes.items()
    }
    summary["by_code"] = result.by_code
    summary["missing"] = masters.as_summary(result.missing)
    # confirmed, yet not loaded: the data changed since the user looked
    summary["changed"] = batch.state == State.CONFIRMED and result.loaded is None
    if result.loaded is not None:
        summary["loaded"] = {
            **asdict(result.loaded),
            "pieces": _text(result.loaded.pieces),
            "created": masters.as_summary(result.loaded.created),
        }
        if result.loaded.ids is None:
            del summary["loaded"]["ids"]
    return summary


def _text(pieces: Decimal | None) -> str | None:
    return None if pieces is None else f"{pieces.normalize():f}"


def _responsible(batch: ImportBatch) -> int | None:
    return batch.confirmed_by_id or batch.uploaded_by_id


def wait_after(attempts: int) -> timedelta:
    """Wait longer after every attempt, and not all at once."""
    seconds = min(5 * 2 ** (attempts - 1), LONGEST_WAIT)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311  # jitter, no secret


def locked(batch_id: int, states: set[State]) -> ImportBatch:
    """Lock the import without waiting for a worker; NotNowError when it cannot be changed."""
    batch = ImportBatch.objects.select_for_update(skip_locked=True).filter(pk=batch_id).first()
    if batch is None or batch.state not in states:
        raise NotNowError
    return batch


def _wait(batch: ImportBatch, state: State) -> None:
    batch.state = state
    batch.attempts = 0
    batch.next_attempt_at = None
    batch.error = None
    batch.save()


def _fail(batch: ImportBatch, error: dict[str, Any]) -> None:
    batch.state = State.FAILED
    batch.error = error
    batch.save(update_fields=["state", "error"])
