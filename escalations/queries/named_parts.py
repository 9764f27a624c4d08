"""What a case of controlled shipping is for, where it is not for all of its scope (ADR 27)."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q

from escalations.models import CalledFor, Episode, Finding, ShippingScope
from escalations.models.shipping import SHIPPING_LEVELS
from escalations.queries.shipping_lanes import LaneKey, lanes_named, left_out
from escalations.shipping_workflow import ShippingState


def lanes_covered(episodes: Collection[Episode]) -> dict[int, set[LaneKey]]:
    """Return by case the parts and plants that its controlled shipping covers, in one query."""
    if not episodes:
        return {}
    rows = ShippingScope.objects.filter(shipping__episode__in=episodes)
    found: dict[int, set[LaneKey]] = defaultdict(set)
    for episode, part, plant in rows.values_list("shipping__episode", "part", "plant"):
        found[episode].add((part, plant))
    return dict(found)


def asked_for(episodes: Collection[Episode]) -> dict[int, set[LaneKey]]:
    """Return by case the parts and plants that were named for it; nothing for the rest.

    By a person who asked for it, or as what escaped beside a case of named parts.
    """
    found = called_for(episodes)
    if not episodes:
        return found
    asked = Finding.objects.filter(episode__in=episodes).values_list("episode", "facts")
    named = lanes_named({episode: facts for episode, facts in asked if facts})
    return found | {episode: set(lanes) for episode, lanes in named.items() if lanes}


def called_for(episodes: Collection[Episode]) -> dict[int, set[LaneKey]]:
    """Return by case what escaped beside a case of named parts and was proposed for."""
    if not episodes:
        return {}
    rows = CalledFor.objects.filter(episode__in=episodes)
    found: dict[int, set[LaneKey]] = defaultdict(set)
    for episode, part, plant in rows.values_list("episode", "part", "plant"):
        found[episode].add((part, plant))
    return dict(found)


def lanes_by_hand(episodes: Collection[Episode]) -> dict[int, set[LaneKey]]:
    """Return by case in force what it covers, as far as a person has named its parts.

    Such a case is about no one part as soon as two are named, and yet not about every part.
    """
    return _covered_by(_by_hand(episodes)) if episodes else {}


def lanes_kept(episodes: Collection[Episode]) -> dict[int, set[LaneKey]]:
    """Return by case in force what it covers, where it takes in nothing that breaches later.

    A person has named its parts, or its entry letter has fixed them.
    """
    fixed = Q(shipping__episode__in=episodes) & ~Q(shipping__state=ShippingState.ENTERED.value)
    return _covered_by(_by_hand(episodes) | fixed) if episodes else {}


def _by_hand(episodes: Collection[Episode]) -> Q:
    by_hand = Finding.objects.filter(episode__in=episodes).exclude(facts=[]).values("episode")
    # one part at one plant beside such a case: what it follows may have been about more
    beside = Q(
        shipping__episode__in=episodes,
        shipping__episode__part__isnull=False,
        shipping__episode__plant__isnull=False,
    )
    escaped = CalledFor.objects.filter(episode__in=episodes).values("episode")
    return Q(shipping__episode__in=by_hand) | Q(shipping__episode__in=escaped) | beside


def _covered_by(which: Q) -> dict[int, set[LaneKey]]:
    rows = ShippingScope.objects.filter(which)
    found: dict[int, set[LaneKey]] = defaultdict(set)
    for episode, part, plant in rows.values_list("shipping__episode", "part", "plant"):
        found[episode].add((part, plant))
    return dict(found)


def left_beside(case: Episode, lanes: Collection[LaneKey]) -> list[LaneKey]:
    """Return which of these an open case is not for and takes in no more; else none.

    Beside what a person named or a letter fixed, or what was asked for where it is only proposed.
    """
    if case.level not in SHIPPING_LEVELS or not lanes:
        return []
    named = lanes_kept([case]).get(case.pk) or asked_for([case]).get(case.pk)
    return left_out(lanes, named) if named else []
