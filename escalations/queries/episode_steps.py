"""The steps of a case: those that somebody may take now, and those that were taken."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from escalations import reasons
from escalations.enums import ACTION_NAMES, STEP_NAMES
from escalations.models import Episode, EpisodeStep
from escalations.queries.deciding import may_decide
from escalations.queries.shown import Shown
from escalations.transitions import allowed_actions
from escalations.workflow import TRANSITIONS, Action, Actor, Level, State
from suppliers import access


@dataclass(frozen=True, kw_only=True)
class Button:
    """An action somebody may take now; `decides` when it needs a written reason."""

    action: str
    label: str
    decides: bool
    ends: bool


def buttons(episode: Episode, *, user: access.AnyUser, proven: bool) -> list[Button]:
    """Return what the user may do with the episode now, as the one table says.

    Nothing where it also concerns plants for which the user does not answer.
    """
    if not may_decide(episode, user=user):
        return []
    roles = [role.value for role in access.standing(user).roles if role.value in list(Actor)]
    allowed = allowed_actions(
        state=State(episode.state),
        roles=roles,
        level=Level(episode.level),
        approver=episode.approver,
        proven=proven,
    )
    if proven:
        # closing is the plain way; nothing is there to be overruled
        allowed = tuple(action for action in allowed if action is not Action.OVERRULE)
    rows = {row.action: row for row in TRANSITIONS}
    return [
        Button(
            action=action.value,
            label=str(ACTION_NAMES[action]),
            decides=rows[action].needs_reason,
            ends=rows[action].to_state.is_final,
        )
        for action in allowed
    ]


def history(episode: Episode, *, shown: Shown) -> list[dict[str, Any]]:
    """Return what happened, the newest first, as far as it is of plants that are shown."""
    rows = EpisodeStep.objects.filter(episode=episode).select_related("by", "judgement")
    return [_entry(step, shown=shown) for step in rows.order_by("-number")]


def _by_itself(step: EpisodeStep) -> str:
    """Say what moved a case without a person: a rule, an escape, or what was done elsewhere."""
    if number := reasons.escaped_from(step):
        return _("by an escape from %(number)s") % {"number": number}
    by_rule = step.judgement_id is not None or step.because.get("why") in reasons.OF_RULES
    return _("by the policy") if by_rule else _("automatically")


def _entry(step: EpisodeStep, *, shown: Shown) -> dict[str, Any]:
    """The engine's own reasons are said again in the reader's language."""
    return {
        "at": step.at,
        "by": step.by or _by_itself(step),
        "what": STEP_NAMES[Action(step.action)],
        "reason": ""
        if shown.hides([{"plant": reasons.plant_of(step.because)}])
        else reasons.of_step(step),
    }
