"""Writing the messages of a case's steps in the transaction that makes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from escalations.enums import Audience, MessageEvent, MessageKind
from escalations.models import Episode, EpisodeStep, Message
from escalations.services.occasions import Occasion, tell_of


@dataclass(frozen=True, kw_only=True)
class Change:
    """Steps of one supplier and metric that are told together; the first one leads.

    `audiences` narrows who is told; None: all whom the table names.
    """

    event: MessageEvent
    steps: tuple[EpisodeStep, ...]
    level_before: str
    level_after: str
    audiences: Sequence[Audience] | None = None

    @property
    def lead(self) -> EpisodeStep:
        """The step the message hangs on."""
        return self.steps[0]


def tell(changes: Sequence[Change], *, at: datetime) -> list[Message]:
    """Write one message per change, audience and person; rings once the transaction commits."""
    rows = tell_of([_occasion(change) for change in changes], at=at)
    together = {change.lead.pk: change.steps for change in changes}
    told = Message.steps.through
    told.objects.bulk_create(
        told(message_id=message.pk, episodestep_id=step.pk)
        for message in rows
        for step in together.get(message.step_id or 0, ())
    )
    return rows


def proposed(
    steps: Sequence[EpisodeStep], *, audiences: Sequence[Audience] | None = None
) -> list[Change]:
    """Return what is told of levels that were only proposed: nothing holds yet."""
    return [
        Change(
            event=MessageEvent.PROPOSED,
            steps=(step,),
            level_before="",
            level_after=step.episode.level,
            audiences=audiences,
        )
        for step in steps
    ]


def declined_to(episode: Episode) -> list[Audience]:
    """Return who is told that a proposal was declined.

    Purchasing only where it was told of the proposal: by the mail about an escape, which asks it
    to hold new business back until the decision. What it never heard of, it need not forget.
    """
    asked = Message.objects.filter(
        event=MessageEvent.SHIPPING_ESCAPE,
        audience=Audience.PURCHASING,
        supplier=episode.supplier_id,
        metric=episode.metric,
        created_at__gte=episode.raised_at,
    )
    return [Audience.QUALITY, *([Audience.PURCHASING] if asked.exists() else [])]


def _occasion(change: Change) -> Occasion:
    step = change.lead
    episode, judgement = step.episode, step.judgement
    return Occasion(
        kind=MessageKind.CASE,
        row=step,
        name=f"{episode.number}.{step.number}",
        about=episode.number,
        event=change.event,
        supplier_id=episode.supplier_id,
        metric=episode.metric,
        month=episode.last_month if judgement is None else judgement.month,
        level_before=change.level_before,
        level_after=change.level_after,
        audiences=change.audiences,
    )
