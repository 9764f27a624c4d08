"""What joins an open case: a line in its history, and told to whom it concerns."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import override

from escalations import reasons, wording
from escalations.enums import Audience, MessageEvent
from escalations.models import Episode, EpisodeStep, Judgement, RecordJudgement
from escalations.services.steps import StepWriter
from escalations.services.telling import Change
from escalations.workflow import Action, Actor, Level, State

ENGINE = (Actor.ENGINE.value,)
# Nobody else knows of what is only proposed.
DECIDERS = (Audience.MANAGER, Audience.QUALITY)
CONCERNED = (Audience.PURCHASING, Audience.QUALITY, Audience.SUPPLIER)


def add_steps(
    joined: Mapping[int, Sequence[RecordJudgement]], *, at: datetime
) -> dict[int, list[EpisodeStep]]:
    """Write by case, whose rows are locked, what joined it: a step for each plant.

    So that whoever answers for some plants reads of these alone. A case that was being monitored
    is in work again with the first of them.
    """
    episodes = Episode.objects.filter(pk__in=joined).unfinished().select_related("supplier")
    found = list(episodes.order_by("pk"))
    steps = StepWriter.for_episodes(found, at=at)
    written = {
        episode.pk: [
            steps.move(episode, _action(episode), roles=ENGINE, because=reasons.joined(rows))
            for rows in _by_plant(joined[episode.pk])
        ]
        for episode in found
    }
    steps.save()
    return written


def add_months(
    hits: Sequence[tuple[Episode, Judgement]], steps: StepWriter
) -> dict[int, list[EpisodeStep]]:
    """Add by case what a month that joined it says; the caller saves the steps."""
    with override(settings.LANGUAGE_CODE):
        return {
            episode.pk: [
                steps.move(
                    episode,
                    _action(episode),
                    roles=ENGINE,
                    reason=wording.figure_sentences(judgement),
                    judgement=judgement,
                )
            ]
            for episode, judgement in hits
        }


def changes(steps: Mapping[int, Sequence[EpisodeStep]], *, begun: Collection[int]) -> list[Change]:
    """Return what is told of steps by case: one mail per supplier and subject.

    Not of the cases in `begun`, whose own mail says it; nor of what escaped from a case in force,
    of which the escape's mail tells the same people.
    """
    together: dict[tuple[int, str, tuple[Audience, ...]], list[EpisodeStep]] = defaultdict(list)
    for episode_id, found in steps.items():
        for step in found if episode_id not in begun else ():
            if audiences := _audiences(step):
                episode = step.episode
                together[episode.supplier_id, episode.metric, audiences].append(step)
    return [_change(found, audiences) for (_id, _metric, audiences), found in together.items()]


def _action(episode: Episode) -> Action:
    monitored = State(episode.state) is State.MONITORING
    return Action.BREACH_AGAIN if monitored else Action.JOIN


def _by_plant(rows: Sequence[RecordJudgement]) -> Iterator[list[RecordJudgement]]:
    """Group by plant; what several rules say of a reject is said once."""
    found: dict[int, dict[int, RecordJudgement]] = defaultdict(dict)
    for row in rows:
        found[row.plant_id][row.reject_id] = row
    for _plant, by_reject in sorted(found.items()):
        yield list(by_reject.values())


def _audiences(step: EpisodeStep) -> tuple[Audience, ...]:
    if step.episode.level == Level.WATCH.value:
        return (Audience.QUALITY,)
    if step.episode.is_proposed:
        return (Audience.MANAGER,) if reasons.is_escape(step) else DECIDERS
    return () if reasons.is_escape(step) else CONCERNED


def _change(steps: Sequence[EpisodeStep], audiences: tuple[Audience, ...]) -> Change:
    """The level stays; of what is only proposed there is none before."""
    ordered = sorted(steps, key=lambda step: -Level(step.episode.level).rank)
    level = ordered[0].episode.level
    return Change(
        event=MessageEvent.JOINED,
        steps=tuple(ordered),
        level_before="" if ordered[0].episode.is_proposed else level,
        level_after=level,
        audiences=audiences,
    )
