"""Who appears in the demo: plants, suppliers, parts, defect codes. All names are invented."""

from dataclasses import dataclass

PLANTS = (
    ("BRM", "Bremen assembly", "Europe/Berlin", "DE"),
    ("POZ", "Poznań drivetrain", "Europe/Warsaw", "PL"),
    ("PUE", "Puebla assembly", "America/Mexico_City", "MX"),
    ("NGB", "Ningbo electronics", "Asia/Shanghai", "CN"),
)

# code, name, category, counting rule
DEFECT_CODES = (
    ("DIM", "Dimension out of tolerance", "dimensional", "pieces"),
    ("SURF", "Scratched or dented surface", "visual", "pieces"),
    ("FUNC", "Function test failed", "functional", "pieces"),
    ("MAT", "Wrong material or hardness", "material", "whole_lot"),
    ("LABEL", "Wrong or missing label", "packaging", "incident"),
    ("DOC", "Test report missing", "documentation", "incident"),
    ("CORR", "Corrosion", "visual", "pieces"),
    ("LEAK", "Leaking", "functional", "pieces"),
)

COMMODITIES = (
    "Castings",
    "Fasteners",
    "Seals",
    "Wiring",
    "Sensors",
    "Stampings",
    "Plastics",
    "Bearings",
)

_FIRST = (
    *("Alder", "Bay", "Birch", "Cedar", "Delta", "Elm", "Fjord", "Garnet", "Harbour", "Iris"),
    *("Juniper", "Kestrel", "Linden", "Maple", "North", "Orchard", "Pine", "Quarry", "Ridge"),
    *("Sable", "Tamar", "Umber", "Vale", "Willow", "Yarrow", "Zephyr", "Amber", "Basalt"),
    *("Copper", "Dune"),
)
_SECOND = (
    *("Precision Metalworks", "Moulding", "Sealing Systems", "Cable Works"),
    *("Sensorics", "Pressing", "Polymers", "Bearings"),
)
_COUNTRIES = ("DE", "PL", "CZ", "MX", "CN", "IT", "FR", "RO")
_ZONES = {
    "DE": "Europe/Berlin",
    "PL": "Europe/Warsaw",
    "CZ": "Europe/Prague",
    "MX": "America/Mexico_City",
    "CN": "Asia/Shanghai",
    "IT": "Europe/Rome",
    "FR": "Europe/Paris",
    "RO": "Europe/Bucharest",
}

SUPPLIER_COUNT = 60
TIER_1_COUNT = 42


@dataclass(frozen=True, kw_only=True)
class DemoSupplier:
    """A supplier of the demo; `volume` is its usual pieces a month."""

    code: str
    name: str
    country: str
    time_zone: str
    tier: int
    commodity: str
    group: str | None
    volume: int


def suppliers() -> list[DemoSupplier]:
    """Return the 60 suppliers; volumes fall off steeply from the first to the last."""
    return [_supplier(index) for index in range(SUPPLIER_COUNT)]


def _supplier(index: int) -> DemoSupplier:
    kind = index % len(_SECOND)
    first = _FIRST[index % len(_FIRST)]
    country = _COUNTRIES[(index * 3) % len(_COUNTRIES)]
    return DemoSupplier(
        code=f"{first[:5].upper()}-{index + 1:02d}",
        name=f"{first} {_SECOND[kind]}",
        country=country,
        time_zone=_ZONES[country],
        tier=1 if index < TIER_1_COUNT else 2,
        commodity=COMMODITIES[kind],
        group=f"{first} Group" if index % 7 == 0 else None,
        volume=int(2_400_000 / (index + 1) ** 0.75),
    )
