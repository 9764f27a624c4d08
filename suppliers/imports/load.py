"""The third step: the accepted rows become facts or masters, all of them or none."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError

from suppliers.imports import masters
from suppliers.imports.brought import Ids, next_id
from suppliers.imports.database import execute, fetch, run_file
from suppliers.imports.fields import Kind
from suppliers.imports.targets import TARGETS


class ChangedMeanwhileError(Exception):
    """Another import or person stored one of the keys between the check and the load."""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What the database says it stored, and the masters created with it."""

    rows: int
    pieces: Decimal | None
    created: dict[str, list[str]]
    # the ids among which its rows lie; None where nothing was stored, and for masters
    ids: Ids | None = None


def nothing(kind: Kind) -> Loaded:
    """Return what a file without a new row loads."""
    return Loaded(rows=0, pieces=Decimal(0) if kind.pieces else None, created={})


def serialise(kind: Kind) -> None:
    """Let imports of one kind follow one another until the transaction ends."""
    execute("SELECT pg_advisory_xact_lock(hashtext(%(name)s))", {"name": f"import {kind.name}"})


def load(kind: Kind, provided: list[str], *, batch_id: int, at: datetime, time_zone: str) -> Loaded:
    """Store `accepted`; ChangedMeanwhileError when not every accepted row could go in.

    The caller's transaction must then be rolled back; another attempt sees what changed.
    """
    created = masters.missing(masters.MASTERS[kind.name])
    masters.create(
        [one for one in masters.MASTERS[kind.name] if one.field in created], time_zone=time_zone
    )
    params = {"batch": batch_id, "at": at}
    target = TARGETS.get(kind.name)
    first = next_id(target.table) if target else 0
    try:
        loaded = run_file(f"{kind.name}_load", params)
        for name in provided:
            loaded += run_file(f"{kind.name}_load_{name}", params)
    except IntegrityError as error:
        raise ChangedMeanwhileError(str(error)) from error
    rows = sum(count for count, _ in loaded)
    [(accepted,)] = fetch("SELECT count(*) FROM accepted")
    if rows != accepted:
        raise ChangedMeanwhileError(f"{accepted} rows were accepted, {rows} went in")
    pieces = sum((total for _, total in loaded), Decimal(0)) if kind.pieces else None
    ids = (first, next_id(target.table)) if target else None
    return Loaded(rows=rows, pieces=pieces, created=created, ids=ids)
