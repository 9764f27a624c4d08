"""The rows behind a figure as JSON."""

from decimal import Decimal
from typing import Any

from scorecards.periods import Month
from scorecards.queries.export import plain
from scorecards.queries.rows import RowKind

# rows → the fields of the fact and of what it counts
FACTS = {
    RowKind.REJECTS: "reject",
    RowKind.DELIVERIES: "delivery",
    RowKind.RETURNS: "warranty_return",
}
COUNTS = {
    RowKind.REJECTS: ("detected_on", "counted_qty", "provisional_qty"),
    RowKind.DELIVERIES: ("received_on", "received_qty", ""),
    RowKind.RETURNS: ("received_on", "returned_qty", "returned_provisional_qty"),
}


def row_dict(kind: RowKind, row: Any) -> dict[str, Any]:
    """Return a contributing row as JSON."""
    dated, counted, provisional = COUNTS[kind]
    return {
        "id": row.pk,
        "record": str(getattr(row, FACTS[kind])),
        "on": getattr(row, dated).isoformat(),
        "supplier": row.supplier.code,
        "plant": None if kind is RowKind.RETURNS else row.plant.code,
        "part": row.part.number,
        "counted": plain(getattr(row, counted)),
        "provisional": plain(getattr(row, provisional) if provisional else Decimal(0)),
        "decided": getattr(row, "decided", None),
        "disputed": getattr(row, "disputed", False),
        "counted_by": getattr(row, "counted_by", ""),
    }


def in_field_dict(row: Any) -> dict[str, Any]:
    """Write parts in field; "decided" says whether they were reported and not derived."""
    return {
        "id": None,
        "record": "parts in field",
        "on": str(Month.of(row.month)),
        "supplier": row.supplier.code,
        "plant": None,
        "part": row.part.number if row.part_id else None,
        "counted": plain(row.parts_in_field),
        "provisional": "0",
        "decided": row.parts_in_field_given == row.parts_in_field,
        "disputed": False,
        "counted_by": "",
    }
