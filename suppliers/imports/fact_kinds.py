"""The kinds of files that bring facts: deliveries, rejects, warranty returns, parts in field."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from suppliers.imports.fields import Field, FieldType, Kind
from suppliers.imports.shared_fields import (
    DELIVERY_KINDS,
    DETECTION_POINTS,
    LIMIT,
    LINE,
    LOT,
    PART,
    PLANT,
    SEVERITIES,
    SUPPLIER,
    ZERO,
    day,
    quantity,
)

DELIVERIES = Kind(
    name="deliveries",
    pieces="quantity",
    key=("plant", "document", "line", "lot"),
    plant="plant",
    fields=(
        Field(
            name="document",
            label=_("Document"),
            required=True,
            max_length=60,
            help=_("Number of the goods receipt; with line and lot it is the row's key."),
            aliases=(
                "delivery_ref", "delivery", "delivery_note", "delivery_number", "document_number",
                "goods_receipt", "receipt", "receipt_number", "gr_number", "asn", "lieferschein",
                "lieferscheinnummer", "beleg", "belegnummer", "wareneingang", "mblnr",
            ),
        ),
        LINE,
        LOT,
        SUPPLIER,
        PLANT,
        PART,
        day(
            "received_on",
            _("Received on"),
            required=True,
            past=True,
            aliases=(
                "delivery_date", "receipt_date", "received", "date_received", "posting_date",
                "goods_receipt_date", "date", "lieferdatum", "eingangsdatum", "wareneingangsdatum",
                "buchungsdatum", "datum", "budat",
            ),
        ),
        quantity(
            "quantity",
            _("Quantity"),
            required=True,
            help=_("Above 0; a reversal is its own row that names what it reverses."),
            aliases=(
                "quantity_received", "received_quantity", "qty", "qty_received", "received_qty",
                "delivered_quantity", "pieces", "menge", "liefermenge", "eingangsmenge",
                "stueckzahl", "anzahl",
            ),
        ),
        Field(
            name="unit",
            label=_("Unit"),
            max_length=16,
            help=_("Needs a factor per part unless it means pieces."),
        ),
        Field(
            name="kind",
            label=_("Kind"),
            type=FieldType.CHOICE,
            choices=DELIVERY_KINDS,
            default="serial",
            help=_("serial, pre_series, sample or replacement; empty means serial."),
            aliases=("delivery_kind", "delivery_type", "lieferart"),
        ),
        day(
            "promised_on",
            _("Promised on"),
            aliases=("promised_date", "due_date", "due", "termin", "liefertermin", "solltermin"),
        ),
        quantity(
            "ordered_quantity",
            _("Ordered quantity"),
            aliases=("quantity_ordered", "ordered", "order_quantity", "bestellmenge"),
        ),
        Field(
            name="reverses",
            label=_("Reverses"),
            max_length=142,
            help=_("Document, document/line or document/line/lot of the receipt taken back."),
            aliases=("reversal_of", "cancels", "storno_zu", "storniert", "stornobeleg"),
        ),
    ),
)  # fmt: skip

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
    ),
)  # fmt: skip

WARRANTY_RETURNS = Kind(
    name="warranty_returns",
    pieces="quantity",
    key=("claim", "line"),
    fields=(
        Field(
            name="claim",
            label=_("Claim"),
            required=True,
            max_length=60,
            aliases=(
                "claim_number", "claim_no", "warranty_claim", "return_number", "garantieantrag",
                "antragsnummer", "gewaehrleistungsantrag", "schadensnummer",
            ),
        ),
        LINE,
        SUPPLIER,
        PART,
        day(
            "received_on",
            _("Received on"),
            required=True,
            past=True,
            aliases=(
                "return_date", "returned_on", "received", "date_received", "date",
                "eingangsdatum", "ruecklieferdatum", "datum",
            ),
        ),
        day(
            "failed_on",
            _("Failed on"),
            past=True,
            aliases=("failure_date", "repair_date", "ausfalldatum", "schadensdatum"),
        ),
        day(
            "built_on",
            _("Built on"),
            past=True,
            aliases=("build_date", "production_date", "baudatum", "produktionsdatum"),
        ),
        Field(
            name="mileage_km",
            label=_("Mileage (km)"),
            type=FieldType.WHOLE,
            minimum=ZERO,
            maximum=Decimal(10_000_000),
            aliases=("mileage", "km", "kilometres", "kilometers", "laufleistung", "kilometerstand"),
        ),
        Field(
            name="months_in_service",
            label=_("Months in service"),
            type=FieldType.WHOLE,
            minimum=ZERO,
            maximum=Decimal(1_200),
            aliases=("mis", "service_months", "einsatzmonate"),
        ),
        quantity(
            "quantity",
            _("Quantity"),
            required=True,
            aliases=("qty", "returned_quantity", "quantity_returned", "pieces", "menge", "anzahl"),
        ),
        quantity(
            "accepted_pct",
            _("Accepted share (%)"),
            minimum=ZERO,
            maximum=Decimal(100),
            decimals=2,
            default="100",
            help=_("Share the supplier accepts; empty means 100."),
            aliases=("accepted", "accepted_share", "supplier_share", "anerkannt", "quote"),
        ),
    ),
)  # fmt: skip

FIELD_POPULATION = Kind(
    name="field_population",
    pieces="parts_in_field",
    key=("supplier", "part", "month"),
    fields=(
        SUPPLIER,
        PART,
        Field(
            name="month",
            label=_("Month"),
            type=FieldType.MONTH,
            required=True,
            help=_("For example 2026-10; of a day the month is taken."),
            aliases=("period", "month_end", "monat", "periode", "date", "datum"),
        ),
        quantity(
            "parts_in_field",
            _("Parts in field"),
            required=True,
            minimum=ZERO,
            maximum=LIMIT,
            aliases=(
                "field_population", "population", "in_field", "quantity", "teile_im_feld",
                "feldbestand", "menge",
            ),
        ),
    ),
)  # fmt: skip
