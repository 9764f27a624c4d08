"""Keeps the rows that need a person's attention, with everything that is wrong with each."""

import json
from collections.abc import Mapping

from psycopg import sql

from suppliers.imports.database import execute, fetch
from suppliers.imports.fields import Kind
from suppliers.imports.stage import column_of


def keep(kind: Kind, *, batch_id: int, mapped: Mapping[str, str]) -> None:
    """Replace the batch's listed rows by those that have a problem or a warning now."""
    execute("DELETE FROM suppliers_importrow WHERE batch_id = %(batch)s", {"batch": batch_id})
    execute(
        sql.SQL(
            "INSERT INTO suppliers_importrow (batch_id, number, outcome, problems, values)"
            " SELECT {batch}, p.number, coalesce(v.outcome, 'valid'), p.problems,"
            " jsonb_build_object({key})"
            " FROM (SELECT number, jsonb_agg(jsonb_build_object("
            "  'field', field, 'column', coalesce({mapped}::jsonb ->> field, ''), 'code', code,"
            "  'value', value, 'params', params) ORDER BY warning, field, code) AS problems"
            "  FROM problem GROUP BY number) p"
            " LEFT JOIN verdict v ON v.number = p.number"
            " LEFT JOIN resolved r ON r.number = p.number"
        ).format(
            batch=batch_id,
            mapped=json.dumps(dict(mapped)),
            key=sql.SQL(", ").join(
                sql.SQL("{}, r.{}").format(name, sql.Identifier(column_of(name)))
                for name in kind.key
            ),
        )
    )


def count_by_code() -> dict[str, int]:
    """Return how many rows have each problem or warning, the most frequent first."""
    counted = fetch(
        "SELECT code, count(DISTINCT number) FROM problem GROUP BY code ORDER BY 2 DESC, 1"
    )
    return dict(counted)
