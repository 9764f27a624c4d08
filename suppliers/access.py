"""Who may see and do what: the only place where predicates on users are written.

A supplier's people see their supplier; the OEM's people see every supplier unless
their membership is narrowed; anybody else sees nothing.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from django.apps import apps
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponseBase

from suppliers.enums import INTERNAL_ROLES, SUPPLIER_ROLES, Role

if TYPE_CHECKING:
    from suppliers.models import User

AnyUser: TypeAlias = "User | AnonymousUser"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a user is: roles, own suppliers, and narrowing of internal roles.

    `limited_to_*` are None when at least one internal role is not narrowed.
    """

    roles: frozenset[Role]
    supplier_ids: frozenset[int]
    limited_to_suppliers: frozenset[int] | None
    limited_to_plants: frozenset[int] | None

    @property
    def internal(self) -> bool:
        """Whether the user is one of the OEM's people."""
        return bool(self.roles & INTERNAL_ROLES)

    @property
    def sees_all(self) -> bool:
        """Whether no narrowing applies."""
        return self.internal and self.limited_to_suppliers is None


NOBODY = Standing(
    roles=frozenset(),
    supplier_ids=frozenset(),
    limited_to_suppliers=frozenset(),
    limited_to_plants=frozenset(),
)


def standing(user: AnyUser) -> Standing:
    """Look up what `user` is; remembered on the user object, which lives one request."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    known: Standing | None = getattr(user, "_standing", None)
    if known is None:
        known = _standing_of(user)
        user._standing = known  # type: ignore[attr-defined]  # noqa: SLF001  # per-request memo
    return known


def _standing_of(user: "User") -> Standing:
    memberships = list(user.memberships.prefetch_related("limits"))
    roles = {Role(membership.role) for membership in memberships}
    if user.is_superuser:
        roles.add(Role.ADMINISTRATOR)
    internal = [membership for membership in memberships if membership.supplier_id is None]
    limits = [list(membership.limits.all()) for membership in internal]
    unlimited = user.is_superuser or any(not rows for rows in limits)
    rows = [limit for rows in limits for limit in rows]
    return Standing(
        roles=frozenset(roles),
        supplier_ids=frozenset(m.supplier_id for m in memberships if m.supplier_id is not None),
        limited_to_suppliers=None
        if unlimited
        else frozenset(row.supplier_id for row in rows if row.supplier_id),
        limited_to_plants=None
        if unlimited
        else frozenset(row.plant_id for row in rows if row.plant_id),
    )


def rows_visible_to(
    user: AnyUser,
    *,
    supplier_path: str,
    plant_path: str | None = None,
    plant_optional: bool = False,
) -> Q:
    """Predicate on rows that belong to a supplier (and perhaps to a plant).

    `plant_optional`: a row without a plant concerns the whole supplier.
    """
    who = standing(user)
    if who.sees_all:
        return Q()
    visible = Q(**{f"{supplier_path}__in": sorted(who.supplier_ids)})
    if who.internal:
        visible |= Q(**{f"{supplier_path}__in": sorted(who.limited_to_suppliers or ())})
        visible |= _in_plants(
            sorted(who.limited_to_plants or ()),
            supplier_path=supplier_path,
            plant_path=plant_path,
            plant_optional=plant_optional,
        )
    return visible


def plants_shown_to(user: AnyUser, supplier_id: int) -> frozenset[int] | None:
    """Return the plants whose facts of a supplier the user may see; None: of every plant.

    A supplier's people see where they deliver; so does whoever answers for the supplier itself.
    Whoever is narrowed to plants sees the supplier's totals, and of single facts those alone.
    """
    who = standing(user)
    if who.sees_all or supplier_id in who.supplier_ids:
        return None
    if supplier_id in (who.limited_to_suppliers or ()):
        return None
    return who.limited_to_plants or frozenset()


@dataclass(frozen=True, kw_only=True)
class Limits:
    """To which suppliers' or plants' rows somebody's changes are narrowed."""

    supplier_ids: list[int]
    plant_ids: list[int]


def limits_of(user: AnyUser) -> Limits | None:
    """Return what the user's changes are narrowed to, None when to nothing."""
    who = standing(user)
    if who.sees_all:
        return None
    return Limits(
        supplier_ids=sorted(who.limited_to_suppliers or ()),
        plant_ids=sorted(who.limited_to_plants or ()),
    )


def imports_visible_to(user: AnyUser) -> Q:
    """Predicate on imports: a file may hold rows of anybody, so the narrowed see only their own."""
    who = standing(user)
    if who.sees_all:
        return Q()
    return Q(uploaded_by=user.pk) if who.internal else Q(pk__in=[])


def _in_plants(
    plants: list[int], *, supplier_path: str, plant_path: str | None, plant_optional: bool
) -> Q:
    if not plants:
        return Q(pk__in=[])
    at_one = Q(pk__in=[]) if plant_path is None else Q(**{f"{plant_path}__in": plants})
    if plant_path is not None and not plant_optional:
        return at_one
    delivery = apps.get_model("suppliers", "Delivery")
    delivered = delivery.objects.filter(supplier=OuterRef(supplier_path), plant__in=plants)
    if plant_path is None:
        return Q(Exists(delivered))
    return at_one | Q(Exists(delivered), **{f"{plant_path}__isnull": True})


def messages_visible_to(user: AnyUser) -> Q:
    """Predicate on messages: a mail may name any plant, so the narrowed see only their own."""
    who = standing(user)
    if who.sees_all:
        return Q()
    return Q(supplier__in=sorted(who.limited_to_suppliers or ())) | Q(recipient=user.pk)


def narrowed_among(user_ids: Collection[int]) -> frozenset[int]:
    """Return those of some people who are narrowed to suppliers or plants in one of their roles."""
    limits = apps.get_model("suppliers", "MembershipLimit").objects
    rows = limits.filter(membership__user__in=sorted(user_ids))
    return frozenset(rows.values_list("membership__user", flat=True))


def has_role(user: AnyUser, *roles: Role) -> bool:
    """Whether the user holds one of `roles`."""
    return bool(standing(user).roles & set(roles))


def is_internal(user: AnyUser) -> bool:
    """Whether the user is one of the OEM's people."""
    return standing(user).internal


def is_supplier(user: AnyUser) -> bool:
    """Whether the user acts for a supplier and not for the OEM."""
    who = standing(user)
    return bool(who.roles & SUPPLIER_ROLES) and not who.internal


def roles_at(user: AnyUser, supplier_id: int) -> frozenset[Role]:
    """Return the roles in which a user acts on a supplier's records.

    A supplier's people act at their own supplier only; what they may see is another question.
    """
    who = standing(user)
    return who.roles if who.internal or supplier_id in who.supplier_ids else frozenset()


def demand(user: AnyUser, *roles: Role) -> None:
    """Raise Http404 for outsiders and PermissionDenied for insiders without one of `roles`."""
    if has_role(user, *roles):
        return
    if is_internal(user):
        raise PermissionDenied
    raise Http404


def demand_at(user: AnyUser, supplier_id: int, *roles: Role) -> None:
    """Do as `demand`, with the roles in which the user acts on that supplier's records."""
    if roles_at(user, supplier_id) & set(roles):
        return
    if is_internal(user):
        raise PermissionDenied
    raise Http404


def demand_everything(user: AnyUser) -> None:
    """Raise PermissionDenied unless the user sees every supplier.

    A tier's or group's figure is the sum of all its suppliers: whoever may see only some would
    read the others' numbers in it, all of them where the others are one.
    """
    if not standing(user).sees_all:
        raise PermissionDenied


class View(Protocol):
    """A function view."""

    def __call__(self, request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer a request."""


def signed_in(request: HttpRequest) -> "User":
    """Return who asks, where a decorator has let only people with a log-in through."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


def for_roles(*roles: Role) -> Callable[[View], View]:
    """Let a view be opened only by `roles`; asks for log-in first."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
            demand(request.user, *roles)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


INSIDERS = tuple(sorted(INTERNAL_ROLES))
# Who may change facts, decide and publish; buyers and auditors read.
QUALITY = (Role.SQE, Role.QUALITY_MANAGER, Role.ADMINISTRATOR)
# Who writes the daily log of controlled shipping: the supplier, or supplier quality for it.
LOGGING = SUPPLIER_ROLES | {Role.SQE, Role.QUALITY_MANAGER}
