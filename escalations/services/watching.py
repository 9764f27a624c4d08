"""Watching the running month: judged as an ended one, but it raises watches, never levels."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from escalations.models import WatchedDrain
from escalations.queries.days import day_everywhere
from escalations.queries.rules import active_versions, evaluated_rules, version_for
from escalations.services.evaluation import take_turn
from escalations.services.judging import judge_month
from escalations.services.raising import MonthChanges, apply
from scorecards.models import RollupRun
from scorecards.periods import Month

# Runs that were begun before others and committed after them are looked for this far back.
OVERTAKEN = 1_000


@transaction.atomic
def watch_running_month(*, at: datetime) -> MonthChanges | None:
    """Judge the running month if anything was rolled up since; None when nothing was.

    The runs are marked in the transaction of what they led to: killed in between, they are
    looked at again, and twice changes nothing.
    """
    take_turn()
    waiting = _unwatched()
    if not waiting:
        return None
    today = day_everywhere(at)
    month = Month.of(today)
    rules = evaluated_rules(version_for(month, active_versions()))
    changes = MonthChanges()
    if rules:
        judged = judge_month(month=month, rules=rules, supplier_ids=None, at=at, early=True)
        changes = apply(judged=judged, at=at)
    WatchedDrain.objects.bulk_create(
        [WatchedDrain(run_id=run, watched_at=at) for run in waiting], ignore_conflicts=True
    )
    return changes


def _unwatched() -> list[int]:
    newest = WatchedDrain.objects.aggregate(newest=Max("run"))["newest"] or 0
    rows = RollupRun.objects.filter(pk__gt=newest - OVERTAKEN, watched__isnull=True)
    return list(rows.values_list("pk", flat=True))
