"""What control charts ask for: that somebody looks at a month which left its own limits."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from escalations import wording
from escalations.enums import Audience
from escalations.owed import LocalDay, Owed, Scope
from scorecards.models import ChartSignal
from scorecards.pictures.control import signal_words
from scorecards.queries.signals import SignalMonth, signal_months


def owed_on_signals(scope: Scope) -> Iterator[Owed]:
    """Yield the months that signal, newest first; a notice, from which nothing follows."""
    if not scope.notices:
        return
    rows = scope.rows(ChartSignal.objects.open(), supplier="baseline__supplier")
    found = rows.select_related("baseline__supplier", "baseline__part")
    for month in signal_months(found.order_by("-month", "baseline", "pk")):
        yield _owed(month, scope.local())


def _owed(month: SignalMonth, local: LocalDay) -> Owed:
    baseline, supplier = month.baseline, month.baseline.supplier
    part = "" if baseline.part is None else f", {baseline.part.number}"
    return Owed(
        key=f"signal-{baseline.pk}-{month.period}",
        owner=Audience.QUALITY,
        what=_("%(metric)s%(part)s of %(month)s signals on its control chart")
        % {
            "metric": wording.metric_name(baseline.metric),
            "part": part,
            "month": wording.month_name(month.period),
        },
        action=_("Look at it"),
        url=f"{baseline.get_absolute_url()}#signals",
        since=local.of(min(one.raised_at for one in month.signals)),
        local=local,
        why=signal_words([one.signal for one in month.signals]),
        supplier_id=supplier.pk,
        supplier_code=supplier.code,
        supplier_name=supplier.name,
        reminded=False,
        notice=True,
    )
