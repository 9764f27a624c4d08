"""The words of a mail about rejects or a month that joined an open case."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from escalations import reasons
from escalations.enums import MessageEvent
from escalations.queries.notice import Notice
from escalations.reason_words import more_rejects


def joins_proposal(told: Notice) -> bool:
    """Whether what was hit was only proposed at that time."""
    return told.event is MessageEvent.JOINED and not told.message.level_before


def subject(told: Notice) -> str:
    """Say in one line what joined; the level and its subject are filled in."""
    if told.judgement is not None:
        return _("%(supplier)s: %(metric)s %(ppm)s in %(month)s too, %(level)s")
    count = sum(reasons.joined_count(step) for step in told.steps)
    line = _("%(supplier)s: %(rejects)s, %(level)s, %(metric)s")
    return line.replace("%(rejects)s", more_rejects(count))


def opening(told: Notice) -> str:
    """Say what was hit."""
    if joins_proposal(told):
        return _(
            "%(name)s (%(code)s): more has joined the proposed %(level)s for %(metric)s. It holds "
            "for nobody until it is approved."
        )
    if told.judgement is not None:
        return _(
            "%(name)s (%(code)s): another month has joined the open %(level)s for %(metric)s. The "
            "level stays."
        )
    return _(
        "%(name)s (%(code)s): more rejects have joined the open %(level)s for %(metric)s. The "
        "level stays."
    )


def lines(told: Notice) -> Iterator[str]:
    """Name what joined beside the leading step; the case too, where it is another one."""
    for step in told.steps:
        if told.event is MessageEvent.JOINED and step.judgement is not None and step != told.lead:
            yield f"{step.episode.number}: {reasons.headline(step.judgement)}"
        if step == told.lead or not reasons.joined_at(step):
            continue
        other = step.episode_id != told.lead.episode_id
        yield f"{step.episode.number}: {reasons.of_step(step)}" if other else reasons.of_step(step)
