"""Which cases somebody who is narrowed to plants may decide: those that lie within these plants.

Everybody who sees a supplier sees its cases. An 8D or a watch on the supplier as a whole is decided
by whoever sees it; a harder level forbids something, and is decided or raised further by
whoever answers for every plant that it concerns.
"""

from collections import defaultdict
from collections.abc import Collection

from escalations.models import CalledFor, Episode, Finding, ShippingScope
from escalations.workflow import Level
from suppliers import access
from suppliers.models import Plant

OF_ALL_WHO_SEE_IT = frozenset({Level.WATCH.value, Level.EIGHT_D.value})


def may_decide(episode: Episode, *, user: access.AnyUser) -> bool:
    """Whether the user may move the case, as far as its plants go; fetched by `visible_to`."""
    return episode.pk in decided_by(user, [episode])


def may_propose(episode: Episode, *, user: access.AnyUser) -> bool:
    """Whether the user may propose a harder level for what the case is about.

    Nobody who is narrowed for the supplier as a whole: such a person begins a case of a plant.
    """
    return not _beyond([episode], user=user)


def decided_by(user: access.AnyUser, episodes: Collection[Episode]) -> set[int]:
    """Return the ids of cases that the user may decide; no query for whoever is not narrowed."""
    harder = [episode for episode in episodes if episode.level not in OF_ALL_WHO_SEE_IT]
    return {episode.pk for episode in episodes} - _beyond(harder, user=user)


def _beyond(episodes: Collection[Episode], *, user: access.AnyUser) -> set[int]:
    """Return the ids of cases that concern plants for which the user does not answer."""
    own = {one.pk: access.plants_shown_to(user, one.supplier_id) for one in episodes}
    narrowed = {pk: plants for pk, plants in own.items() if plants is not None}
    if not narrowed:
        return set()
    plants = _plants_of([episode for episode in episodes if episode.pk in narrowed])
    return {pk for pk, shown in narrowed.items() if not plants[pk] <= shown}


def _plants_of(episodes: Collection[Episode]) -> dict[int, set[int | None]]:
    """Return by case the plants it concerns, in four queries; None stands for every plant.

    What its controlled shipping covers, or would as it was asked for; else its own plant.
    """
    found: dict[int, set[int | None]] = defaultdict(set)
    scopes = ShippingScope.objects.filter(shipping__episode__in=episodes)
    for episode_id, plant in scopes.values_list("shipping__episode", "plant"):
        found[episode_id].add(plant)
    waiting = CalledFor.objects.filter(episode__in=[one for one in episodes if one.is_proposed])
    for episode_id, plant in waiting.values_list("episode", "plant"):
        found[episode_id].add(plant)
    asked = Finding.objects.filter(episode__in=episodes)
    named = {
        pk: {row.get("plant", "") for row in facts}
        for pk, facts in asked.values_list("episode", "facts")
        if pk not in found
    }
    codes = set().union(*named.values())
    ids = dict(Plant.objects.filter(code__in=codes).values_list("code", "pk"))
    for pk, plants in named.items():
        found[pk] |= {ids.get(code) for code in plants}
    for episode in episodes:
        if not found[episode.pk]:
            found[episode.pk].add(episode.plant_id)
    return found
