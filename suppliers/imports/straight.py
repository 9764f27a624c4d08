"""The short way for a file in which no row needs a second look: all new, or all stored alike.

The reader writes rows as they are stored while the database takes them: new ones straight into
their table, inside a savepoint; to be checked only, or where a key is stored already, into a
temporary table that is compared at once. Whatever else there is to say about a row (see
`pieces`) is said by the long way (`run`), after the short one has left nothing behind.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from psycopg import sql

from suppliers.imports import rows
from suppliers.imports.brought import Ids, are_of, next_id
from suppliers.imports.cells import are_plain, clean
from suppliers.imports.check import OUTCOMES, PIECE_UNITS, Tally
from suppliers.imports.child import Straight
from suppliers.imports.database import execute, fetch, text_of
from suppliers.imports.load import Loaded, nothing, serialise
from suppliers.imports.masters import MASTERS, Master
from suppliers.imports.pieces import OddError
from suppliers.imports.problems import FileError
from suppliers.imports.reading import Reading, reading
from suppliers.imports.run import Order, Result, request_of
from suppliers.imports.stage import AT_EASE
from suppliers.imports.targets import TARGETS

# Deliveries are the many; files of other kinds are small.
KIND = "deliveries"
TABLE = TARGETS[KIND].table
# Columns that are not called like their fields.
STORED = {"batch": "batch_id", **{one.field: f"{one.field}_id" for one in MASTERS[KIND]}}


def go_straight(order: Order, *, at: datetime) -> Result | None:
    """Load or judge a file whose rows are all new or all stored alike; None for any other."""
    if order.kind.name != KIND or order.limits is not None or not order.nothing_odd:
        return None
    execute(AT_EASE)
    try:
        return (_append(order, at) if order.confirmed else None) or _compare(order, at)
    except (OddError, DataError):
        return None
    except FileError as error:
        # it waited for the table meanwhile: the long way reads first, and its time is its own
        return None if error.code == "too_slow" else Result(error=error.as_json())


def _append(order: Order, at: datetime) -> Result | None:
    """Store all rows; None when the table refuses one of them."""
    serialise(order.kind)
    try:
        with transaction.atomic(), _reading(order, at) as reader:
            pieces = _pieces(reader)
            first = next_id(TABLE)
            # the first piece alone: a file that was loaded before shows at once
            for some in (islice(pieces, 1), pieces):
                _copy(TABLE, reader.columns, some)
            found = _found(reader)
            loaded = _stored(order, (first, next_id(TABLE)))
            if not loaded.rows == found["rows"] == (order.expected_rows or loaded.rows):
                raise OddError
            return Result(found=found, outcomes=_all("valid", found), loaded=loaded)
    except IntegrityError:
        return None


def _compare(order: Order, at: datetime) -> Result | None:
    """Judge rows without storing them; None when they are not all alike, or are to be loaded."""
    with transaction.atomic(), _reading(order, at) as reader:
        pieces = _pieces(reader)
        execute(_brought(reader.columns))
        _copy("brought", reader.columns, pieces)
        found = _found(reader)
    [(keys, stored, alike)] = fetch(_counted(found["fields"]))
    if keys != found["rows"] or stored not in (0, alike) or alike not in (0, keys):
        return None
    if alike:
        result = Result(found=found, outcomes=_all("duplicate", found), loaded=nothing(order.kind))
    elif order.confirmed:
        return None
    else:
        result = Result(found=found, outcomes=_all("valid", found))
    rows.forget(order.batch_id)
    return result


def _pieces(reader: Reading) -> Iterator[bytes]:
    if reader.found["odd"]:
        raise OddError
    reader.columns = [STORED.get(name, name) for name in reader.found["columns"]]
    return reader.pieces()


def _found(reader: Reading) -> dict[str, Any]:
    if reader.found["odd"]:
        raise OddError
    return reader.found


def _all(outcome: str, found: Mapping[str, Any]) -> dict[str, Tally]:
    nothing_of_it, pieces = Decimal(0), Decimal(found["pieces"])
    none = Tally(rows=0, pieces=nothing_of_it, quantity=nothing_of_it)
    all_of_it = Tally(rows=found["rows"], pieces=pieces, quantity=pieces)
    return {name: all_of_it if name == outcome else none for name in OUTCOMES}


def _copy(table: str, columns: list[str], pieces: Iterable[bytes]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(text_of(statement)) as copy,
    ):
        for piece in pieces:
            copy.write(piece)


def _brought(columns: list[str]) -> sql.Composed:
    """Make a table of the file's rows, with the types of the stored ones and no rules."""
    return sql.SQL(
        "DROP TABLE IF EXISTS pg_temp.brought;"
        " CREATE TEMP TABLE brought ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA"
    ).format(sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(TABLE))


def _counted(fields: list[str]) -> sql.Composed:
    """Count different keys, those that are stored, and those stored with the same values.

    Served by delivery_source_key_unique: LIMIT makes it one look-up per row.
    """
    compared = TARGETS[KIND].compared
    alike = [
        # a row of the short way reverses nothing
        "t.reverses_id IS NULL"
        if name == "reverses"
        else f"r.{compared[name].column} IS NOT DISTINCT FROM {compared[name].stored}"
        for name in fields
        if name in compared
    ]
    return sql.SQL(
        "SELECT (SELECT count(*) FROM"
        " (SELECT DISTINCT plant_id, document, line, lot FROM brought) k),"
        " count(t.id), count(t.id) FILTER (WHERE {alike})"
        " FROM brought r LEFT JOIN LATERAL ("
        "  SELECT d.* FROM {table} d WHERE d.plant_id = r.plant_id AND d.document = r.document"
        "  AND d.line = r.line AND d.lot = r.lot LIMIT 1) t ON true"
    ).format(alike=sql.SQL(" AND ").join(map(sql.SQL, alike)), table=sql.Identifier(TABLE))


def _stored(order: Order, ids: Ids) -> Loaded:
    """Count what the table holds of this import."""
    statement = sql.SQL("SELECT count(*), coalesce(sum(t.quantity), 0) FROM {} t WHERE {}")
    [(rows, pieces)] = fetch(statement.format(sql.Identifier(TABLE), are_of(order.batch_id, ids)))
    return Loaded(rows=rows, pieces=pieces, created={}, ids=ids)


def _reading(order: Order, at: datetime) -> AbstractContextManager[Reading]:
    return reading(request_of(order, at), lambda: _straight(order))


def _straight(order: Order) -> Straight:
    defaults = {one.name: one.default for one in order.kind.fields if one.type.textual}
    return Straight(
        ids={one.field: _ids(one) for one in MASTERS[KIND]},
        constants={
            **{name: defaults[name] for name in ("line", "lot", "unit", "kind")},
            "batch": str(order.batch_id),
        },
        piece_units=_piece_units(),
        absent=["reverses"],
    )


def _ids(master: Master) -> dict[str, str]:
    """Return the id of each code as it is written; codes no cell can spell are left out."""
    statement = sql.SQL(
        "SELECT coalesce(json_object_agg({}, id::text)::text, '{{}}') FROM {}"
    ).format(sql.Identifier(master.code), sql.Identifier(master.table))
    [(text,)] = fetch(statement)
    ids: dict[str, str] = json.loads(text)
    if are_plain("\0".join(ids)):
        return ids
    return {code: pk for code, pk in ids.items() if clean(code) == code}


def _piece_units() -> list[str]:
    """Spellings that mean pieces for every part: no part has a factor for them."""
    factored = {unit.lower() for (unit,) in fetch("SELECT DISTINCT unit FROM suppliers_partunit")}
    return [unit for unit in PIECE_UNITS if unit not in factored]
