"""One pass over a file: read, stage, check and, when it is wanted and right, load."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from suppliers.access import Limits
from suppliers.imports import masters, rows
from suppliers.imports.check import Rules, Tally, check
from suppliers.imports.child import Request, Saved
from suppliers.imports.fields import Kind
from suppliers.imports.load import Loaded, load, nothing, serialise
from suppliers.imports.problems import FileError
from suppliers.imports.reading import Reading, reading
from suppliers.imports.stage import stage
from suppliers.models import ImportMapping, Plant

# What XML unpacks to before the child's own memory limit would be the one to say no.
UNPACKED_PER_MEMORY = 3


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be done with which file."""

    batch_id: int
    kind: Kind
    path: str
    by_hand: Mapping[str, str]
    decimal_mark: str | None = None
    date_order: str | None = None
    create_parts: bool = False
    create_masters: bool = True
    # load what is valid although other rows are not
    valid_only: bool = False
    # what is stored with other values is decided by itself, and keeps no other row out
    conflicts_decided: bool = False
    # load at all; without it the file is only checked
    confirmed: bool = False
    # what the person who answers for it may bring rows of; None for everything
    limits: Limits | None = None
    # an earlier pass, if there was one, found nothing but new rows
    nothing_odd: bool = False
    # the number of valid rows the user saw when confirming
    expected_rows: int | None = None


@dataclass(kw_only=True)
class Result:
    """What a pass found and did; `error` says why the file could not be judged."""

    found: dict[str, Any] = field(default_factory=dict)
    error: dict[str, Any] | None = None
    outcomes: dict[str, Tally] = field(default_factory=dict)
    by_code: dict[str, int] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)
    loaded: Loaded | None = None

    @property
    def staying_rows(self) -> int:
        """Rows that are rejected, or name what is not known here."""
        return self.outcomes["rejected"].rows + self.outcomes["unmapped"].rows

    @property
    def bad_rows(self) -> int:
        """Rows that stay out or are in conflict."""
        return self.staying_rows + self.outcomes["conflict"].rows

    @property
    def undecidable_rows(self) -> int:
        """Rows that stay out, or contradict another row of the file."""
        return self.staying_rows + self.by_code.get("row_differs", 0)


def run(order: Order, *, at: datetime) -> Result:
    """Do one pass inside the caller's transaction."""
    result = Result()
    try:
        with reading(request_of(order, at)) as reader:
            result.found = reader.found
            result.error = reader.found["error"]
            if result.error is None:
                _judge(order, reader, result, at)
    except FileError as error:
        result.error = error.as_json()
    return result


def _judge(order: Order, reader: Reading, result: Result, at: datetime) -> None:
    if order.confirmed:
        serialise(order.kind)
    stage(order.kind, reader)
    rules = Rules(
        today=timezone.localdate(at),
        create_parts=order.create_parts,
        create_masters=order.create_masters,
        limits=order.limits,
    )
    result.outcomes = check(order.kind, reader.found["fields"], rules)
    result.missing = masters.missing(masters.MASTERS[order.kind.name])
    result.by_code = rows.count_by_code()
    rows.keep(
        order.kind,
        batch_id=order.batch_id,
        mapped=reader.found["mapped"],
        provided=reader.found["fields"],
    )
    if _changes_nothing(order, result):
        result.loaded = nothing(order.kind)
    elif _may_load(order, result):
        result.loaded = load(
            order.kind,
            reader.found["fields"],
            batch_id=order.batch_id,
            at=at,
            time_zone=settings.TIME_ZONE,
        )


def _changes_nothing(order: Order, result: Result) -> bool:
    """Whether there is nothing to confirm, or nothing left of what was asked for.

    Valid rows alone, asked for again, are stored already; the others stay out as before.
    """
    if result.outcomes["valid"].rows:
        return False
    again = order.confirmed and order.valid_only and not order.expected_rows
    return result.bad_rows == 0 or (again and result.outcomes["duplicate"].rows > 0)


def _may_load(order: Order, result: Result) -> bool:
    """Load what was confirmed, as it was confirmed."""
    valid = result.outcomes["valid"].rows
    bad = result.undecidable_rows if order.conflicts_decided else result.bad_rows
    if not order.confirmed or not valid or (bad and not order.valid_only):
        return False
    return order.expected_rows is None or order.expected_rows == valid


def request_of(order: Order, at: datetime, *, numbers: list[int] | None = None) -> Request:
    """Return what the reader is asked: to read the file, or to give back rows as they stand."""
    return Request(
        path=order.path,
        kind=order.kind.name,
        by_hand=dict(order.by_hand),
        decimal_mark=order.decimal_mark,
        date_order=order.date_order,
        today=timezone.localdate(at).isoformat(),
        default_zone=settings.TIME_ZONE,
        zones=dict(Plant.objects.values_list("code", "time_zone")),
        memory_bytes=settings.IMPORT_MEMORY_BYTES,
        seconds=settings.IMPORT_SECONDS,
        unpacked_bytes=settings.IMPORT_MEMORY_BYTES // UNPACKED_PER_MEMORY,
        numbers=numbers,
        saved=[
            Saved(**row)
            for row in ImportMapping.objects.filter(kind=order.kind.name).values(
                "pk", "fingerprint", "mapping", "options"
            )
        ],
        straight=None,
    )
