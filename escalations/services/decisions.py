"""What people decide about an episode."""

from datetime import datetime

from django.db import transaction

from escalations.enums import MessageEvent
from escalations.models import Episode, EpisodeStep
from escalations.services.steps import StepWriter
from escalations.services.telling import Change, tell
from escalations.workflow import Action, Level
from suppliers import access
from suppliers.models import User


@transaction.atomic
def decide(
    *, episode: Episode, action: Action, by: User, at: datetime, reason: str = ""
) -> EpisodeStep:
    """Move an episode as a person; the table says whether these roles may.

    Raises:
        ForbiddenTransitionError: not in this state or not to these roles.
        MissingReasonError: the move is a decision and has no reason.
    """
    locked = Episode.objects.select_for_update(of=("self",)).get(pk=episode.pk)
    steps = StepWriter.for_episodes([locked], at=at)
    roles = [role.value for role in access.standing(by).roles]
    step = steps.move(locked, action, roles=roles, by=by, reason=reason)
    steps.save()
    if not locked.is_open:
        tell([_ended(locked, step)], at=at)
    return step


def _ended(episode: Episode, step: EpisodeStep) -> Change:
    rest = Episode.objects.filter(supplier=episode.supplier_id, metric=episode.metric).unfinished()
    levels = [Level(level) for level in rest.values_list("level", flat=True)]
    return Change(
        event=MessageEvent.ENDED,
        steps=(step,),
        level_before=max([Level(episode.level), *levels], key=lambda level: level.rank).value,
        level_after=max(levels, key=lambda level: level.rank).value if levels else "",
    )
