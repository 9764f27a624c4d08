"""Setting dated targets, and a supplier's acknowledging them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from scorecards.metrics import Metric
from scorecards.models import Target, TargetAgreement
from suppliers.access import demand_everything, is_supplier, roles_at
from suppliers.models import Supplier, SupplierPart, Tier, User

# One at a time: the dates of targets of one kind touch each other.
TARGET_LOCK = 0x7A26


class TargetError(Exception):
    """Why a target cannot be set or acknowledged; the message is for the user."""


@dataclass(frozen=True, kw_only=True)
class Owner:
    """With whom a target is agreed: exactly one of the three."""

    tier: Tier | None = None
    supplier: Supplier | None = None
    supplier_part: SupplierPart | None = None

    @property
    def fields(self) -> dict[str, Tier | Supplier | SupplierPart | None]:
        """The owner as fields of a target."""
        return {
            "tier": self.tier,
            "supplier": self.supplier,
            "supplier_part": self.supplier_part,
        }


def set_target(
    *, owner: Owner, metric: Metric, target_ppm: Decimal, first_day: date, by: User
) -> Target:
    """Agree a target from a day on, as `agree_target` does, and return it."""
    target, _is_new = agree_target(
        owner=owner, metric=metric, target_ppm=target_ppm, first_day=first_day, by=by
    )
    return target


@transaction.atomic
def agree_target(
    *, owner: Owner, metric: Metric, target_ppm: Decimal, first_day: date, by: User
) -> tuple[Target, bool]:
    """Agree a target from a day on; the one that holds then ends the day before.

    It holds until the next one of the same owner and metric begins. The same target again
    changes nothing. Published scorecards keep the target they were published with.

    Returns:
        The target, and whether it is new: False when it was there before.

    Raises:
        TargetError: when another target begins on that very day.
        PermissionDenied: for a tier, unless `by` sees every supplier.
    """
    if owner.tier is not None:
        demand_everything(by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TARGET_LOCK])
    rows = Target.objects.filter(**owner.fields, metric=metric.value)
    holding = rows.filter(during__contains=first_day).first()
    if holding is not None and holding.during.lower == first_day:
        if holding.target_ppm == target_ppm:
            return holding, False
        raise TargetError(
            _("Another target of %(ppm)s PPM begins on %(day)s; choose another day.")
            % {"ppm": f"{holding.target_ppm:f}".rstrip("0").rstrip("."), "day": first_day}
        )
    following = rows.filter(during__startswith__gt=first_day).order_by("during").first()
    if holding is not None:
        holding.during = DateRange(holding.during.lower, first_day)
        holding.save(update_fields=["during"])
    until = None if following is None else following.during.lower
    target = Target.objects.create(
        **owner.fields,
        metric=metric.value,
        target_ppm=target_ppm,
        during=DateRange(first_day, until),
    )
    return target, True


@transaction.atomic
def acknowledge_target(*, target: Target, name: str, by: User, at: datetime) -> TargetAgreement:
    """Acknowledge a target for one's company; a second time changes nothing.

    Raises:
        TargetError: for anybody but the supplier's own people, targets of a tier, or no name.
    """
    locked = Target.objects.select_for_update(of=("self",)).get(pk=target.pk)
    supplier_id = supplier_of(locked)
    if supplier_id is None or not (is_supplier(by) and roles_at(by, supplier_id)):
        raise TargetError(_("Only the supplier's own people acknowledge its targets."))
    if not name.strip():
        raise TargetError(_("Write your name."))
    known: TargetAgreement | None = TargetAgreement.objects.filter(target=locked).first()
    if known is not None:
        return known
    agreement: TargetAgreement = TargetAgreement.objects.create(
        target=locked, target_ppm=locked.target_ppm, name=name.strip(), by=by, at=at
    )
    return agreement


def supplier_of(target: Target) -> int | None:
    """Return whose target it is; None for a tier's."""
    if target.supplier_part is not None:
        return target.supplier_part.supplier_id
    return target.supplier_id
