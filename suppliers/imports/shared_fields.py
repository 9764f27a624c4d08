"""Fields that several kinds of import have in common, and the spellings of closed vocabularies."""

from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from suppliers.imports.fields import Field, FieldType

ZERO = Decimal(0)
LIMIT = Decimal(999_999_999_999)

YES_NO = {
    **dict.fromkeys(("1", "y", "yes", "true", "t", "x", "j", "ja", "wahr", "on"), "true"),
    **dict.fromkeys(("0", "n", "no", "false", "f", "nein", "falsch", "off"), "false"),
}
DELIVERY_KINDS = {
    **dict.fromkeys(("serial", "series", "serie", "normal", "standard"), "serial"),
    **dict.fromkeys(("pre_series", "preseries", "vorserie", "prototype", "prototyp"), "pre_series"),
    **dict.fromkeys(("sample", "samples", "muster", "erstmuster"), "sample"),
    **dict.fromkeys(("replacement", "ersatz", "ersatzlieferung"), "replacement"),
}
DETECTION_POINTS = {
    **dict.fromkeys(
        ("incoming", "incoming_inspection", "receiving", "wareneingang", "we"), "incoming"
    ),
    **dict.fromkeys(("line", "production", "production_line", "linie", "montage"), "line"),
    **dict.fromkeys(
        ("zero_km", "zero_kilometres", "zero_kilometers", "0_km", "0km", "null_km"), "zero_km"
    ),
}
SEVERITIES = {
    **dict.fromkeys(("sorting", "sort", "sortierung"), "sorting"),
    **dict.fromkeys(("line_disturbance", "bandstoerung", "disturbance"), "line_disturbance"),
    **dict.fromkeys(("line_stop", "line_stoppage", "bandstillstand"), "line_stop"),
    **dict.fromkeys(("customer_plant", "kundenwerk"), "customer_plant"),
    **dict.fromkeys(("field", "feld"), "field"),
}

# The currencies of ISO 4217 that trade is done in; a file may write them small.
TRADED = """
    AED ARS AUD BAM BGN BHD BRL BYN CAD CHF CLP CNH CNY COP CZK DKK DZD EGP EUR GBP GEL GHS GTQ HKD
    HUF IDR ILS INR ISK JOD JPY KES KRW KWD KZT LKR MAD MDL MKD MXN MYR NGN NOK NZD OMR PEN PHP PKR
    PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD UAH USD UYU UZS VND ZAR
"""
CURRENCIES = {code.lower(): code for code in TRADED.split()}

SUPPLIER = Field(
    name="supplier",
    label=_("Supplier"),
    required=True,
    max_length=40,
    help=_("Code of the supplying site; it must exist."),
    aliases=(
        "supplier_code", "supplier_no", "supplier_number", "supplier_id", "vendor", "vendor_code",
        "vendor_no", "vendor_number", "lieferant", "lieferantennummer", "lieferanten_nr",
        "lieferantencode", "kreditor", "lifnr",
    ),
)  # fmt: skip
PART = Field(
    name="part",
    label=_("Part"),
    required=True,
    max_length=60,
    help=_("Part number; unknown numbers are created on request."),
    aliases=(
        "part_number", "part_no", "part_code", "item", "item_number", "item_no", "material",
        "material_number", "material_no", "teil", "teilenummer", "teile_nr", "sachnummer",
        "sach_nr", "artikel", "artikelnummer", "materialnummer", "mat_nr", "matnr",
    ),
)  # fmt: skip
PLANT = Field(
    name="plant",
    label=_("Plant"),
    required=True,
    max_length=40,
    help=_("Code of the receiving plant; unknown plants are created."),
    aliases=("plant_code", "receiving_plant", "site", "werk", "werks", "empfangswerk"),
)
LOT = Field(
    name="lot",
    label=_("Lot"),
    max_length=60,
    aliases=("lot_number", "lot_no", "batch", "batch_number", "charge", "chargennummer", "los"),
)
LINE = Field(
    name="line",
    label=_("Line"),
    max_length=20,
    aliases=("line_number", "line_no", "position", "pos", "item_line", "zeile"),
)


def quantity(name: str, label: object, **options: object) -> Field:
    """Return a field for pieces; it must be above zero unless `minimum` says otherwise."""
    bounds = {"maximum": LIMIT} if "minimum" in options else {"above": ZERO, "maximum": LIMIT}
    base = Field(name=name, label=str(name), type=FieldType.NUMBER)
    return replace(base, label=label, **{**bounds, **options})  # type: ignore[arg-type]


def day(name: str, label: object, **options: object) -> Field:
    """Return a field for a calendar day."""
    base = Field(name=name, label=str(name), type=FieldType.DATE)
    return replace(base, label=label, **options)  # type: ignore[arg-type]
