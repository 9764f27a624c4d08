"""The third step: the accepted rows become facts or masters, all of them or none."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from suppliers.imports import masters
from suppliers.imports.database import execute, fetch, run_file
from suppliers.imports.fields import Kind


class ChangedMeanwhileError(Exception):
    """Another import or person stored one of the keys between the check and the load."""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What the database says it stored, and the masters created with it."""

    rows: int
    pieces: Decimal | None
    created: dict[str, list[str]]


def serialise(kind: Kind) -> None:
    """Let imports of one kind follow one another until the transaction ends."""
    execute("SELECT pg_advisory_xact_lock(hashtext(%(name)s))", {"name": f"import {kind.name}"})


def load(kind: Kind, *, batch_id: int, at: datetime, time_zone: str) -> Loaded:
    """Store `accepted`; raises ChangedMeanwhileError when fewer rows went in than were accepted."""
    needed = masters.MASTERS[kind.name]
    created = masters.missing(needed)
    masters.create(needed, time_zone=time_zone)
    [(rows, pieces)] = run_file(f"{kind.name}_load", {"batch": batch_id, "at": at})
    [(accepted,)] = fetch("SELECT count(*) FROM accepted")
    if rows != accepted:
        raise ChangedMeanwhileError(f"{accepted} rows were accepted, {rows} went in")
    return Loaded(rows=rows, pieces=pieces, created=created)
