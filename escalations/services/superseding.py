"""A new case in place of one whose controlled shipping is over (ADR 27)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from escalations import reasons
from escalations.models import ControlledShipping, Episode
from escalations.queries.forbidding import released
from escalations.services.steps import StepWriter
from escalations.workflow import Action, Actor

ENGINE = (Actor.ENGINE.value,)


def locked_if_released(case: Mapping[str, Any]) -> Episode | None:
    """Lock and return the open case of this scope, subject and level if it holds no more."""
    rows = Episode.objects.filter(**case).in_force()
    found: Episode | None = rows.select_for_update(of=("self",)).order_by("pk").first()
    if found is None or not released([found.supplier_id]).filter(pk=found.pk).exists():
        return None
    return found


def supersede(ending: Iterable[tuple[Episode, str]], *, at: datetime) -> None:
    """End locked cases that hold no more, each with the number of the case that follows it.

    Without a number ("") where that is only proposed: the supplier sees no proposal.

    At once, for there is one open case of a scope, subject and level: the new one comes after.
    Nobody is told apart: the message about the new case says what holds now.
    """
    pairs = list(ending)
    if not pairs:
        return
    cases = [episode for episode, _number in pairs]
    rows = ControlledShipping.objects.filter(episode__in=cases)
    over = dict(rows.values_list("episode", "number"))
    steps = StepWriter.for_episodes(cases, at=at)
    for episode, number in pairs:
        because = reasons.superseded(before=over[episode.pk], case=number)
        steps.move(episode, Action.SUPERSEDE, roles=ENGINE, because=because)
    steps.save()
