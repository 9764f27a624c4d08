"""Targets as lists: what is agreed with whom, from when to when, and who has acknowledged it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from scorecards.models import Target, TargetAgreement
from suppliers.access import AnyUser, rows_visible_to, standing
from suppliers.models import Supplier


@dataclass(frozen=True, kw_only=True)
class TargetRow:
    """One target; `holds` on the day asked about, `agreement` None while nobody acknowledged."""

    target: Target
    holds: bool
    agreement: TargetAgreement | None

    @property
    def since(self) -> date | None:
        """The first day, None for always."""
        found: date | None = self.target.during.lower
        return found

    @property
    def until(self) -> date | None:
        """The day it no longer holds, None while it goes on."""
        found: date | None = self.target.during.upper
        return found


def targets_visible_to(user: AnyUser) -> QuerySet[Target]:
    """Return targets of suppliers the user may see, and those of the tiers they are in.

    A supplier's people see the targets of the tiers they have been in, nobody else's.
    """
    own = rows_visible_to(user, supplier_path="supplier") & Q(supplier__isnull=False)
    parts = rows_visible_to(user, supplier_path="supplier_part__supplier") & Q(
        supplier_part__isnull=False
    )
    if standing(user).internal:
        tiers = Q(tier__isnull=False)
    else:
        seen = Supplier.objects.visible_to(user).values("pk")
        tiers = Q(tier__suppliers__supplier__in=seen)
    return Target.objects.filter(
        pk__in=Target.objects.filter(own | parts | tiers).values("pk")
    ).select_related(
        "tier", "supplier", "supplier_part__supplier", "supplier_part__part", "agreement__by"
    )


def target_rows(targets: QuerySet[Target], *, on: date) -> list[TargetRow]:
    """Return targets by owner, the newest first, with whether they hold on a day."""
    ordered = targets.order_by(
        "tier__level",
        "supplier__code",
        "supplier_part__supplier__code",
        "supplier_part__part__number",
        "metric",
        "-during",
        "pk",
    )
    return [_row(target, on) for target in ordered]


def of_supplier(supplier: Supplier, *, targets: QuerySet[Target]) -> QuerySet[Target]:
    """Narrow targets to one supplier's: its own, its parts', and those of the tiers it was in."""
    tiers = supplier.tiers.values("tier")
    return targets.filter(
        Q(supplier=supplier) | Q(supplier_part__supplier=supplier) | Q(tier__in=tiers)
    )


def _row(target: Target, on: date) -> TargetRow:
    during: Any = target.during
    begun = during.lower is None or during.lower <= on
    over = during.upper is not None and during.upper <= on
    return TargetRow(
        target=target, holds=begun and not over, agreement=getattr(target, "agreement", None)
    )
