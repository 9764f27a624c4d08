"""Controlled shippings as the list and their own page show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Prefetch, Q
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from escalations import reasons, wording
from escalations.models import (
    ControlledShipping,
    Episode,
    ShippingEscape,
    ShippingEvent,
    ShippingLetter,
    ShippingLogEntry,
    ShippingScope,
)
from escalations.models.shipping import ShippingQuerySet
from escalations.queries.level_2 import proposed_over
from escalations.queries.shipping_exit import Said, exit_progress, progress_of, said, today_of
from escalations.queries.shipping_lanes import Lane, lanes_of
from escalations.queries.shipping_plants import LeftOut, NewPlant, left_out_of, new_plants
from escalations.queries.shown import Shown, covers_only_shown, letters_shown
from escalations.queries.stops import stops_on
from escalations.shipping_enums import SHIPPING_EVENT_NAMES
from escalations.shipping_progress import Progress
from escalations.shipping_workflow import (
    LOGGED,
    ShippingAction,
    ShippingState,
    allowed_actions,
)
from escalations.workflow import Level
from scorecards.cases import Stop
from suppliers import access
from suppliers.enums import Role

MOST_ENTRIES = 20
DECIDERS = (Role.SQE, Role.QUALITY_MANAGER)


@dataclass(frozen=True, kw_only=True)
class ShippingRow:
    """A line of the list."""

    shipping: ControlledShipping
    progress: Progress
    next: str
    parts: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class ShippingPage:
    """Everything the page of a controlled shipping shows to one user."""

    shipping: ControlledShipping
    chain: Sequence[ControlledShipping]
    actions: frozenset[str]
    may_log: bool
    internal: bool
    progress: Progress
    lanes: Sequence[Lane]
    sees_all: bool
    letters: Sequence[ShippingLetter]
    log: Sequence[ShippingLogEntry]
    log_length: int
    escapes: Sequence[ShippingEscape]
    history: Sequence[dict[str, Any]]
    next: str
    proposed: Episode | None
    new_plants: Sequence[NewPlant]
    left_out: Sequence[LeftOut]
    stops: Sequence[Stop]

    @cached_property
    def criteria(self) -> list[Said]:
        """The exit criteria in words."""
        return said(self.progress, ended=not self.shipping.is_open)

    @property
    def forbidden(self) -> str:
        """What is forbidden while it is open."""
        return wording.forbidden(self.shipping.level) if self.shipping.is_open else ""

    @property
    def missing(self) -> Sequence[date]:
        """Working days nobody has written, while days are logged."""
        return self.progress.missing if ShippingState(self.shipping.state) in LOGGED else ()

    @property
    def names_plants(self) -> bool:
        """Whether parts are covered at single plants, so that a plant may be left out."""
        return any(lane.plant is not None for lane in self.lanes)

    @property
    def others(self) -> Sequence[ControlledShipping]:
        """The other levels of the same history."""
        return [one for one in self.chain if one.pk != self.shipping.pk]


def for_list(shippings: ShippingQuerySet, *, user: access.AnyUser) -> ShippingQuerySet:
    """Add what a row of the list shows to the user, in a constant number of queries."""
    seen = ShippingScope.objects.visible_to(user)
    scopes = seen.select_related("part", "plant").order_by("part__number", "pk")
    listed: ShippingQuerySet = shippings.select_related("episode__supplier").prefetch_related(
        Prefetch("scopes", scopes)
    )
    return listed


def rows(
    shippings: Sequence[ControlledShipping], *, user: access.AnyUser, at: datetime
) -> list[ShippingRow]:
    """Return the lines of a list for its reader."""
    found = progress_of(shippings, at=at)
    return [
        ShippingRow(
            shipping=one,
            progress=found[one.pk],
            next=next_step(one, user=user),
            parts=list(dict.fromkeys(scope.part.number for scope in one.scopes.all())),
        )
        for one in shippings
    ]


def shipping_page(
    shipping: ControlledShipping, *, user: access.AnyUser, at: datetime
) -> ShippingPage:
    """Gather a page; whoever asks has fetched it through `visible_to(user)`."""
    chain = chain_of(shipping)
    log = ShippingLogEntry.objects.visible_to(user).filter(shipping__in=chain).in_force()
    actions = actions_for(shipping, user=user)
    return ShippingPage(
        shipping=shipping,
        chain=chain,
        actions=frozenset(action.value for action in actions),
        may_log=may_log(shipping, user=user),
        internal=access.is_internal(user),
        progress=exit_progress(shipping, today=today_of(shipping, at=at)),
        lanes=Shown.to(user, shipping.episode.supplier_id).lanes(lanes_of(shipping)),
        sees_all=covers_only_shown(shipping, user=user),
        letters=letters_shown(shipping, user=user),
        log=list(_newest_first(log)[:MOST_ENTRIES]),
        log_length=log.count(),
        escapes=_escapes(chain, user=user),
        history=_history(chain, user=user),
        next=next_step(shipping, user=user),
        proposed=_proposed_over(shipping, user=user),
        new_plants=_new_plants(shipping, user=user),
        left_out=_left_out(shipping, user=user),
        stops=_stops(shipping, user=user),
    )


def _new_plants(shipping: ControlledShipping, *, user: access.AnyUser) -> list[NewPlant]:
    """Return the plants it leaves out since its entry, to whoever may have them inspected."""
    if not shipping.is_open or not access.has_role(user, *DECIDERS):
        return []
    shown = Shown.to(user, shipping.episode.supplier_id)
    return [one for one in new_plants([shipping]) if shown.lanes([one.lane])]


def _left_out(shipping: ControlledShipping, *, user: access.AnyUser) -> list[LeftOut]:
    """Return what somebody has said needs no inspection, to the customer's people alone."""
    return left_out_of(shipping, user=user) if access.is_internal(user) else []


def _stops(shipping: ControlledShipping, *, user: access.AnyUser) -> list[Stop]:
    """Return the stops of shipments of what it covers, while it goes on."""
    if not shipping.is_open:
        return []
    lanes = shipping.scopes.values_list("part", "plant")
    return stops_on(lanes, supplier_id=shipping.episode.supplier_id, user=user)


def _proposed_over(shipping: ControlledShipping, *, user: access.AnyUser) -> Episode | None:
    """Return the level 2 that is to take it over, to whoever sees proposals."""
    if not shipping.is_open or shipping.level != Level.CS1.value or not access.is_internal(user):
        return None
    found = proposed_over(shipping)
    seen = found is not None and Episode.objects.visible_to(user).filter(pk=found.pk).exists()
    return found if seen else None


def chain_of(shipping: ControlledShipping) -> list[ControlledShipping]:
    """Return the levels of one history, the first first: level 1, and what took it over."""
    chain = [shipping]
    while chain[0].follows is not None:
        chain.insert(0, chain[0].follows)
    while (after := ControlledShipping.objects.filter(follows=chain[-1]).first()) is not None:
        chain.append(after)
    return chain


def actions_for(
    shipping: ControlledShipping, *, user: access.AnyUser
) -> tuple[ShippingAction, ...]:
    """Return what the user may do with it now, as the one table says.

    Nothing where it also covers plants whose facts the user does not see.
    """
    if not covers_only_shown(shipping, user=user):
        return ()
    roles = [role.value for role in access.roles_at(user, shipping.episode.supplier_id)]
    return allowed_actions(state=ShippingState(shipping.state), roles=roles)


def may_log(shipping: ControlledShipping, *, user: access.AnyUser) -> bool:
    """Whether the user may write days into the log now: the supplier, or SQE for it."""
    roles = access.roles_at(user, shipping.episode.supplier_id)
    return ShippingState(shipping.state) in LOGGED and bool(roles & access.LOGGING)


def next_step(shipping: ControlledShipping, *, user: access.AnyUser) -> str:
    """Say the one thing to do next, and whose turn it is."""
    internal = access.is_internal(user)
    state = ShippingState(shipping.state)
    steps = {
        ShippingState.ENTERED: (
            _("Complete the terms and send the entry letter"),
            _("The customer prepares the entry letter"),
        ),
        ShippingState.LETTER_SENT: (
            _("The supplier confirms the entry letter"),
            _("Confirm the entry letter"),
        ),
        ShippingState.CONFIRMED: (
            _("The supplier logs its first day"),
            _("Log the first day of sorting"),
        ),
        ShippingState.RUNNING: (
            _("Sorting goes on until the exit criteria are met"),
            _("Log each day of sorting"),
        ),
        ShippingState.EXIT_READY: (
            _("Send the exit letter"),
            _("Keep sorting until the exit letter comes"),
        ),
    }
    ours, theirs = steps.get(state, ("", ""))
    return ours if internal else theirs


def _newest_first(log: Any) -> Any:
    return log.select_related("shipping", "part", "plant", "recorded_by").order_by(
        "-day", "part__number", "plant__code", "pk"
    )


def _escapes(chain: Sequence[ControlledShipping], *, user: access.AnyUser) -> list[ShippingEscape]:
    rows_ = ShippingEscape.objects.visible_to(user).filter(shipping__in=chain).in_force()
    related = rows_.select_related("shipping", "by", "reject__part", "reject__plant")
    return list(related.order_by("-reject__detected_on", "-pk"))


def _history(chain: Sequence[ControlledShipping], *, user: access.AnyUser) -> list[dict[str, Any]]:
    """One history over the levels, newest first; a reject that is another's now is left out."""
    own = Q(reject=None) | Q(reject__supplier=F("shipping__episode__supplier"))
    seen = ShippingEvent.objects.visible_to(user)
    events = seen.filter(own, shipping__in=chain).select_related(
        "shipping", "by", "entry__part", "entry__plant", "reject"
    )
    return [_told(event, many=len(chain) > 1) for event in events.order_by("-at", "-pk")]


def _told(event: ShippingEvent, *, many: bool) -> dict[str, Any]:
    what = str(SHIPPING_EVENT_NAMES[ShippingAction(event.action)])
    return {
        "at": event.at,
        "by": event.by or _("automatically"),
        "what": f"{event.shipping.number}: {what}" if many else what,
        "reason": " · ".join(filter(None, (_about(event), reasons.of_event(event)))),
    }


def _about(event: ShippingEvent) -> str:
    """Name the day or the reject it is about, and who confirmed."""
    if event.reject is not None:
        return _("Reject %(reject)s") % {"reject": event.reject}
    if event.entry is not None:
        return _("%(day)s, part %(part)s, plant %(plant)s: %(found)s found") % {
            "day": date_format(event.entry.day),
            "part": event.entry.part.number,
            "plant": event.entry.plant.code,
            "found": wording.number(event.entry.found_qty),
        }
    if event.action == ShippingAction.CONFIRM.value:
        return str(event.shipping.confirmed_name)
    return ""
