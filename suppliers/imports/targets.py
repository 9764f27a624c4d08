"""Which table a kind of fact goes to, by which key, and which of its values are compared."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One value: how the resolved row (`r`) and the stored row (`t`) say it.

    `shown_*` write it for a person where the stored value is an id.
    """

    resolved: str
    stored: str
    shown: str = ""
    shown_stored: str = ""

    @property
    def column(self) -> str:
        """The stored column."""
        return self.stored.removeprefix("t.")


@dataclass(frozen=True, kw_only=True)
class Target:
    """A table of facts.

    `refused` is SQL that gives the code of a problem, or NULL, for a stored row `t` that is to
    become `n` (see `replace`); `hanging` lists what must not hang on a row that is taken back:
    problem code and a condition on the row `t` of the batch %(batch)s.
    """

    table: str
    pieces: str
    compared: dict[str, Compared]
    refused: str = "NULL"
    hanging: tuple[tuple[str, str], ...] = ()

    @property
    def events(self) -> str:
        """The audit log's table about this one."""
        return f"{self.table}event"


def _plain(column: str) -> Compared:
    return Compared(resolved=f"r.{column}", stored=f"t.{column}")


def _number(column: str, resolved: str = "") -> Compared:
    resolved = resolved or f"r.{column}"
    return Compared(
        resolved=resolved,
        stored=f"t.{column}",
        shown=f"trim_scale({resolved})::text",
        shown_stored=f"trim_scale(t.{column})::text",
    )


def _master(field: str, table: str, code: str = "code") -> Compared:
    return Compared(
        resolved=f"r.{field}_id",
        stored=f"t.{field}_id",
        shown=f"r.{field}",
        shown_stored=f"(SELECT m.{code} FROM {table} m WHERE m.id = t.{field}_id)",  # noqa: S608  # names from here
    )


def _delivery(field: str, column: str) -> Compared:
    return Compared(
        resolved=f"r.{column}",
        stored=f"t.{column}",
        shown=f"r.{field}",
        shown_stored=(
            "(SELECT concat_ws('/', d.document, nullif(d.line, ''), nullif(d.lot, ''))"  # noqa: S608
            f" FROM suppliers_delivery d WHERE d.id = t.{column})"
        ),
    )


SUPPLIER = _master("supplier", "suppliers_supplier")
PART = _master("part", "suppliers_part", "number")

# Reversals and rejects were checked against the receipt as it is stored.
DELIVERY_REFUSED = """
CASE
    WHEN n.part_id IS NULL THEN 'replace_needs_master'
    WHEN (n.supplier_id, n.part_id) IS DISTINCT FROM (t.supplier_id, t.part_id) AND (
        EXISTS (SELECT FROM suppliers_reject h WHERE h.delivery_id = t.id)
        OR EXISTS (SELECT FROM suppliers_delivery h WHERE h.reverses_id = t.id)
    ) THEN 'replace_is_referenced'
    WHEN n.quantity < t.quantity AND n.quantity < (
        SELECT sum(h.quantity) FROM suppliers_delivery h WHERE h.reverses_id = t.id
    ) THEN 'replace_below_reversals'
    WHEN n.reverses_id IS NOT NULL AND n.quantity + coalesce((
        SELECT sum(h.quantity) FROM suppliers_delivery h
        WHERE h.reverses_id = n.reverses_id AND h.id <> t.id
    ), 0) > (SELECT h.quantity FROM suppliers_delivery h WHERE h.id = n.reverses_id)
    THEN 'replace_exceeds_receipt'
END
"""


def _moves_decided(fact: str) -> str:
    """Whether a fact would go to another supplier with what was said about it to this one."""
    decided = " OR ".join(condition for _, condition in _decided(fact))
    return f"n.supplier_id IS DISTINCT FROM t.supplier_id AND ({decided})"


def _decided(fact: str) -> tuple[tuple[str, str], ...]:
    """Decisions, disputes and evidence about a fact."""
    tables = {
        "undo_verdicts": "suppliers_rejectverdict"
        if fact == "reject"
        else "suppliers_warrantyverdict",
        "undo_disputes": "suppliers_dispute",
        "undo_evidence": "suppliers_evidence",
    }
    return tuple(
        (code, f"EXISTS (SELECT FROM {table} h WHERE h.{fact}_id = t.id)")  # names from here
        for code, table in tables.items()
    )


# The newest verdict is in force, and it speaks of no more than is suspect.
REJECT_REFUSED = f"""
CASE
    WHEN n.part_id IS NULL OR n.defect_code_id IS NULL THEN 'replace_needs_master'
    WHEN {_moves_decided("reject")} THEN 'replace_is_decided'
    WHEN n.suspect_qty < (
        SELECT v.confirmed_qty + v.released_qty FROM suppliers_rejectverdict v
        WHERE v.reject_id = t.id ORDER BY v.number DESC LIMIT 1
    ) THEN 'replace_below_verdict'
END
"""  # noqa: S608  # names from here
RETURN_REFUSED = f"""
CASE
    WHEN n.part_id IS NULL THEN 'replace_needs_master'
    WHEN {_moves_decided("warranty_return")} THEN 'replace_is_decided'
END
"""

TARGETS = {
    "deliveries": Target(
        table="suppliers_delivery",
        pieces="quantity",
        compared={
            "supplier": SUPPLIER,
            "part": PART,
            "received_on": _plain("received_on"),
            "quantity": _number("quantity", "r.pieces"),
            "unit": _plain("unit"),
            "kind": _plain("kind"),
            "promised_on": _plain("promised_on"),
            "ordered_quantity": _number("ordered_quantity", "r.ordered_pieces"),
            "reverses": _delivery("reverses", "reverses_id"),
        },
        refused=DELIVERY_REFUSED,
        hanging=(
            (
                "undo_rejects",
                "EXISTS (SELECT FROM suppliers_reject h WHERE h.delivery_id = t.id)",
            ),
            (
                "undo_reversals",
                (
                    "EXISTS (SELECT FROM suppliers_delivery h WHERE h.reverses_id = t.id"
                    " AND h.batch_id IS DISTINCT FROM %(batch)s)"
                ),
            ),
        ),
    ),
    "rejects": Target(
        table="suppliers_reject",
        pieces="suspect_qty",
        compared={
            "supplier": SUPPLIER,
            "part": PART,
            "delivery": _delivery("delivery", "delivery_id"),
            "lot": _plain("lot"),
            "detected_on": _plain("detected_on"),
            "defect_code": _master("defect_code", "suppliers_defectcode"),
            "detection_point": _plain("detection_point"),
            "severity": _plain("severity"),
            "suspect_qty": _number("suspect_qty"),
            "checked_qty": _number("checked_qty"),
            "confirmed_qty": _number("confirmed_qty"),
            "released_qty": _number("released_qty"),
            "defects": _plain("defects"),
            "machine": _plain("machine"),
            "shift": _plain("shift"),
            "cost": _number("cost"),
            "cost_currency": _plain("cost_currency"),
        },
        refused=REJECT_REFUSED,
        hanging=_decided("reject"),
    ),
    "warranty_returns": Target(
        table="suppliers_warrantyreturn",
        pieces="quantity",
        compared={
            "supplier": SUPPLIER,
            "part": PART,
            "received_on": _plain("received_on"),
            "failed_on": _plain("failed_on"),
            "built_on": _plain("built_on"),
            "mileage_km": _plain("mileage_km"),
            "months_in_service": _plain("months_in_service"),
            "quantity": _number("quantity"),
            "accepted_pct": _number("accepted_pct"),
        },
        refused=RETURN_REFUSED,
        hanging=_decided("warranty_return"),
    ),
    "field_population": Target(
        table="suppliers_fieldpopulation",
        pieces="parts_in_field",
        compared={"parts_in_field": _number("parts_in_field")},
    ),
}
