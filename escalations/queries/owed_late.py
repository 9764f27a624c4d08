"""What is owed on rejects that came too late for the rules on single rejects: a look at them."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.enums import Audience, PolicySubject, RuleKind
from escalations.models import PolicyVersion, RecordJudgement, Rule
from escalations.owed import Owed, Scope
from suppliers.models import Delivery, Reject

# What was found longer ago is history that is being loaded, not an event to act on at once.
HISTORY_AFTER = timedelta(days=90)
# Somebody looks at them within so many days of their being recorded, or not at all.
SHOWN_FOR = timedelta(days=14)
# What is older than that concerns nobody's line any more.
OLDEST = timedelta(days=365)


def owed_on_late_rejects(scope: Scope) -> Iterator[Owed]:
    """Yield a look at late rejects, a row per supplier; none where its history is being loaded.

    Only rejects that a rule in force looks at by themselves: their severity, or a safety-relevant
    part. They disappear when they have been shown for two weeks. They have no date: whoever lists
    deadlines does not ask for them.
    """
    if not scope.notices:
        return
    local = scope.local()
    since = local.today - SHOWN_FOR
    rows = scope.rows(Reject.objects.filter(_looked_for())).annotate(on=TruncDate("recorded_at"))
    late = rows.filter(
        on__gte=since,
        detected_on__lt=F("on") - HISTORY_AFTER,
        detected_on__gte=since - OLDEST,
    ).filter(
        Exists(Delivery.objects.filter(supplier=OuterRef("supplier"), recorded_at__date__lt=since)),
        ~Exists(RecordJudgement.objects.filter(reject=OuterRef("pk"))),
    )
    groups = late.values("supplier", "supplier__code", "supplier__name").annotate(
        count=Count("pk"), first=Min("pk"), newest=Max("on")
    )
    for row in groups.order_by("supplier"):
        yield Owed(
            key=f"late-rejects-{row['supplier']}-{row['newest']:%Y%m%d}",
            owner=Audience.QUALITY,
            what=ngettext(
                "%(count)d reject was recorded more than %(days)d days after it was detected",
                "%(count)d rejects were recorded more than %(days)d days after they were detected",
                row["count"],
            )
            % {"count": row["count"], "days": HISTORY_AFTER.days},
            action=_("Look, and open a case if it is needed"),
            url=reverse("reject", args=[row["first"]])
            if row["count"] == 1
            else reverse("supplier", args=[row["supplier__code"]]),
            since=row["newest"],
            local=local,
            why=_("Rules on single rejects raise nothing for what is that old."),
            supplier_id=row["supplier"],
            supplier_code=row["supplier__code"],
            supplier_name=row["supplier__name"],
            reminded=False,
        )


def _looked_for() -> Q:
    """What a rule in force looks at of a reject itself: its severity, or its part's safety."""
    newest = (
        PolicyVersion.objects.filter(policy__active=True, policy__subject=PolicySubject.RECORDS)
        .order_by("-number")
        .values("pk")[:1]
    )
    rules = Rule.objects.filter(version=Subquery(newest))
    by_severity = rules.filter(kind=RuleKind.INCIDENT, severity=OuterRef("severity"))
    by_safety = rules.filter(kind=RuleKind.SAFETY)
    return Q(Exists(by_severity)) | Q(Exists(by_safety), part__safety_relevant=True)
