"""Proposals of the engine whose evidence is gone: nobody is to decide them any more."""

from typing import Any

from escalations import reasons
from escalations.enums import Audience, MessageEvent
from escalations.models import Episode, EpisodeHit, EpisodeStep, RecordHit
from escalations.services.steps import StepWriter
from escalations.services.telling import Change
from escalations.workflow import Action, Actor

# Whom the proposal was told to.
TOLD = (Audience.MANAGER, Audience.QUALITY)


def decline_vanished(episode: Episode, steps: StepWriter, **why: Any) -> EpisodeStep | None:
    """Decline a locked proposal of the engine's that nothing calls for any more; else None.

    What a person proposed is that person's, and of an escape people rule. `why` is as in
    `StepWriter.move`; the caller saves the steps.
    """
    if not episode.is_proposed or _is_called_for(episode) or not _is_the_engines(episode):
        return None
    return steps.move(episode, Action.DECLINE, roles=(Actor.ENGINE.value,), **why)


def declined(step: EpisodeStep) -> Change:
    """Return what is told of it."""
    return Change(
        event=MessageEvent.DECLINED,
        steps=(step,),
        level_before=step.episode.level,
        level_after="",
        audiences=TOLD,
    )


def _is_called_for(episode: Episode) -> bool:
    months = EpisodeHit.objects.filter(episode=episode, breaching=True)
    return months.exists() or RecordHit.objects.filter(episode=episode, breaching=True).exists()


def _is_the_engines(episode: Episode) -> bool:
    first = EpisodeStep.objects.filter(episode=episode).order_by("number").first()
    return first is not None and first.by_id is None and not reasons.is_escape(first)
