"""The words of a mail about rejects that joined an open case."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from escalations import reasons
from escalations.queries.notice import Notice


def joins_proposal(told: Notice) -> bool:
    """Whether what was hit was only proposed at that time."""
    return reasons.joined_at(told.lead) != "" and not told.message.level_before


def subject(told: Notice) -> str:
    """Say in one line how many rejects joined; the level and its subject are filled in."""
    count = sum(reasons.joined_count(step) for step in told.steps)
    line = _("%(supplier)s: %(rejects)s, %(level)s, %(metric)s")
    return line.replace("%(rejects)s", reasons.more_rejects(count))


def opening() -> dict[bool, str]:
    """Say what was hit, by whether it was only proposed."""
    return {
        False: _(
            "%(name)s (%(code)s): more rejects have joined the open %(level)s for %(metric)s. "
            "The level stays."
        ),
        True: _(
            "%(name)s (%(code)s): more rejects have joined the proposed %(level)s for %(metric)s. "
            "It holds for nobody until it is approved."
        ),
    }


def lines(told: Notice) -> Iterator[str]:
    """Name what joined beside the leading step; the case too, where it is another one."""
    for step in told.steps:
        if step == told.lead or not reasons.joined_at(step):
            continue
        other = step.episode_id != told.lead.episode_id
        yield f"{step.episode.number}: {reasons.of_step(step)}" if other else reasons.of_step(step)
