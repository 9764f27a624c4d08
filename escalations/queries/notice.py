"""What a message is about, gathered once for its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Q

from escalations.enums import Audience, MessageEvent
from escalations.models import (
    ControlledShipping,
    EightD,
    Episode,
    EpisodeStep,
    Finding,
    Judgement,
    Message,
)
from escalations.queries.shown import Shown
from escalations.workflow import Level
from suppliers.enums import Responsibility
from suppliers.models import Supplier, SupplierContact


@dataclass(frozen=True, kw_only=True)
class Notice:
    """The steps told together, the hardest first, with their evidence and measures.

    `also_open` are the supplier's other cases, so that nobody takes one for the whole
    picture; `deciders` names the people responsible for the supplier's quality.
    """

    message: Message
    steps: Sequence[EpisodeStep]
    eight_d: EightD | None
    shippings: Sequence[ControlledShipping]
    deciders: Sequence[str]
    also_open: Sequence[Episode]

    @property
    def event(self) -> MessageEvent:
        """What happened."""
        return MessageEvent(self.message.event)

    @property
    def audience(self) -> Audience:
        """For whom it is told."""
        return Audience(self.message.audience)

    @property
    def supplier(self) -> Supplier:
        """Whom it is about."""
        return cast("Supplier", self.message.supplier)

    @property
    def lead(self) -> EpisodeStep:
        """The step the message hangs on."""
        return next(step for step in self.steps if step.pk == self.message.step_id)

    @property
    def shipping(self) -> ControlledShipping | None:
        """The controlled shipping that was entered; the first of several, which share terms."""
        return next(iter(self.shippings), None)

    @property
    def judgement(self) -> Judgement | None:
        """The counts that caused the leading step; none where a person moved it."""
        judgement: Judgement | None = self.lead.judgement
        return judgement

    @property
    def facts(self) -> list[dict[str, Any]]:
        """Parts, plants and quantities of the breach, or of what a person found.

        Of a breach that was divided among several cases, of all of these.
        """
        other = self.eight_d or self._finding
        about: Sequence[Any] = self.shippings or ([] if other is None else [other])
        shown = Shown.to(self.message.recipient, self.supplier.pk)
        found: list[dict[str, Any]] = []
        for row in (row for one in about for row in shown.of(one.facts)):
            if row not in found:
                found.append(row)
        return found

    @property
    def found(self) -> str:
        """What the person found who began the case; "" for a case of the engine's."""
        return "" if self._finding is None else self._finding.text

    @property
    def _finding(self) -> Finding | None:
        found: Finding | None = getattr(self.lead.episode, "finding", None)
        return found


def notice(message: Message) -> Notice:
    """Gather what the message is about."""
    told = EpisodeStep.objects.filter(Q(told_by=message) | Q(told_by__digest=message)).distinct()
    rows = told.select_related(
        "by",
        "episode__supplier",
        "episode__part",
        "episode__plant",
        "episode__finding",
        "judgement__rule__version__policy",
    )
    steps = sorted(rows, key=lambda step: (-Level(step.episode.level).rank, step.pk))
    episodes = [step.episode_id for step in steps]
    return Notice(
        message=message,
        steps=steps,
        eight_d=EightD.objects.filter(episode__in=episodes).order_by("pk").first(),
        shippings=list(ControlledShipping.objects.filter(episode__in=episodes).order_by("pk")),
        deciders=_deciders(message.supplier),
        also_open=list(_in_force(message).exclude(pk__in=episodes).hardest_first()),
    )


def _in_force(message: Message) -> Any:
    """The supplier's cases that the reader may open, as far as a reader is known."""
    rows = Episode.objects.filter(supplier=message.supplier).in_force()
    return rows if message.recipient is None else rows.visible_to(message.recipient)


def _deciders(supplier: Supplier | None) -> list[str]:
    rows = SupplierContact.objects.filter(
        supplier=supplier, responsibility=Responsibility.SQE, user__is_active=True
    )
    people = rows.select_related("user").order_by("is_deputy", "pk")
    return [str(row.user) for row in people]
