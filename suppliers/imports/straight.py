"""The short way for a file of nothing but new rows: read, copied and checked in one go.

The reader writes rows as they are stored while the database stores them. Whatever is odd (see
`pieces`), a key that is stored already or stands twice in the file, a reference that is gone:
the rows are taken back to the savepoint, and the file goes the long way, which says what it is.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import islice

from django.db import DataError, IntegrityError, connection, transaction
from psycopg import sql

from suppliers.imports.cells import clean
from suppliers.imports.check import OUTCOMES, PIECE_UNITS, Tally
from suppliers.imports.child import Request, Straight
from suppliers.imports.database import execute, fetch, text_of
from suppliers.imports.load import Loaded, serialise
from suppliers.imports.masters import MASTERS, Master
from suppliers.imports.pieces import OddError
from suppliers.imports.problems import FileError
from suppliers.imports.reading import Reading, reading
from suppliers.imports.run import Order, Result, request_of
from suppliers.imports.stage import AT_EASE
from suppliers.imports.targets import TARGETS

# Deliveries are the many; files of other kinds are small.
KIND = "deliveries"
# Columns that are not called like their fields.
STORED = {"batch": "batch_id", **{one.field: f"{one.field}_id" for one in MASTERS[KIND]}}


def append(order: Order, *, at: datetime) -> Result | None:
    """Load a file of nothing but new rows; None when it must go the long way."""
    if order.kind.name != KIND or order.limits is not None:
        return None
    if not order.confirmed or not order.nothing_odd:
        return None
    serialise(order.kind)
    execute(AT_EASE)
    try:
        with transaction.atomic(), reading(_request(order, at)) as reader:
            return _append(order, reader)
    except (OddError, IntegrityError, DataError):
        return None
    except FileError as error:
        return Result(error=error.as_json())


def _append(order: Order, reader: Reading) -> Result:
    if reader.found["odd"]:
        raise OddError
    columns = [STORED.get(name, name) for name in reader.found["columns"]]
    pieces = reader.pieces()
    # the first piece alone: a file that was loaded before shows at once
    for rows in (islice(pieces, 1), pieces):
        _copy(columns, rows)
    found = reader.found
    if found["odd"] or order.expected_rows not in (None, found["rows"]):
        raise OddError
    loaded = _stored(order)
    if loaded.rows != found["rows"]:
        raise OddError
    none = Tally(rows=0, pieces=Decimal(0))
    valid = Tally(rows=found["rows"], pieces=Decimal(found["pieces"]))
    outcomes = {name: valid if name == "valid" else none for name in OUTCOMES}
    return Result(found=found, outcomes=outcomes, loaded=loaded)


def _copy(columns: list[str], rows: Iterable[bytes]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(TARGETS[KIND].table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(text_of(statement)) as copy,
    ):
        for block in rows:
            copy.write(block)


def _stored(order: Order) -> Loaded:
    """Count what the table holds of this import. Served by the BRIN index on the batch."""
    [(rows, pieces)] = fetch(
        "SELECT count(*), coalesce(sum(quantity), 0) FROM suppliers_delivery"
        " WHERE batch_id = %(batch)s",
        {"batch": order.batch_id},
    )
    return Loaded(rows=rows, pieces=pieces, created={})


def _request(order: Order, at: datetime) -> Request:
    request = request_of(order, at)
    defaults = {one.name: one.default for one in order.kind.fields if one.type.textual}
    request["straight"] = Straight(
        ids={one.field: _ids(one) for one in MASTERS[KIND]},
        constants={
            **{name: defaults[name] for name in ("line", "lot", "unit", "kind")},
            "batch": str(order.batch_id),
        },
        piece_units=_piece_units(),
        absent=["reverses"],
    )
    return request


def _ids(master: Master) -> dict[str, str]:
    """Return the id of each code as it is written; codes no cell can spell are left out."""
    statement = sql.SQL("SELECT {}, id::text FROM {}").format(
        sql.Identifier(master.code), sql.Identifier(master.table)
    )
    return {code: pk for code, pk in fetch(statement) if clean(code) == code}


def _piece_units() -> list[str]:
    """Spellings that mean pieces for every part: no part has a factor for them."""
    factored = {unit.lower() for (unit,) in fetch("SELECT DISTINCT unit FROM suppliers_partunit")}
    return [unit for unit in PIECE_UNITS if unit not in factored]
