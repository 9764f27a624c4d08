"""The kinds of files that bring masters: suppliers and parts."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from suppliers.imports.fields import Field, FieldType, Kind
from suppliers.imports.shared_fields import YES_NO, ZERO

MOST = Decimal(2_147_483_647)

SUPPLIERS = Kind(
    name="suppliers",
    key=("code",),
    fields=(
        Field(
            name="code",
            label=_("Code"),
            required=True,
            max_length=40,
            slug=True,
            help=_("Code of the supplying site; no blanks and none of / ? # % \\."),
            aliases=(
                "supplier_code", "supplier", "supplier_no", "supplier_number", "supplier_id",
                "vendor", "vendor_code", "vendor_number", "lieferant", "lieferantennummer",
                "lieferanten_nr", "lieferantencode", "kreditor", "lifnr",
            ),
        ),
        Field(
            name="name",
            label=_("Name"),
            required=True,
            max_length=160,
            aliases=(
                "supplier_name", "vendor_name", "company", "lieferantenname", "firma", "name1",
            ),
        ),
        Field(
            name="country",
            label=_("Country"),
            max_length=2,
            help=_("Two letters, for example DE."),
            aliases=("country_code", "land", "laendercode", "land1"),
        ),
        Field(
            name="time_zone",
            label=_("Time zone"),
            max_length=64,
            help=_("For example Europe/Berlin."),
            aliases=("timezone", "tz", "zeitzone"),
        ),
        Field(
            name="tier",
            label=_("Tier"),
            type=FieldType.WHOLE,
            minimum=Decimal(1),
            maximum=Decimal(99),
            help=_("1 delivers to the OEM, 2 to a tier 1; unknown levels are created."),
            aliases=("tier_level", "level", "stufe", "lieferantenstufe"),
        ),
        Field(
            name="group",
            label=_("Group"),
            max_length=160,
            help=_("Corporate group that owns the site; unknown groups are created."),
            aliases=("supplier_group", "corporate_group", "konzern", "gruppe"),
        ),
        Field(
            name="active",
            label=_("Active"),
            type=FieldType.YES_NO,
            choices={**YES_NO, "active": "true", "aktiv": "true", "inactive": "false",
                     "inaktiv": "false", "archived": "false", "archiviert": "false"},
            default="true",
            help=_("yes or no; no archives the supplier. Empty means yes."),
            aliases=("is_active", "aktiv"),
        ),
    ),
)  # fmt: skip

PARTS = Kind(
    name="parts",
    key=("number", "unit"),
    fields=(
        Field(
            name="number",
            label=_("Number"),
            required=True,
            max_length=60,
            aliases=(
                "part_number", "part_no", "part", "part_code", "item", "item_number", "material",
                "material_number", "teil", "teilenummer", "teile_nr", "sachnummer", "sach_nr",
                "artikel", "artikelnummer", "materialnummer", "mat_nr", "matnr",
            ),
        ),
        Field(
            name="name",
            label=_("Name"),
            max_length=160,
            aliases=(
                "part_name", "description", "part_description", "designation", "bezeichnung",
                "benennung", "materialkurztext", "maktx",
            ),
        ),
        Field(
            name="commodity",
            label=_("Commodity"),
            max_length=80,
            aliases=("commodity_group", "material_group", "warengruppe", "matkl"),
        ),
        Field(
            name="safety_relevant",
            label=_("Safety relevant"),
            type=FieldType.YES_NO,
            choices=YES_NO,
            aliases=("safety", "safety_part", "sicherheitsrelevant", "dokumentationspflichtig"),
        ),
        *(
            Field(
                name=name,
                label=label,
                type=FieldType.WHOLE,
                minimum=ZERO,
                maximum=MOST,
                help=_("Per piece, for DPMO."),
                aliases=aliases,
            )
            for name, label, aliases in (
                (
                    "component_opportunities",
                    _("Component opportunities"),
                    ("opportunities", "components", "fehlermoeglichkeiten"),
                ),
                ("placement_opportunities", _("Placement opportunities"), ("placements",)),
                ("termination_opportunities", _("Termination opportunities"), ("terminations",)),
            )
        ),
        Field(
            name="unit",
            label=_("Unit"),
            max_length=16,
            help=_("A unit other than pieces, with its factor; several rows per part are allowed."),
        ),
        Field(
            name="factor",
            label=_("Factor"),
            type=FieldType.NUMBER,
            above=ZERO,
            maximum=Decimal(10) ** 8,
            decimals=6,
            help=_("Pieces one unit holds: a carton of 12 has factor 12."),
            aliases=("unit_factor", "conversion_factor", "pieces_per_unit", "umrechnungsfaktor"),
        ),
    ),
)  # fmt: skip
