"""Masters that rows of a file name: which may be created with them, and how."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from suppliers.imports.database import execute, fetch


@dataclass(frozen=True, kw_only=True)
class Master:
    """A table that a field names by its code; `insert` creates the missing ones of `accepted`."""

    field: str
    table: str
    code: str = "code"
    # "always" with the other masters, "asked" for parts, "never" for suppliers
    creation: str = "always"
    # further columns a created one gets, as SQL over the code
    extra: tuple[tuple[str, str], ...] = ()

    def created(self, *, parts: bool, masters: bool) -> bool:
        """Whether unknown codes are created."""
        return parts if self.creation == "asked" else masters and self.creation == "always"


SUPPLIER = Master(field="supplier", table="suppliers_supplier", creation="never")
PART = Master(
    field="part",
    table="suppliers_part",
    code="number",
    creation="asked",
    extra=(
        ("name", "''"),
        ("commodity", "''"),
        ("component_opportunities", "0"),
        ("placement_opportunities", "0"),
        ("termination_opportunities", "0"),
        ("safety_relevant", "false"),
    ),
)
PLANT = Master(
    field="plant",
    table="suppliers_plant",
    extra=(("name", "''"), ("time_zone", "{time_zone}"), ("country", "''")),
)
DEFECT_CODE = Master(
    field="defect_code",
    table="suppliers_defectcode",
    extra=(("name", "''"), ("category", "'other'"), ("counts", "'pieces'")),
)
TIER = Master(
    field="tier", table="suppliers_tier", code="level", extra=(("name", "'Tier ' || missing"),)
)
GROUP = Master(field="group", table="suppliers_suppliergroup", code="name")

MASTERS: dict[str, tuple[Master, ...]] = {
    "suppliers": (TIER, GROUP),
    "parts": (),
    "deliveries": (SUPPLIER, PLANT, PART),
    "rejects": (SUPPLIER, PLANT, PART, DEFECT_CODE),
    "warranty_returns": (SUPPLIER, PART),
    "field_population": (SUPPLIER, PART),
}


def missing(masters: Iterable[Master]) -> dict[str, list[str]]:
    """Return, per field, the codes of `accepted` that are not known yet."""
    found = {}
    for master in masters:
        codes = [str(code) for (code,) in fetch(_select_missing(master))]
        if codes:
            found[master.field] = codes
    return found


def create(masters: Iterable[Master], *, time_zone: str) -> None:
    """Create what `accepted` names and nobody knows, and give the rows the new ids."""
    for master in masters:
        if master.creation != "never":
            execute(_insert(master, time_zone))
            execute(_give_ids(master))


def _select_missing(master: Master) -> sql.Composed:
    return sql.SQL(
        "SELECT DISTINCT {field} AS missing FROM accepted"
        " WHERE {id} IS NULL AND {field}::text <> '' ORDER BY 1"
    ).format(field=sql.Identifier(master.field), id=sql.Identifier(f"{master.field}_id"))


def _insert(master: Master, time_zone: str) -> sql.Composed:
    columns = [master.code, *(name for name, _ in master.extra)]
    extra = (sql.SQL(value).format(time_zone=time_zone) for _, value in master.extra)
    values = [sql.SQL("missing"), *extra]
    return sql.SQL(
        "INSERT INTO {table} ({columns}) SELECT {values} FROM ({missing}) m ON CONFLICT DO NOTHING"
    ).format(
        table=sql.Identifier(master.table),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        values=sql.SQL(", ").join(values),
        missing=_select_missing(master),
    )


def _give_ids(master: Master) -> sql.Composed:
    return sql.SQL(
        "UPDATE resolved a SET {id} = m.id FROM {table} m"
        " WHERE a.{id} IS NULL AND m.{code} = a.{field}"
    ).format(
        id=sql.Identifier(f"{master.field}_id"),
        table=sql.Identifier(master.table),
        code=sql.Identifier(master.code),
        field=sql.Identifier(master.field),
    )


def as_summary(codes: dict[str, list[str]], *, most: int = 200) -> dict[str, Any]:
    """Shape created or missing codes for the summary: how many, and the first of them."""
    return {field: {"count": len(all_), "first": all_[:most]} for field, all_ in codes.items()}
