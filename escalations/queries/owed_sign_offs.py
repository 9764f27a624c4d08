"""What is owed on published scorecards: a signature, or the answer to a query."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from escalations import wording
from escalations.answering import Answer
from escalations.deadlines import working_days_after
from escalations.enums import Audience
from escalations.owed import LocalDay, Owed, Scope
from scorecards.models import Scorecard, SignOffStep
from scorecards.queries.sign_off import state_of, waited_since
from scorecards.sign_off_steps import REMINDERS, SignOff

# Whoever has not signed by then is passed on to purchasing.
WORKING_DAYS = REMINDERS[-1][0]
# What is older is asked of nobody any more.
ASKED_FOR = timedelta(days=90)


def owed_on_sign_offs(scope: Scope) -> Iterator[Owed]:
    """Yield signatures that suppliers owe, and queries that quality owes an answer to."""
    steps = SignOffStep.objects.filter(scorecard=OuterRef("pk"))
    signed = steps.filter(action=SignOff.ACKNOWLEDGED.value)
    rows = scope.rows(Scorecard.objects.all()).newest().filter(~Exists(signed))
    steps_of = SignOffStep.objects.order_by("at", "pk")
    local = scope.local()
    since = local.today - ASKED_FOR
    found = (
        rows.annotate(waited_since=waited_since())
        .filter(Q(waited_since__date__gte=since) | Q(_queried(steps)))
        .select_related("supplier")
        .defer("snapshot")
        .prefetch_related(Prefetch("sign_off_steps", queryset=steps_of))
        .order_by("pk")
    )
    for scorecard in found:
        state = state_of(list(scorecard.sign_off_steps.all()))
        if state.query is None:
            yield _signature(scorecard, local)
        else:
            yield _query(scorecard, state.query, local)


def _queried(steps: QuerySet[SignOffStep]) -> Q:
    """What waits for our own answer, however long ago it was asked."""
    asked = Exists(steps.filter(action=SignOff.QUERIED.value))
    return Q(asked & ~Exists(steps.filter(action=SignOff.REPLIED.value)))


def _query(scorecard: Scorecard, query: SignOffStep, local: LocalDay) -> Owed:
    return _owed(
        scorecard,
        key=f"query-{query.pk}",
        owner=Audience.QUALITY,
        what=_("Query about the scorecard of %(month)s") % {"month": _month(scorecard)},
        action=_("Answer the query"),
        local=local,
        day=local.of(query.at),
        working_days=Answer.QUERY,
    )


def _signature(scorecard: Scorecard, local: LocalDay) -> Owed:
    return _owed(
        scorecard,
        key=f"sign-off-{scorecard.pk}",
        reminded=False,  # its reminders are steps of the sign-off
        owner=Audience.SUPPLIER,
        what=_("Sign-off of the scorecard of %(month)s") % {"month": _month(scorecard)},
        action=_("Read and sign"),
        local=local,
        day=local.of(scorecard.waited_since),  # type: ignore[attr-defined]  # annotated
        working_days=WORKING_DAYS,
    )


def _month(scorecard: Scorecard) -> str:
    return wording.month_name(scorecard.period)


def _owed(scorecard: Scorecard, *, day: date, working_days: int, **said: Any) -> Owed:
    supplier = scorecard.supplier
    return Owed(
        url=scorecard.get_absolute_url(),
        since=day,
        due_on=working_days_after(day, working_days, country=supplier.country),
        supplier_id=supplier.pk,
        supplier_code=supplier.code,
        supplier_name=supplier.name,
        **said,
    )
