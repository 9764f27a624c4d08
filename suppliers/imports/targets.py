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


@dataclass(frozen=True, kw_only=True)
class Target:
    """A table of facts."""

    table: str
    pieces: str
    compared: dict[str, Compared]


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
        },
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
    ),
    "field_population": Target(
        table="suppliers_fieldpopulation",
        pieces="parts_in_field",
        compared={"parts_in_field": _number("parts_in_field")},
    ),
}
