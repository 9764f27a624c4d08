"""What is owed on published scorecards: a signature, or the answer to a query."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations import wording
from escalations.enums import Audience
from escalations.owed import Owed, Scope
from scorecards.models import Scorecard, SignOffStep
from scorecards.sign_off_steps import REMINDERS, SignOff
from suppliers.working_days import add_working_days, public_holidays

HORIZON = timedelta(days=60)
# Whoever has not signed by then is passed on to purchasing.
WORKING_DAYS = REMINDERS[-1][0]
# What is older is asked of nobody any more.
ASKED_FOR = timedelta(days=90)


def owed_on_sign_offs(scope: Scope) -> Iterator[Owed]:
    """Yield signatures that suppliers owe, and queries that quality owes an answer to."""
    steps = SignOffStep.objects.filter(scorecard=OuterRef("pk"))
    asked = steps.filter(action=SignOff.ASKED.value)
    signed = steps.filter(action=SignOff.ACKNOWLEDGED.value)
    rows = scope.rows(Scorecard.objects.all()).newest().filter(Exists(asked), ~Exists(signed))
    queries = SignOffStep.objects.filter(action=SignOff.QUERIED.value)
    since = scope.today - ASKED_FOR
    found = (
        rows.filter(published_at__date__gte=since)
        .select_related("supplier")
        .defer("snapshot")
        .prefetch_related(Prefetch("sign_off_steps", queryset=queries, to_attr="queries"))
        .order_by("pk")
    )
    for scorecard in found:
        yield _query(scorecard) if scorecard.queries else _signature(scorecard)


def _query(scorecard: Scorecard) -> Owed:
    queried = timezone.localdate(scorecard.queries[0].at)  # type: ignore[attr-defined]  # prefetched
    return _owed(
        scorecard,
        owner=Audience.QUALITY,
        what=_("Query about the scorecard of %(month)s") % {"month": _month(scorecard)},
        action=_("Answer the query"),
        day=queried,
    )


def _signature(scorecard: Scorecard) -> Owed:
    return _owed(
        scorecard,
        owner=Audience.SUPPLIER,
        what=_("Sign-off of the scorecard of %(month)s") % {"month": _month(scorecard)},
        action=_("Read and sign"),
        day=timezone.localdate(scorecard.published_at),
        working_days=WORKING_DAYS,
    )


def _month(scorecard: Scorecard) -> str:
    return wording.month_name(scorecard.period)


def _owed(scorecard: Scorecard, *, day: date, working_days: int = 0, **said: Any) -> Owed:
    supplier = scorecard.supplier
    due = None
    if working_days:
        free = public_holidays(country=supplier.country, first=day, last=day + HORIZON)
        due = add_working_days(day, working_days, holidays=free)
    return Owed(
        key=f"sign-off-{scorecard.pk}",
        url=scorecard.get_absolute_url(),
        since=day,
        due_on=due,
        supplier_id=supplier.pk,
        supplier_code=supplier.code,
        supplier_name=supplier.name,
        reminded=False,  # its reminders are steps of the sign-off
        **said,
    )
