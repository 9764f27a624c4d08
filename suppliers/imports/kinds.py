"""Every kind of import by its name."""

from suppliers.imports.fact_kinds import DELIVERIES, FIELD_POPULATION, WARRANTY_RETURNS
from suppliers.imports.fields import Kind
from suppliers.imports.master_kinds import PARTS, SUPPLIERS
from suppliers.imports.reject_kind import REJECTS

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (SUPPLIERS, PARTS, DELIVERIES, REJECTS, WARRANTY_RETURNS, FIELD_POPULATION)
}


def kind_named(name: str) -> Kind:
    """Return the kind; hyphens and underscores are alike. KeyError for an unknown name."""
    return KINDS[name.strip().lower().replace("-", "_")]
