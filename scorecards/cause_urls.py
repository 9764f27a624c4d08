"""Addresses of causes: the Pareto of a supplier, and of several together, with its files."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from scorecards import converters  # noqa: F401  # registers the converters used below
from scorecards.enums import ScopeKind
from scorecards.views import causes

SUPPLIER = "suppliers/<str:code>/causes/<month:month>/"
# Before the pages whose names may hold slashes.
WIDE = (
    (ScopeKind.TIER, "tiers/<int:slug>/causes/<month:month>/"),
    (ScopeKind.PLANT, "plants/<path:slug>/causes/<month:month>/"),
    (ScopeKind.PART, "parts/<path:slug>/causes/<month:month>/"),
    (ScopeKind.COMMODITY, "commodities/<path:slug>/causes/<month:month>/"),
)
TABLE, RECORDS = "table.<form:form>", "records.<form:form>"


def _wide(kind: ScopeKind, where: str) -> Iterator[URLPattern]:
    about, name = {"kind": kind}, f"{kind.value}_causes"
    yield path(where, causes.wide_causes, about, name=name)
    yield path(f"{where}{TABLE}", causes.wide_causes_export, about, name=f"{name}_table")
    yield path(f"{where}{RECORDS}", causes.wide_records_export, about, name=f"{name}_records")


urlpatterns: list[URLPattern] = [
    path(SUPPLIER, causes.causes, name="supplier_causes"),
    path(f"{SUPPLIER}{TABLE}", causes.causes_export, name="supplier_causes_table"),
    path(f"{SUPPLIER}{RECORDS}", causes.records_export, name="supplier_causes_records"),
    *(address for kind, where in WIDE for address in _wide(kind, where)),
]
