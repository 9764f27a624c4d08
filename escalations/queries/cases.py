"""Open cases of suppliers, in the shape the scorecards app asks for."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from escalations.enums import STATE_NAMES
from escalations.models import Episode, EpisodeStep
from escalations.wording import level_name
from escalations.workflow import UNDECIDED_STATES, Action, Level, State
from scorecards.cases import OpenCase
from scorecards.periods import end_of


class Due(NamedTuple):
    """The next date owed and for what."""

    on: date | None
    what: str


def open_cases(
    supplier_ids: Collection[int], *, on: date | None = None
) -> dict[int, list[OpenCase]]:
    """Return the episodes in force by supplier; whoever asks chose the suppliers.

    With `on` those that were in force at the end of that day, whatever became of them; an
    episode that was withdrawn should never have been.
    """
    rows = Episode.objects.filter(supplier__in=supplier_ids)
    rows = rows.in_force() if on is None else rows.filter(_in_force_on(on))
    found = defaultdict(list)
    for episode in rows.select_related("eightd").order_by("number"):
        found[episode.supplier_id].append(_case(episode))
    return found


def _in_force_on(day: date) -> Q:
    """Select what had begun, and was not merely proposed any more, and had not ended."""
    over = end_of(day, zone=timezone.get_default_timezone())
    approved_later = EpisodeStep.objects.filter(
        episode=OuterRef("pk"), action=Action.APPROVE.value, at__gte=over
    )
    never = [state.value for state in UNDECIDED_STATES | {State.WITHDRAWN}]
    ended = Q(ended_at__isnull=False, ended_at__lt=over)
    return Q(~Exists(approved_later), ~ended, ~Q(state__in=never), raised_on__lte=day)


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
