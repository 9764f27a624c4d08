"""The kind of file that brings rejects."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from suppliers.imports.fields import Field, FieldType, Kind
from suppliers.imports.shared_fields import (
    CURRENCIES,
    DETECTION_POINTS,
    LOT,
    PART,
    PLANT,
    SEVERITIES,
    SUPPLIER,
    ZERO,
    day,
    quantity,
)

REJECTS = Kind(
    name="rejects",
    pieces="suspect_qty",
    key=("plant", "complaint", "line"),
    plant="plant",
    stand_ins={"complaint": "delivery", "line": "defect_code"},
    fields=(
        Field(
            name="complaint",
            label=_("Complaint"),
            required=True,
            max_length=60,
            help=_("Complaint number; without one, the delivery and the defect code are the key."),
            aliases=(
                "complaint_number", "complaint_no", "reject_number", "reject_no", "ncr",
                "ncr_number", "notification", "reklamation", "reklamationsnummer",
                "reklamations_nr", "meldung", "qm_meldung", "qmnum",
            ),
        ),
        Field(
            name="line",
            label=_("Line"),
            max_length=40,
            aliases=("line_number", "line_no", "position", "pos", "item_line", "zeile"),
        ),
        LOT,
        Field(
            name="delivery",
            label=_("Delivery"),
            max_length=142,
            help=_("Document, document/line or document/line/lot of the receipt, if known."),
            aliases=(
                "delivery_ref", "delivery_note", "delivery_number", "document", "goods_receipt",
                "receipt", "lieferschein", "lieferscheinnummer", "wareneingang",
            ),
        ),
        SUPPLIER,
        PLANT,
        PART,
        day(
            "detected_on",
            _("Detected on"),
            required=True,
            past=True,
            aliases=(
                "reject_date", "detection_date", "detected", "complaint_date", "date_detected",
                "date", "reklamationsdatum", "entdeckt_am", "feststelldatum", "datum",
            ),
        ),
        Field(
            name="defect_code",
            label=_("Defect code"),
            required=True,
            max_length=40,
            help=_("Unknown codes are created and count in pieces."),
            aliases=(
                "defect", "defect_type", "reject_code", "reason_code", "fault_code",
                "fehlercode", "fehlerart", "fehlerschluessel", "fehler",
            ),
        ),
        Field(
            name="detection_point",
            label=_("Detection point"),
            type=FieldType.CHOICE,
            choices=DETECTION_POINTS,
            default="incoming",
            help=_("incoming, line or zero_km; empty means incoming inspection."),
            aliases=("found_at", "detected_at", "entdeckungsort", "fundort"),
        ),
        Field(
            name="severity",
            label=_("Severity"),
            type=FieldType.CHOICE,
            choices=SEVERITIES,
            default="sorting",
            help=_("sorting, line_disturbance, line_stop, customer_plant or field."),
            aliases=("incident_severity", "schwere", "auswirkung"),
        ),
        quantity(
            "suspect_qty",
            _("Suspect quantity"),
            required=True,
            help=_("Pieces complained about."),
            aliases=(
                "quantity", "quantity_rejected", "rejected_quantity", "suspect_quantity",
                "suspect", "rejected", "rejected_qty", "qty_rejected", "qty", "menge",
                "reklamierte_menge", "reklamationsmenge", "anzahl",
            ),
        ),
        quantity(
            "checked_qty",
            _("Checked quantity"),
            minimum=ZERO,
            default="0",
            aliases=("checked_quantity", "checked", "inspected", "inspected_qty", "geprueft"),
        ),
        quantity(
            "confirmed_qty",
            _("Confirmed defective"),
            minimum=ZERO,
            default="0",
            aliases=(
                "confirmed_quantity", "confirmed", "defective", "defective_qty", "bestaetigt",
            ),
        ),
        quantity(
            "released_qty",
            _("Released quantity"),
            minimum=ZERO,
            default="0",
            aliases=("released_quantity", "released", "freigegeben"),
        ),
        Field(
            name="defects",
            label=_("Defects"),
            type=FieldType.WHOLE,
            minimum=ZERO,
            maximum=Decimal(2_147_483_647),
            help=_("Defects counted on the defective pieces; not below the confirmed quantity."),
            aliases=("defect_count", "number_of_defects", "fehleranzahl", "anzahl_fehler"),
        ),
        Field(
            name="machine",
            label=_("Machine"),
            max_length=60,
            help=_("On which the supplier made the parts, if known."),
            aliases=("machine_no", "machine_number", "maschine"),
        ),
        Field(
            name="shift",
            label=_("Shift"),
            max_length=20,
            help=_("In which the supplier made the parts, if known."),
            aliases=("schicht",),
        ),
        quantity(
            "cost",
            _("Cost"),
            minimum=ZERO,
            decimals=2,
            help=_("What the reject cost the customer; needs its currency."),
            aliases=("cost_amount", "reklamationskosten"),
        ),
        Field(
            name="cost_currency",
            label=_("Currency of the cost"),
            type=FieldType.CHOICE,
            choices=CURRENCIES,
            help=_("Three letters, like EUR; amounts of different currencies are never added."),
            aliases=("currency", "waehrung", "kostenwaehrung"),
        ),
    ),
)  # fmt: skip
