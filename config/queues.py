"""What waits to be done, for how long, and what was given up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min, QuerySet

from escalations.enums import MessageState
from escalations.models import EvaluationRun, Message, RejectToJudge
from scorecards.models import PublicationRequest, Scorecard, ScorecardDocument, StaleKey, WorkState
from suppliers.models import ImportBatch
from suppliers.models.imports import WORKED_ON


@dataclass(frozen=True, kw_only=True)
class Queue:
    """How many rows wait, since when the oldest of them, and how many were given up."""

    name: str
    waiting: int
    oldest_at: datetime | None
    dead: int

    def age(self, *, at: datetime) -> int | None:
        """Return the seconds the oldest row has waited; None while nothing waits."""
        return (
            None if self.oldest_at is None else max(0, int((at - self.oldest_at).total_seconds()))
        )


def queues(*, at: datetime) -> Iterator[Queue]:
    """Yield every queue of the product; rows that are not yet due do not count as waiting."""
    yield _queue("roll-up", StaleKey.objects.all(), "marked_at")
    yield _queue(
        "imports",
        ImportBatch.objects.filter(state__in=WORKED_ON),
        "uploaded_at",
    )
    for name, model in (("publications", PublicationRequest), ("PDFs", ScorecardDocument)):
        yield _queue(
            name,
            model.objects.due(at=at),
            "next_attempt_at",
            model.objects.filter(state=WorkState.DEAD),
        )
    yield _queue("single rejects", RejectToJudge.objects.all(), "marked_at")
    yield _queue("judgements", Scorecard.objects.filter(judged__isnull=True), "published_at")
    yield _queue(
        "evaluations",
        EvaluationRun.objects.unfinished(),
        "requested_at",
        EvaluationRun.objects.exclude(error=""),
    )
    yield _queue(
        "messages",
        Message.objects.filter(
            state__in=[MessageState.WAITING, MessageState.SENDING], due_at__lte=at
        ),
        "due_at",
        Message.objects.filter(state=MessageState.DEAD),
    )


def _queue(name: str, waiting: Any, since: str, dead: QuerySet[Any] | None = None) -> Queue:
    return Queue(
        name=name,
        waiting=waiting.count(),
        oldest_at=waiting.aggregate(oldest=Min(since))["oldest"],
        dead=0 if dead is None else dead.count(),
    )
