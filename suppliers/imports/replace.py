"""Puts the values of a file's rows in the place of stored ones, where a person has decided so."""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from psycopg import sql

from suppliers.imports.database import fetch
from suppliers.imports.problems import FileError
from suppliers.imports.targets import Target

# row's number → why it could not be replaced
Refused = dict[int, FileError]


def replace(
    target: Target, *, batch_id: int, numbers: Sequence[int], back: bool = False
) -> tuple[list[int], Refused]:
    """Give stored records the values of listed rows; `back` gives them what they had before.

    A record is changed only if it still says what the person saw. Returns the numbers of the
    rows whose records were changed, and why the others were not.
    """
    sides = ("wanted", "stored") if back else ("stored", "wanted")
    refused = _refused(target, batch_id, numbers, to=sides[1])
    left = [number for number in numbers if number not in refused]
    done = _update_all(target, batch_id, left, sides, refused)
    stale = set(left) - set(done) - set(refused)
    return done, refused | {number: FileError("replace_stale") for number in stale}


def _refused(target: Target, batch_id: int, numbers: Sequence[int], *, to: str) -> Refused:
    statement = sql.SQL(
        "SELECT number, code FROM (SELECT i.number, {code} AS code"
        " FROM suppliers_importrow i JOIN {table} t ON t.id = i.record"
        " CROSS JOIN LATERAL jsonb_populate_record(t, i.{to}) n"
        " WHERE i.batch_id = {batch} AND i.number = ANY({numbers})) c WHERE code IS NOT NULL"
    ).format(
        code=sql.SQL(target.refused),
        to=sql.Identifier(to),
        table=sql.Identifier(target.table),
        batch=batch_id,
        numbers=list(numbers),
    )
    return {number: FileError(code) for number, code in fetch(statement)}


def _update_all(
    target: Target,
    batch_id: int,
    numbers: Sequence[int],
    sides: tuple[str, str],
    refused: Refused,
) -> list[int]:
    """Update in one statement; when a constraint objects, row by row to learn which."""
    try:
        with transaction.atomic():
            return _update(target, batch_id, numbers, sides)
    except IntegrityError:
        done: list[int] = []
        for number in numbers:
            try:
                with transaction.atomic():
                    done += _update(target, batch_id, [number], sides)
            except IntegrityError as error:
                refused[number] = FileError("replace_breaks_rule", rule=rule_of(error))
        return done


def _update(
    target: Target, batch_id: int, numbers: Sequence[int], sides: tuple[str, str]
) -> list[int]:
    if not numbers:
        return []
    columns = [one.column for one in target.compared.values()]
    if target.table == "suppliers_delivery":
        columns.append("unit_quantity")
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL(
        "UPDATE {table} t SET ({names}) = (SELECT {names} FROM jsonb_populate_record(t, i.{to}))"
        " FROM suppliers_importrow i"
        " WHERE i.batch_id = {batch} AND i.number = ANY({numbers}) AND t.id = i.record"
        " AND jsonb_populate_record(t, i.{from_}) IS NOT DISTINCT FROM t"
        " RETURNING i.number"
    ).format(
        table=sql.Identifier(target.table),
        names=names,
        from_=sql.Identifier(sides[0]),
        to=sql.Identifier(sides[1]),
        batch=batch_id,
        numbers=list(numbers),
    )
    return [number for (number,) in fetch(statement)]


def rule_of(error: IntegrityError) -> str:
    """Return the name of the constraint that objected."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or str(error)


def in_words(refused: Mapping[int, FileError]) -> list[tuple[int, str]]:
    """Return rows and why they were refused, in the order of the file."""
    return [(number, str(refused[number])) for number in sorted(refused)]
