"""The rows behind a figure as lines of a file, by kind: heading and one line a row."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scorecards.queries.rows import RowKind

Line = Callable[[Any], Sequence[Any]]


def _reject(row: Any) -> Sequence[Any]:
    fact = row.reject
    return (
        row.supplier.code,
        fact.complaint,
        fact.line,
        row.detected_on.isoformat(),
        row.plant.code,
        row.part.number,
        fact.lot,
        fact.defect_code.code,
        fact.get_detection_point_display(),
        fact.get_severity_display(),
        fact.suspect_qty,
        fact.checked_qty,
        fact.confirmed_qty,
        row.counted_qty,
        row.provisional_qty,
        row.counted_by,
        "1" if row.disputed else "0",
        fact.machine,
        fact.shift,
        fact.cost,
        fact.cost_currency,
    )


def _delivery(row: Any) -> Sequence[Any]:
    fact = row.delivery
    return (
        row.supplier.code,
        fact.document,
        fact.line,
        fact.lot,
        row.received_on.isoformat(),
        row.plant.code,
        row.part.number,
        fact.kind,
        "1" if fact.reverses_id else "0",
        fact.quantity,
        row.received_qty,
        fact.promised_on.isoformat() if fact.promised_on else "",
        row.on_time if row.promised else "",
    )


def _return(row: Any) -> Sequence[Any]:
    fact = row.warranty_return
    return (
        row.supplier.code,
        fact.claim,
        fact.line,
        row.received_on.isoformat(),
        row.part.number,
        fact.built_on.isoformat() if fact.built_on else "",
        fact.failed_on.isoformat() if fact.failed_on else "",
        fact.months_in_service,
        fact.quantity,
        row.returned_qty,
        row.returned_provisional_qty,
        "1" if row.disputed else "0",
    )


def _in_field(row: Any) -> Sequence[Any]:
    part = (row.part.number, row.part.name) if row.part_id else ("", "")
    return (row.supplier.code, *part, row.parts_in_field, row.parts_in_field_given)


Header = Sequence[str | Promise]

LINES: Final[dict[RowKind, tuple[Header, Line]]] = {
    RowKind.REJECTS: (
        (
            _("Supplier"),
            _("Complaint"),
            _("Line"),
            _("Detected on"),
            _("Plant"),
            _("Part"),
            _("Lot"),
            _("Defect code"),
            _("Found at"),
            _("Severity"),
            _("Suspect"),
            _("Checked"),
            _("Confirmed"),
            _("Counts"),
            _("Of which provisional"),
            _("Lot counted by"),
            _("Disputed"),
            _("Machine"),
            _("Shift"),
            _("Cost"),
            _("Currency of the cost"),
        ),
        _reject,
    ),
    RowKind.DELIVERIES: (
        (
            _("Supplier"),
            _("Document"),
            _("Line"),
            _("Lot"),
            _("Received on"),
            _("Plant"),
            _("Part"),
            _("Kind"),
            _("Reversal"),
            _("Pieces"),
            _("Counts as received"),
            _("Promised on"),
            _("On time"),
        ),
        _delivery,
    ),
    RowKind.RETURNS: (
        (
            _("Supplier"),
            _("Claim"),
            _("Line"),
            _("Received on"),
            _("Part"),
            _("Built on"),
            _("Failed on"),
            _("Months in service"),
            _("Pieces"),
            _("Counts"),
            _("Of which provisional"),
            _("Disputed"),
        ),
        _return,
    ),
    RowKind.IN_FIELD: (
        (_("Supplier"), _("Part"), _("Name"), _("Parts in field"), _("Of which reported")),
        _in_field,
    ),
}
