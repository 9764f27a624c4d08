"""What is owed on a case itself: looking at it, deciding it."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations import wording
from escalations.answering import Answer, answer_by
from escalations.enums import Audience
from escalations.models import Episode, EpisodeStep
from escalations.owed import LocalDay, Owed, Scope
from escalations.queries.deciding import decided_by
from escalations.workflow import Action, Actor, Level, State

SEEN = frozenset({State.ACKNOWLEDGED, State.MONITORING})


def owed_on_cases(scope: Scope) -> Iterator[Owed]:
    """Yield what quality owes on raised, reviewed and watched cases that are the reader's."""
    states = [State.PROPOSED.value, State.OPEN.value, State.UNDER_REVIEW.value]
    cases = Episode.objects.annotate(
        rejects=Count("record_hits__reject", filter=Q(record_hits__breaching=True), distinct=True),
        newest=Subquery(_newest_move("action")),
        came_at=Subquery(_newest_move("at")),
    )
    # a stop waits to be lifted, whoever has seen it
    stopped = Q(level=Level.STOP_SHIP.value, state__in=sorted(SEEN))
    rows = scope.rows(cases.filter(Q(state__in=states) | stopped | _hit_again()))
    found = list(rows.select_related("supplier", "plant", "part", "judgement").order_by("pk"))
    if scope.user is not None:
        theirs = decided_by(scope.user, found)
        found = [episode for episode in found if episode.pk in theirs]
    for episode in found:
        what, action = _asked(episode)
        local = scope.local(episode.plant.time_zone if episode.plant else "")
        since = _waiting_since(episode, local, by=episode.newest, at=episode.came_at)
        yield Owed(
            key=f"case-{episode.pk}-{episode.state}",
            owner=_owner(episode),
            what=f"{capfirst(wording.level_name(episode.level))}: {what}",
            action=action,
            url=episode.get_absolute_url(),
            since=since,
            local=local,
            due_on=_due_on(episode, since),
            level=episode.level,
            why=_about(episode),
            supplier_id=episode.supplier_id,
            supplier_code=episode.supplier.code,
            supplier_name=episode.supplier.name,
        )


def _newest_move(field: str) -> Any:
    """Return what was done last with a case, or when; not what joined it since."""
    steps = EpisodeStep.objects.filter(episode=OuterRef("pk")).exclude(action=Action.JOIN.value)
    return steps.order_by("-number").values(field)[:1]


def _hit_again() -> Q:
    """Find what was monitored and was hit: nobody has said yet how it goes on."""
    return Q(state=State.ACKNOWLEDGED.value, newest=Action.BREACH_AGAIN.value)


def _waiting_since(
    episode: Episode, local: LocalDay, *, by: str | None, at: datetime | None
) -> date:
    """Return the day a case came to where it stands, by its newest move."""
    if at is None or by in (Action.RAISE, Action.PROPOSE):
        began: date = episode.raised_on
        return began
    return local.of(at)


def _due_on(episode: Episode, since: date) -> date | None:
    """By the working days of the plant it is about, else of the supplier's country.

    A watch asks for nothing: it ends by itself once its month is judged. A stop that holds is to
    be lifted when its reason has gone, and by no day.
    """
    if episode.level == Level.WATCH.value and episode.state == State.OPEN.value:
        return None
    if episode.level == Level.STOP_SHIP.value and episode.state in SEEN:
        return None
    answer = {
        State.PROPOSED: Answer.APPROVAL,
        State.UNDER_REVIEW: Answer.CASE_REVIEW,
    }.get(State(episode.state), Answer.ACKNOWLEDGEMENT)
    place = episode.supplier if episode.plant is None else episode.plant
    return answer_by(since, answer, country=place.country)


def _owner(episode: Episode) -> Audience:
    proposed = episode.state == State.PROPOSED.value
    if proposed and episode.approver == Actor.QUALITY_MANAGER.value:
        return Audience.MANAGER
    if episode.level == Level.STOP_SHIP.value and episode.state in SEEN:
        return Audience.MANAGER
    return Audience.QUALITY


def _asked(episode: Episode) -> tuple[str, str]:
    words = {"number": episode.number}
    if episode.state == State.PROPOSED.value:
        return _("%(number)s is proposed") % words, _("Approve or decline")
    if episode.level == Level.STOP_SHIP.value and episode.state in SEEN:
        return _("%(number)s holds") % words, _("Lift it, or let it hold")
    if episode.state == State.UNDER_REVIEW.value:
        return _("%(number)s is under review") % words, _("Decide the review")
    if episode.state == State.ACKNOWLEDGED.value:
        return _("%(number)s was hit again") % words, _("Decide how it goes on")
    if episode.level == Level.WATCH.value:
        return _("%(number)s is being watched") % words, _("Look at it")
    return _("%(number)s was raised") % words, _("Acknowledge")


def _about(episode: Episode) -> str:
    """Say the figure that raised it; without one, what it is about, which part and how often."""
    judgement = episode.judgement
    if judgement is not None:
        return _("%(metric)s %(ppm)s in %(month)s") % {
            "metric": wording.metric_name(judgement.metric),
            "ppm": wording.ppm(judgement),
            "month": wording.month_name(judgement.in_month),
        }
    metric = wording.metric_name(episode.metric)
    if episode.part is not None:
        metric = _("%(metric)s, part %(part)s") % {"metric": metric, "part": episode.part.number}
    count = getattr(episode, "rejects", 0)
    if count < 2:  # noqa: PLR2004  # the one that began it needs no number
        return metric
    return ngettext("%(about)s, %(count)d reject", "%(about)s, %(count)d rejects", count) % {
        "about": metric,
        "count": count,
    }
