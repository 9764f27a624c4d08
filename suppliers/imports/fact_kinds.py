"""The kinds of files that bring facts: deliveries, warranty returns, parts in field."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from suppliers.imports.fields import Field, FieldType, Kind
from suppliers.imports.shared_fields import (
    DELIVERY_KINDS,
    LIMIT,
    LINE,
    LOT,
    PART,
    PLANT,
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
            help=_(
                "serial, pre_series, sample or replacement; empty means serial. "
                "A reversal is of the kind of its receipt."
            ),
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
