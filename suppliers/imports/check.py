"""The second step: every staged row is judged against what is known, by SQL over all rows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from psycopg import sql

from suppliers.access import Limits
from suppliers.imports.database import execute, fetch, run_file
from suppliers.imports.fields import Kind
from suppliers.imports.masters import MASTERS, Master
from suppliers.imports.stage import column_of
from suppliers.imports.targets import TARGETS, Compared, Target

ACCEPT = """
CREATE TEMP VIEW accepted AS
SELECT r.* FROM resolved r WHERE NOT EXISTS (SELECT FROM verdict v WHERE v.number = r.number)
"""
PIECE_UNITS = [
    "ea", "each", "pc", "pcs", "pce", "piece", "pieces", "st", "stk", "stck", "stück", "stueck",
    "unit", "units", "nos",
]  # fmt: skip
OUTCOMES = ("valid", "duplicate", "conflict", "unmapped", "rejected")
# What keeps a row out although nothing in it is wrong: it is mended here, not in the file.
UNMAPPED = [
    "unknown_supplier", "unknown_part", "unknown_plant", "unknown_defect_code", "unknown_tier",
    "unknown_group", "unit_without_factor",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the check depends on besides the file."""

    today: date
    create_parts: bool
    create_masters: bool
    # of the person who answers for the import; None when every row may be theirs
    limits: Limits | None = None


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Rows of one outcome, and their pieces where the kind has any.

    `quantity`: what the file says, in its units; None where the file speaks of pieces. Rows whose
    unit has no factor have a quantity and no pieces.
    """

    rows: int
    pieces: Decimal | None
    quantity: Decimal | None = None


def check(kind: Kind, provided: list[str], rules: Rules) -> dict[str, Tally]:
    """Judge the staged rows; leaves `resolved`, `problem`, `verdict` and `accepted` behind."""
    params = {"piece_units": PIECE_UNITS, "today": rules.today, "provided": provided}
    if rules.limits is not None:
        execute(KEEP_WHAT_CELLS_SAY)
    run_file(f"{kind.name}_resolve", params)
    for master in MASTERS[kind.name]:
        if not master.created(parts=rules.create_parts, masters=rules.create_masters):
            execute(_unknown(master))
    run_file(f"{kind.name}_check", params)
    for name in sorted(provided, key=kind.names.index):  # reversals look at what units said
        run_file(f"{kind.name}_check_{name}", params)
    if rules.limits is not None:
        _judge_foreign(kind, rules.limits)
        execute(NAME_NOBODY_ELSE)
        execute(TELL_NOTHING_ELSE)
    _judge_repeats(kind, provided)
    if kind.name in TARGETS:
        _judge_stored(TARGETS[kind.name], provided)
    run_file("outcomes", {"unmapped": UNMAPPED})
    _judge_unchanged(kind)
    execute(ACCEPT)
    return _count(kind)


def _unknown(master: Master) -> sql.Composed:
    field = sql.Identifier(master.field)
    return sql.SQL(
        "INSERT INTO problem (number, field, code, value, params)"
        " SELECT number, {name}, {code}, {field}::text, '{{}}' FROM resolved"
        " WHERE {id} IS NULL AND {field}::text <> ''"
    ).format(
        name=sql.Literal(master.field),
        code=sql.Literal(f"unknown_{master.field}"),
        field=field,
        id=sql.Identifier(f"{master.field}_id"),
    )


# Whoever is narrowed is not told whose the delivery is.
NAME_NOBODY_ELSE = """
UPDATE problem SET code = 'delivery_of_someone_else', params = '{}'
WHERE code = 'delivery_of_another'
"""

# Nor anything that was found by looking at other records; what is wrong with the cells is told.
KEEP_WHAT_CELLS_SAY = "CREATE TEMP TABLE problem_of_cells ON COMMIT DROP AS TABLE problem"
TELL_NOTHING_ELSE = """
DELETE FROM problem p
WHERE p.code <> 'not_yours'
    AND EXISTS (SELECT FROM problem o WHERE o.number = p.number AND o.code = 'not_yours')
    AND NOT EXISTS (
        SELECT FROM problem_of_cells c
        WHERE c.number = p.number AND c.code = p.code AND c.field IS NOT DISTINCT FROM p.field
    )
"""

# Kinds whose rows do not name a plant follow the suppliers that deliver to the person's plants.
DELIVERS_THERE = """
EXISTS (
    SELECT FROM suppliers_delivery own
    WHERE own.supplier_id = {alias}.{supplier} AND own.plant_id = ANY({plants})
)
"""


def _judge_foreign(kind: Kind, limits: Limits) -> None:
    """Rows of suppliers or plants the person may not see, or that would change such a record."""
    if kind.name == "parts":
        return  # parts belong to no supplier
    if kind.name == "suppliers":
        execute(_foreign("code", sql.SQL("NOT {}").format(_own(kind, "r", "existing_id", limits))))
        return
    execute(
        _foreign(
            "supplier",
            sql.SQL(
                "r.supplier_id IS NOT NULL AND NOT {}"
                " OR EXISTS (SELECT FROM {} t WHERE t.id = r.existing_id AND NOT {})"
            ).format(
                _own(kind, "r", "supplier_id", limits),
                sql.Identifier(TARGETS[kind.name].table),
                _own(kind, "t", "supplier_id", limits),
            ),
        )
    )


def _own(kind: Kind, alias: str, supplier: str, limits: Limits) -> sql.Composed:
    at_plant = "{alias}.plant_id = ANY({plants})" if kind.plant else DELIVERS_THERE
    return sql.SQL(
        "coalesce({alias}.{supplier} = ANY({suppliers}) OR " + at_plant + ", false)"
    ).format(
        alias=sql.Identifier(alias),
        supplier=sql.Identifier(supplier),
        suppliers=limits.supplier_ids,
        plants=limits.plant_ids,
    )


def _foreign(field: str, when: sql.Composable) -> sql.Composed:
    return sql.SQL(
        "INSERT INTO problem (number, field, code, value, params)"
        " SELECT r.number, {name}, 'not_yours', r.{field}, '{{}}' FROM resolved r WHERE {when}"
    ).format(name=sql.Literal(field), field=sql.Identifier(field), when=when)


def _judge_repeats(kind: Kind, provided: list[str]) -> None:
    """Rows of the same key: the same again is a duplicate, other values are a conflict of all."""
    key = sql.SQL(", ").join(sql.Identifier(column_of(name)) for name in kind.key)
    join = sql.SQL(" AND ").join(
        sql.SQL("f.{0} = r.{0}").format(sql.Identifier(column_of(name))) for name in kind.key
    )
    repeated = execute(
        sql.SQL(
            "CREATE TEMP TABLE repeated ON COMMIT DROP AS"
            " SELECT {key}, min(number) AS first, false AS differs FROM resolved r"
            " WHERE NOT EXISTS"
            " (SELECT FROM problem p WHERE p.number = r.number)"
            " GROUP BY {key} HAVING count(*) > 1"
        ).format(key=key)
    )
    if not repeated:
        return
    same = sql.SQL("({}) IS NOT DISTINCT FROM ({})").format(
        _columns("r", provided), _columns("o", provided)
    )
    execute(_mark_differing(join, same))
    execute(_list_repeats(kind, join))


def _columns(alias: str, names: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(alias, column_of(name)) for name in names)


def _mark_differing(join: sql.Composable, same: sql.Composable) -> sql.Composed:
    return sql.SQL(
        "UPDATE repeated f SET differs = true FROM resolved r, resolved o"
        " WHERE {join} AND o.number = f.first AND NOT {same}"
        " AND NOT EXISTS (SELECT FROM problem p WHERE p.number = r.number)"
    ).format(join=join, same=same)


def _list_repeats(kind: Kind, join: sql.Composable) -> sql.Composed:
    """The first row of a conflict names the next one; every other row names the first."""
    return sql.SQL(
        "INSERT INTO problem (number, field, code, value, params)"
        " SELECT number, {field}, CASE WHEN differs THEN 'row_differs' ELSE 'repeats_row' END,"
        " value, jsonb_build_object('row', coalesce(other, first)::text) FROM ("
        "  SELECT r.number, f.first, f.differs, r.{column}::text AS value, CASE"
        "   WHEN r.number = f.first"
        "   THEN lead(r.number) OVER (PARTITION BY f.first ORDER BY r.number)"
        "  END AS other"
        "  FROM repeated f JOIN resolved r ON {join}"
        "  WHERE NOT EXISTS (SELECT FROM problem p WHERE p.number = r.number)"
        " ) t WHERE differs OR number > first"
    ).format(
        field=sql.Literal(kind.handle),
        column=sql.Identifier(column_of(kind.handle)),
        join=join,
    )


def _judge_stored(target: Target, provided: list[str]) -> None:
    """A stored row of the same key that says something else is a conflict, with both values.

    One pass finds the rows; only for them each value is looked at.
    """
    compared = {name: one for name, one in target.compared.items() if name in provided}
    anything = sql.SQL(" OR ").join(map(_differs, compared.values()))
    # mostly none is stored, or all are: the plans are not alike
    execute("ANALYZE resolved (existing_id)")
    found = execute(
        sql.SQL(
            "CREATE TEMP TABLE differing ON COMMIT DROP AS"
            " SELECT r.number FROM resolved r JOIN {} t ON t.id = r.existing_id"
            " WHERE r.existing_id IS NOT NULL AND ({})"
            # what is not theirs to see is not shown as the other value either
            " AND NOT EXISTS"
            " (SELECT FROM problem p WHERE p.number = r.number AND p.code = 'not_yours')"
        ).format(sql.Identifier(target.table), anything)
    )
    if found:
        for name, one in compared.items():
            execute(_differing(name, one, target))


def _differing(field: str, compared: Compared, target: Target) -> sql.Composed:
    return sql.SQL(
        "INSERT INTO problem (number, field, code, value, params)"
        " SELECT r.number, {field}, 'stored_differs', coalesce({shown}, '–'),"
        " jsonb_build_object('stored', coalesce({stored}, '–'))"
        " FROM differing JOIN resolved r USING (number) JOIN {table} t ON t.id = r.existing_id"
        " WHERE {differs}"
    ).format(
        field=sql.Literal(field),
        shown=sql.SQL(compared.shown or f"({compared.resolved})::text"),
        stored=sql.SQL(compared.shown_stored or f"({compared.stored})::text"),
        table=sql.Identifier(target.table),
        differs=_differs(compared),
    )


def _differs(compared: Compared) -> sql.Composed:
    return sql.SQL("{} IS DISTINCT FROM {}").format(
        sql.SQL(compared.resolved), sql.SQL(compared.stored)
    )


def _judge_unchanged(kind: Kind) -> None:
    """What is stored already changes nothing, unless a master's row completes it."""
    completes = sql.SQL("false" if kind.name in TARGETS else "coalesce(r.completes, false)")
    execute(
        sql.SQL(
            "INSERT INTO verdict SELECT r.number, 'duplicate' FROM resolved r"
            " WHERE r.existing_id IS NOT NULL AND NOT {}"
            " AND NOT EXISTS (SELECT FROM verdict v WHERE v.number = r.number)"
        ).format(completes)
    )


def _count(kind: Kind) -> dict[str, Tally]:
    own = sql.Identifier("r", kind.pieces) if kind.pieces else sql.SQL("NULL::numeric")
    in_units = kind.pieces is not None and "unit" in kind.names
    pieces = sql.Identifier("r", "pieces") if in_units else own
    counted = fetch(
        sql.SQL(
            "SELECT coalesce(v.outcome, 'valid'), count(*), sum({}), sum({}) FROM resolved r"
            " LEFT JOIN verdict v ON v.number = r.number GROUP BY 1"
        ).format(pieces, own)
    )
    found = {outcome: tuple(amounts) for outcome, *amounts in counted}
    none = Decimal(0) if kind.pieces else None
    return {
        outcome: Tally(
            rows=rows,
            pieces=none if total is None else total,
            quantity=(none if said is None else said) if in_units else None,
        )
        for outcome in OUTCOMES
        for rows, total, said in [found.get(outcome, (0, None, None))]
    }
