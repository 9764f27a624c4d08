"""What a figure is about, in one form for its counts, its rows and its address.

A scope is a supplier (perhaps at one plant, of one part or commodity, or with one defect code), a
plant, a part, a commodity, a defect code, a tier, a group, or all suppliers together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import DateField, Exists, Func, OuterRef, Q, QuerySet
from django.urls import reverse

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from scorecards.queries.figures import ALL_KEY, COLUMNS, Key, MonthCounts, monthly_counts
from suppliers.models import (
    DefectCode,
    Part,
    Plant,
    Supplier,
    SupplierGroup,
    SupplierGroupMembership,
    SupplierTier,
    Tier,
)

# Scopes whose suppliers change over time, and where it is written who they were.
MEMBERS: Final[dict[ScopeKind, Any]] = {
    ScopeKind.TIER: SupplierTier,
    ScopeKind.GROUP: SupplierGroupMembership,
}


# Scopes that select no receipts: everybody's are theirs.
EVERYTHING: Final = frozenset({ScopeKind.ALL, ScopeKind.DEFECT_CODE})

# The pages that show the arithmetic.
ROUTES: Final = {
    ScopeKind.SUPPLIER: "figure",
    ScopeKind.TIER: "tier_figure",
    ScopeKind.GROUP: "group_figure",
    ScopeKind.PLANT: "plant_figure",
    ScopeKind.PART: "part_figure",
    ScopeKind.COMMODITY: "commodity_figure",
    ScopeKind.DEFECT_CODE: "defect_code_figure",
    ScopeKind.ALL: "all_figure",
}


class MonthEnd(Func):
    """The last day of the month that a date begins."""

    template = "(%(expressions)s + interval '1 month' - interval '1 day')::date"
    output_field = DateField()


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a figure is about.

    `key` is the id of the supplier, tier, group, plant, part or defect code, or the commodity's
    name, `slug` what names it in addresses; `plant`, `part`, `commodity` and `defect_code` narrow
    a supplier's figure; `suppliers` are those whose facts count, None for everybody's.
    """

    kind: ScopeKind
    key: Key = ALL_KEY
    slug: str | int = ""
    label: str = ""
    name: str = ""
    supplier: Supplier | None = None
    plant: Plant | None = None
    part: Part | None = None
    commodity: str = ""
    defect_code: DefectCode | None = None
    suppliers: QuerySet[Supplier] | None = None

    @property
    def is_whole_supplier(self) -> bool:
        """Whether it is one supplier with everything it did: what targets and levels are about."""
        return self.supplier is not None and not self.narrowed

    @property
    def narrowed(self) -> dict[str, str]:
        """What narrows a supplier's figure, as addresses write it: name and code."""
        found = {
            "plant": "" if self.plant is None else self.plant.code,
            "part": "" if self.part is None else self.part.number,
            "commodity": self.commodity,
            "defect_code": "" if self.defect_code is None else self.defect_code.code,
        }
        return {name: code for name, code in found.items() if code}

    @property
    def is_of_code(self) -> bool:
        """Whether it is about one defect code, which has rejects but no receipts of its own."""
        return self.kind is ScopeKind.DEFECT_CODE or self.defect_code is not None

    @property
    def is_wide(self) -> bool:
        """Whether it is the sum of several suppliers."""
        return self.kind is not ScopeKind.SUPPLIER

    def series(self, *, metric: Metric, first: Month, last: Month) -> Mapping[Month, MonthCounts]:
        """Return its counts by month, from the one path of all figures.

        Raises:
            UnsupportedScopeError: where the metric has no figure for it.
        """
        counts = monthly_counts(
            metric=metric,
            scope=self.kind,
            keys=None if self.kind is ScopeKind.ALL else [self.key],
            suppliers=self.suppliers,
            plant=None if self.plant is None else self.plant.pk,
            part=None if self.part is None else self.part.pk,
            commodity=self.commodity,
            defect_code=None if self.defect_code is None else self.defect_code.pk,
            first=first,
            last=last,
        )
        return counts.get(self.key, {})

    @property
    def rows(self) -> Q:
        """Select its rows among those with supplier, part and month (and plant, if it names one).

        Tier and group are those of the supplier at the end of the row's month.
        """
        if self.kind in MEMBERS:
            members = MEMBERS[self.kind].objects.filter(
                supplier=OuterRef("supplier"), during__contains=MonthEnd(OuterRef("month"))
            )
            return Q(Exists(members.filter(**{self.kind.value: self.key})))
        selected = Q()
        if self.kind not in EVERYTHING:
            selected = Q(**{COLUMNS.get(self.kind, self.kind.value): self.key})
        if self.plant is not None:
            selected &= Q(plant=self.plant)
        if self.part is not None:
            selected &= Q(part=self.part)
        if self.commodity:
            selected &= Q(part__commodity=self.commodity)
        if self.suppliers is not None:
            selected &= Q(supplier__in=self.suppliers)
        return selected

    @property
    def rejects(self) -> Q:
        """Select its rejects: of a defect code only those that name it."""
        if self.kind is ScopeKind.DEFECT_CODE:
            return self.rows & Q(reject__defect_code=self.key)
        if self.defect_code is not None:
            return self.rows & Q(reject__defect_code=self.defect_code)
        return self.rows


def figure_address(scope: Scope, *, metric: Metric, month: Month, window: Window) -> str:
    """Return the address of the page with the arithmetic of a scope's figure."""
    names = [] if scope.kind is ScopeKind.ALL else [scope.slug]
    path = reverse(ROUTES[scope.kind], args=[*names, metric, month])
    return f"{path}{figure_query(scope, window=window)}"


def figure_query(scope: Scope, *, window: Window) -> str:
    """Return what follows the path: window, and what narrows the supplier; empty for the month."""
    asked = {} if window is Window.MONTH else {"window": window.value}
    asked |= scope.narrowed
    return f"?{urlencode(asked)}" if asked else ""


def build_months_address(scope: Scope, *, month: Month, form: str = "") -> str:
    """Return the address of a supplier's or part's warranty by build month, or of its file."""
    name = f"{scope.kind.value}_build_months{'_export' if form else ''}"
    path = reverse(name, args=[scope.slug, month, *([form] if form else [])])
    return f"{path}{figure_query(scope, window=Window.MONTH)}"


# What rejects are shown for by the month of their deliveries.
BY_DELIVERY_MONTH: Final = frozenset({ScopeKind.SUPPLIER, ScopeKind.TIER, ScopeKind.ALL})


def delivery_months_address(scope: Scope, *, month: Month, form: str = "") -> str:
    """Return the address of a scope's rejects by the month of their deliveries, or of its file."""
    name = f"{scope.kind.value}_delivery_months{'_export' if form else ''}"
    slug = [] if scope.kind is ScopeKind.ALL else [scope.slug]
    path = reverse(name, args=[*slug, month, *([form] if form else [])])
    return f"{path}{figure_query(scope, window=Window.MONTH)}"


# What the Pareto of causes is shown for.
WITH_CAUSES: Final = frozenset(
    {
        ScopeKind.SUPPLIER,
        ScopeKind.TIER,
        ScopeKind.PLANT,
        ScopeKind.PART,
        ScopeKind.COMMODITY,
    }
)


def causes_address(scope: Scope, *, month: Month, file: str = "", form: str = "") -> str:
    """Return the address of a scope's causes, or of their `table` or `records` as a file."""
    name = f"{scope.kind.value}_causes{f'_{file}' if file else ''}"
    return reverse(name, args=[scope.slug, month, *([form] if form else [])])


def of_supplier(
    supplier: Supplier,
    *,
    plant: Plant | None = None,
    part: Part | None = None,
    commodity: str = "",
    defect_code: DefectCode | None = None,
) -> Scope:
    """Return a supplier's scope, perhaps narrowed to a plant, part, commodity or defect code."""
    return Scope(
        kind=ScopeKind.SUPPLIER,
        key=supplier.pk,
        slug=supplier.code,
        label=supplier.code,
        name=supplier.name,
        supplier=supplier,
        plant=plant,
        part=part,
        commodity=commodity,
        defect_code=defect_code,
    )


def of_tier(tier: Tier) -> Scope:
    """Return the scope of all suppliers that were in the tier."""
    return Scope(kind=ScopeKind.TIER, key=tier.pk, slug=tier.level, label=tier.name)


def of_group(group: SupplierGroup) -> Scope:
    """Return the scope of all suppliers that belonged to the group."""
    return Scope(kind=ScopeKind.GROUP, key=group.pk, slug=group.pk, label=group.name)


def of_plant(plant: Plant, *, suppliers: QuerySet[Supplier] | None) -> Scope:
    """Return the scope of what a plant received from `suppliers`."""
    return Scope(
        kind=ScopeKind.PLANT,
        key=plant.pk,
        slug=plant.code,
        label=plant.code,
        name=plant.name,
        suppliers=suppliers,
    )


def of_part(part: Part, *, suppliers: QuerySet[Supplier] | None) -> Scope:
    """Return the scope of one part number, whoever of `suppliers` delivers it."""
    return Scope(
        kind=ScopeKind.PART,
        key=part.pk,
        slug=part.number,
        label=part.number,
        name=part.name,
        suppliers=suppliers,
    )


def of_commodity(commodity: str, *, suppliers: QuerySet[Supplier] | None) -> Scope:
    """Return the scope of the parts that carry the commodity today, whoever delivers them."""
    return Scope(
        kind=ScopeKind.COMMODITY,
        key=commodity,
        slug=commodity,
        label=commodity,
        suppliers=suppliers,
    )


def of_defect_code(code: DefectCode, *, suppliers: QuerySet[Supplier] | None) -> Scope:
    """Return the scope of one defect code: its rejects, over all that `suppliers` delivered."""
    return Scope(
        kind=ScopeKind.DEFECT_CODE,
        key=code.pk,
        slug=code.code,
        label=code.code,
        name=code.name,
        suppliers=suppliers,
    )


def of_all(*, suppliers: QuerySet[Supplier] | None) -> Scope:
    """Return the scope of all `suppliers` together."""
    return Scope(kind=ScopeKind.ALL, suppliers=suppliers)
