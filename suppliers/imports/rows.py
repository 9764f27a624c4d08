"""Keeps the rows that need a person's attention, with everything that is wrong with each."""

import json
from collections.abc import Mapping, Sequence

from psycopg import sql

from suppliers.imports.database import execute, fetch
from suppliers.imports.fields import Kind
from suppliers.imports.stage import column_of
from suppliers.imports.targets import TARGETS, Compared

# A decided row stays as it was decided, unless the file or the record says something new.
DECIDED_STAYS = """
ON CONFLICT (batch_id, number) DO UPDATE
SET outcome = excluded.outcome, problems = excluded.problems, values = excluded.values,
    record = excluded.record, stored = excluded.stored, wanted = excluded.wanted,
    decision = '', reason = '', decided_by_id = NULL, decided_at = NULL
WHERE suppliers_importrow.decision = 'keep'
    AND (suppliers_importrow.stored, suppliers_importrow.wanted)
        IS DISTINCT FROM (excluded.stored, excluded.wanted)
"""


def forget(batch_id: int) -> None:
    """Drop the batch's listed rows, those apart that a person has decided."""
    execute(
        "DELETE FROM suppliers_importrow WHERE batch_id = %(batch)s AND decision = ''",
        {"batch": batch_id},
    )


def keep(kind: Kind, *, batch_id: int, mapped: Mapping[str, str], provided: Sequence[str]) -> None:
    """Replace the batch's listed rows by those that have a problem now."""
    forget(batch_id)
    execute(
        sql.SQL(
            "INSERT INTO suppliers_importrow (batch_id, number, outcome, problems, values,"
            " record, stored, wanted, decision, reason)"
            " SELECT {batch}, p.number, v.outcome, p.problems,"
            " jsonb_build_object({key}), {question}, '', ''"
            " FROM (SELECT number, jsonb_agg(jsonb_build_object("
            "  'field', field, 'column', coalesce({mapped}::jsonb ->> field, ''), 'code', code,"
            "  'value', value, 'params', params) ORDER BY field, code) AS problems"
            "  FROM problem GROUP BY number) p"
            " JOIN verdict v ON v.number = p.number"
            " LEFT JOIN resolved r ON r.number = p.number {stored} {decided}"
        ).format(
            batch=batch_id,
            mapped=json.dumps(dict(mapped)),
            key=sql.SQL(", ").join(
                sql.SQL("{}, r.{}").format(name, sql.Identifier(column_of(name)))
                for name in kind.key
            ),
            decided=sql.SQL(DECIDED_STAYS),
            **_question(kind, provided),
        )
    )


def _question(kind: Kind, provided: Sequence[str]) -> dict[str, sql.Composable]:
    """Columns that say which record a conflict is about, and where they come from."""
    target = TARGETS.get(kind.name)
    if target is None:
        return {"question": sql.SQL("NULL, '{}', '{}'"), "stored": sql.SQL("")}
    compared = [one for name, one in target.compared.items() if name in provided]
    differing = [_differing(one) for one in compared]
    if kind.name == "deliveries":
        differing.append(UNIT_QUANTITY)
    stored, wanted = (
        sql.SQL(" || ").join(map(sql.SQL, side)) for side in zip(*differing, strict=True)
    )
    return {
        "question": sql.SQL("t.id, coalesce({}, '{{}}'), coalesce({}, '{{}}')").format(
            stored, wanted
        ),
        "stored": sql.SQL(
            "LEFT JOIN {} t ON t.id = r.existing_id AND v.outcome = 'conflict'"
            " AND EXISTS (SELECT FROM differing d WHERE d.number = r.number)"
            " AND NOT EXISTS (SELECT FROM problem w"
            "  WHERE w.number = r.number AND w.code = 'row_differs')"
        ).format(sql.Identifier(target.table)),
    }


def _differing(one: Compared) -> tuple[str, str]:
    """A JSON object with the column when it differs, as stored and as the file has it."""
    both = (one.stored, one.resolved)
    return _objects(one.column, f"{one.resolved} IS DISTINCT FROM {one.stored}", both)


def _objects(column: str, when: str, values: tuple[str, str]) -> tuple[str, str]:
    stored, wanted = (
        f"CASE WHEN {when} THEN jsonb_build_object('{column}', {value}) ELSE '{{}}' END"
        for value in values
    )
    return stored, wanted


# Follows quantity and unit: what the document itself counted in.
UNIT_QUANTITY = _objects(
    "unit_quantity",
    "r.pieces IS DISTINCT FROM t.quantity",
    ("t.unit_quantity", "CASE WHEN r.unit <> '' THEN r.quantity END"),
)


def count_by_code() -> dict[str, int]:
    """Return how many rows have each problem, the most frequent first."""
    counted = fetch(
        "SELECT code, count(DISTINCT number) FROM problem GROUP BY code ORDER BY 2 DESC, 1"
    )
    return dict(counted)
