"""Open cases of suppliers, in the shape the scorecards app asks for."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import capfirst

from escalations.deadlines import Clock, next_owed
from escalations.eight_d_enums import MILESTONE_NAMES
from escalations.enums import STATE_NAMES
from escalations.models import EightD, Episode, EpisodeStep
from escalations.queries.eight_d_clocks import clocks_of, clocks_on
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
    found_rows = Episode.objects.filter(supplier__in=supplier_ids)
    found_rows = found_rows.in_force() if on is None else found_rows.filter(_in_force_on(on))
    rows = list(found_rows.select_related("supplier", "eightd").order_by("number"))
    # the one place that looks at the clock: whoever asks for the cases of now names no day
    due = next_dues(rows, at=timezone.now()) if on is None else next_dues_on(rows, day=on)
    found = defaultdict(list)
    for episode in rows:
        found[episode.supplier_id].append(_case(episode, due[episode.pk]))
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


def next_dues(episodes: Sequence[Episode], *, at: datetime) -> dict[int, Due]:
    """Return by episode the first step of its 8D still owed, in one query for all of them."""
    reports = [report for report in _reports(episodes) if report.is_open]
    return _dues(episodes, clocks_of(reports, at=at))


def next_dues_on(episodes: Sequence[Episode], *, day: date) -> dict[int, Due]:
    """Return the same as it stood at the end of a day."""
    return _dues(episodes, clocks_on(_reports(episodes), today=day))


def with_dues(episodes: Iterable[Episode], *, at: datetime) -> list[Episode]:
    """Return episodes that know the next date of their 8D, as `due`."""
    found = list(episodes)
    due = next_dues(found, at=at)
    for episode in found:
        episode.due = due[episode.pk]  # type: ignore[attr-defined]  # for the templates of lists
    return found


def next_due(episode: Episode, *, at: datetime) -> Due:
    """Return the first step of its 8D still owed."""
    return next_dues([episode], at=at)[episode.pk]


def _reports(episodes: Sequence[Episode]) -> list[EightD]:
    return [one.eightd for one in episodes if hasattr(one, "eightd")]


def _dues(episodes: Sequence[Episode], clocks: Mapping[int, Sequence[Clock]]) -> dict[int, Due]:
    return {one.pk: _due(getattr(one, "eightd", None), clocks) for one in episodes}


def _due(eight_d: EightD | None, clocks: Mapping[int, Sequence[Clock]]) -> Due:
    owed = None if eight_d is None else next_owed(clocks.get(eight_d.pk, ()))
    if owed is None:
        return Due(None, "")
    return Due(owed.due_on, str(MILESTONE_NAMES[owed.milestone]))


def _case(episode: Episode, due: Due) -> OpenCase:
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
