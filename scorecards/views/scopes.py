"""What an address is about, fetched as far as who asks may see it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from scorecards.enums import ScopeKind
from scorecards.queries.narrowings import codes_of, parts_of, plants_of
from scorecards.queries.places import plants_visible_to
from scorecards.queries.scopes import (
    Scope,
    of_all,
    of_commodity,
    of_defect_code,
    of_group,
    of_part,
    of_plant,
    of_supplier,
    of_tier,
)
from suppliers.access import demand_everything
from suppliers.models import DefectCode, Part, Supplier, SupplierGroup, Tier


def supplier_scope(request: HttpRequest, code: str) -> Scope:
    """Return a supplier, narrowed by `?plant=` or `?part=` to what it has to do with."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), code=code)
    plant, part = request.GET.get("plant"), request.GET.get("part")
    return of_supplier(
        supplier,
        plant=get_object_or_404(plants_of(supplier, user=request.user), code=plant)
        if plant
        else None,
        part=get_object_or_404(parts_of(supplier, user=request.user), number=part)
        if part
        else None,
    )


def figure_scope(request: HttpRequest, code: str) -> Scope:
    """Return a supplier, narrowed by `?commodity=` or `?defect_code=` as well."""
    scope = supplier_scope(request, code)
    commodity, defect = request.GET.get("commodity", ""), request.GET.get("defect_code")
    if scope.supplier is None or not (commodity or defect):
        return scope
    codes = codes_of(scope.supplier, user=request.user)
    return replace(
        scope,
        commodity=_known(commodity, parts_of(scope.supplier, user=request.user)),
        defect_code=get_object_or_404(codes, code=defect) if defect else None,
    )


def _known(commodity: str, parts: QuerySet[Part]) -> str:
    """Return the commodity; one that no part carries is not found."""
    if commodity and not parts.filter(commodity=commodity).exists():
        raise Http404
    return commodity


def wide_scope(request: HttpRequest, kind: ScopeKind, slug: str) -> Scope:
    """Return what several suppliers are asked for together; `slug` names it in the address."""
    return FETCHERS[kind](request, slug)


def _tier(request: HttpRequest, level: str) -> Scope:
    demand_everything(request.user)
    return of_tier(get_object_or_404(Tier, level=level))


def _group(request: HttpRequest, pk: str) -> Scope:
    demand_everything(request.user)
    return of_group(get_object_or_404(SupplierGroup, pk=pk))


def _plant(request: HttpRequest, code: str) -> Scope:
    """Return a plant with what the suppliers delivered that who asks may see."""
    plant = get_object_or_404(plants_visible_to(request.user), code=code)
    return of_plant(plant, suppliers=Supplier.objects.visible_to(request.user))


def _part(request: HttpRequest, number: str) -> Scope:
    part = get_object_or_404(Part, number=number)
    return of_part(part, suppliers=Supplier.objects.visible_to(request.user))


def _commodity(request: HttpRequest, name: str) -> Scope:
    known = _known(name, Part.objects.all())
    return of_commodity(known, suppliers=Supplier.objects.visible_to(request.user))


def _defect_code(request: HttpRequest, code: str) -> Scope:
    found = get_object_or_404(DefectCode, code=code)
    return of_defect_code(found, suppliers=Supplier.objects.visible_to(request.user))


def _all(request: HttpRequest, _slug: str) -> Scope:
    return of_all(suppliers=Supplier.objects.visible_to(request.user))


FETCHERS: Final[dict[ScopeKind, Callable[[HttpRequest, str], Scope]]] = {
    ScopeKind.TIER: _tier,
    ScopeKind.GROUP: _group,
    ScopeKind.PLANT: _plant,
    ScopeKind.PART: _part,
    ScopeKind.COMMODITY: _commodity,
    ScopeKind.DEFECT_CODE: _defect_code,
    ScopeKind.ALL: _all,
}
