"""Writing the messages of a case's steps in the transaction that makes them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from escalations import reasons
from escalations.audiences import TOLD
from escalations.enums import Audience, MessageEvent, MessageKind, MessageState
from escalations.models import Episode, EpisodeStep, Message
from escalations.queries.readers import readers
from escalations.queries.recipients import recipients
from escalations.services.occasions import Occasion, message_id, tell_of
from escalations.workflow import Level
from suppliers.access import narrowed_among
from suppliers.models import User


@dataclass(frozen=True, kw_only=True)
class Change:
    """Steps of one supplier and metric that are told together; the first one leads.

    `audiences` narrows who is told; None: all whom the table names. `only` are the people of
    them, by id; None: all who may open the leading case.
    """

    event: MessageEvent
    steps: tuple[EpisodeStep, ...]
    level_before: str
    level_after: str
    audiences: Sequence[Audience] | None = None
    only: frozenset[int] | None = None

    @classmethod
    def raised(cls, steps: Iterable[EpisodeStep], *, before: str) -> Self:
        """Return levels that hold now: the hardest leads; what held before may be harder."""
        ordered = sorted(steps, key=lambda step: -Level(step.episode.level).rank)
        hardest = Level(ordered[0].episode.level)
        harder = before and Level(before).outranks(hardest)
        return cls(
            event=MessageEvent.WATCHED if hardest is Level.WATCH else MessageEvent.RAISED,
            steps=tuple(ordered),
            level_before=before,
            level_after=before if harder else hardest.value,
        )

    @property
    def lead(self) -> EpisodeStep:
        """The step the message hangs on."""
        return self.steps[0]

    @property
    def plants(self) -> set[tuple[int | None, str]]:
        """Where its cases are, None for every plant, and where what its steps tell was found."""
        return {(step.episode.plant_id, reasons.joined_at(step)) for step in self.steps}

    def of(self, steps: Iterable[EpisodeStep]) -> "Change":
        """Return the same of some of the steps."""
        if self.event in {MessageEvent.RAISED, MessageEvent.WATCHED}:
            return Change.raised(steps, before=self.level_before)
        return replace(self, steps=tuple(steps))

    def tells(self, message: Message) -> bool:
        """Whether a message is one that this change has made."""
        if message.step_id != self.lead.pk:
            return False
        if self.audiences is not None and message.audience not in self.audiences:
            return False
        return self.only is None or message.recipient_id in (self.only or {None})


def tell(changes: Sequence[Change], *, at: datetime) -> list[Message]:
    """Write one message per change, audience and person; rings once the transaction commits.

    Whoever is narrowed to plants is told of the steps whose cases they may open, and of no other.
    """
    return _write([part for change in changes for part in _by_readers(change)], at=at)


def tell_those_found(message: Message, people: Sequence[User], *, at: datetime) -> bool:
    """Tell the people named since of a raise that told nobody; return whether any was found.

    Each of the cases they may open. Those that still concern nobody stay with the message; it
    is for the caller to save.
    """
    narrowed = narrowed_among({person.pk for person in people})
    change = Change.raised(_steps_of(message), before=message.level_before)
    shares = _shares(change, people, narrowed)
    told = [
        replace(
            Change.raised(steps, before=change.level_before),
            audiences=[Audience(message.audience)],
            only=only,
        )
        for steps, only in shares
        if only
    ]
    if not told:
        return False
    _write(told, at=at)
    rest = [steps for steps, only in shares if not only]
    if rest:
        _leave(message, Change.raised(rest[0], before=change.level_before))
    else:
        message.state = MessageState.DISCARDED.value
    return True


def _steps_of(message: Message) -> list[EpisodeStep]:
    return list(message.steps.select_related("episode", "judgement").order_by("pk"))


def _leave(message: Message, rest: Change) -> None:
    """Let the message that told nobody go on about these steps alone."""
    begin = _occasion(rest)
    message.step, message.about_name = rest.lead, begin.about
    message.level_after, message.month = rest.level_after, begin.month
    message.message_id = message_id(begin.name, rest.event, Audience(message.audience), None)
    message.steps.set(rest.steps)


def _write(changes: Sequence[Change], *, at: datetime) -> list[Message]:
    rows = tell_of([_occasion(change) for change in changes], at=at)
    told = Message.steps.through
    told.objects.bulk_create(
        told(message_id=message.pk, episodestep_id=step.pk)
        for message in rows
        for step in next((one.steps for one in changes if one.tells(message)), ())
    )
    return rows


def _by_readers(change: Change) -> list[Change]:
    """Return a change as it is told to whom: one of several plants is not everybody's."""
    if len(change.plants) == 1:
        return [change]
    people = _people(change)
    narrowed = narrowed_among({one.pk for found in people.values() for one in found})
    if not narrowed:
        return [change]
    return [
        replace(change.of(steps), audiences=[audience], only=only)
        for audience, found in people.items()
        for steps, only in _shares(change, found, narrowed)
    ]


def _people(change: Change) -> dict[Audience, list[User]]:
    supplier_id = change.lead.episode.supplier_id
    found = recipients([supplier_id])
    audiences = list(TOLD[change.event]) if change.audiences is None else change.audiences
    return {one: found.get((supplier_id, one), []) for one in audiences}


def _shares(
    change: Change, people: Sequence[User], narrowed: Collection[int]
) -> list[tuple[tuple[EpisodeStep, ...], frozenset[int]]]:
    """Return which steps are told to whom of an audience; to nobody what nobody may open."""
    shares: dict[tuple[EpisodeStep, ...], set[int]] = defaultdict(set)
    for person in people:
        mine = [step for step in change.steps if readers(step, [person], narrowed=narrowed)]
        if mine:
            shares[tuple(mine)].add(person.pk)
    told = {step for steps in shares for step in steps}
    rest = tuple(step for step in change.steps if step not in told)
    if rest:
        shares[rest] = set()
    return [(steps, frozenset(ids)) for steps, ids in shares.items()]


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
    to hold new business back until the decision. What it never heard of, it need not forget; nor
    does a stop of shipments that is declined free that new business.
    """
    if episode.level == Level.STOP_SHIP.value:
        return [Audience.QUALITY]
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
        only=change.only,
    )
