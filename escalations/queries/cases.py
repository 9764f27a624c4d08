"""Open cases of suppliers, in the shape the scorecards app asks for."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from escalations.enums import STATE_NAMES
from escalations.models import Episode
from escalations.wording import level_name
from escalations.workflow import Level, State
from scorecards.cases import OpenCase


class Due(NamedTuple):
    """The next date owed and for what."""

    on: date | None
    what: str


def open_cases(supplier_ids: Collection[int]) -> dict[int, list[OpenCase]]:
    """Return the episodes in force by supplier; whoever asks chose the suppliers."""
    rows = Episode.objects.filter(supplier__in=supplier_ids).in_force()
    found = defaultdict(list)
    for episode in rows.select_related("eightd").order_by("number"):
        found[episode.supplier_id].append(_case(episode))
    return found


def next_due(episode: Episode) -> Due:
    """Return the first step still owed; until steps are submitted that is containment."""
    eight_d = getattr(episode, "eightd", None)
    if eight_d is None:
        return Due(None, "")
    return Due(eight_d.d3_due_on, _("D3 containment"))


def _case(episode: Episode) -> OpenCase:
    due = next_due(episode)
    return OpenCase(
        number=episode.number,
        level=episode.level,
        level_name=capfirst(level_name(episode.level)),
        rank=Level(episode.level).rank,
        metric=episode.metric,
        state_name=str(STATE_NAMES[State(episode.state)]),
        opened_on=episode.raised_on,
        due_on=due.on,
        due_what=due.what,
        url=episode.get_absolute_url(),
    )
