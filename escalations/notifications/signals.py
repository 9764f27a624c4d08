"""The words of a notice about a control chart: which month left its limits, and why."""

from django.conf import settings
from django.utils.translation import gettext as _

from escalations import wording
from escalations.models import Message
from escalations.notifications.parts import Content, Section
from scorecards.models import ChartSignal
from scorecards.pictures.control import SIGNAL_WORDS


def signal_content(message: Message) -> Content:
    """Say in the active language what a month signals against its supplier's own limits."""
    signals = list(_of_the_month(message))
    words = _words(signals[0])
    return Content(
        subject=_("%(supplier)s: %(metric)s of %(month)s signals on its control chart") % words,
        opening=[
            _(
                "%(metric)s of %(name)s%(part)s in %(month)s is unusual for this supplier: "
                "%(counted)s of %(volume)s, against the limits of version %(version)s."
            )
            % words,
            _("Please look for the cause and note what you found. No level follows from it."),
        ],
        sections=[
            Section(title=_("Why"), lines=[str(SIGNAL_WORDS[one.signal]) for one in signals])
        ],
        link=settings.SITE_URL + signals[0].baseline.get_absolute_url(),
        link_text=_("Open the control chart"),
    )


def is_looked_at(message: Message) -> bool:
    """Whether nothing of the month waits any more: looked at, gone, or limits replaced."""
    signal = ChartSignal.objects.get(pk=message.about_id or 0)
    month = ChartSignal.objects.filter(baseline=signal.baseline_id, month=signal.month)
    return not month.open().exists()


def _of_the_month(message: Message) -> list[ChartSignal]:
    """Return the signal that the notice is about, and what its month signals besides."""
    rows = ChartSignal.objects.select_related("baseline__supplier", "baseline__part")
    signal: ChartSignal = rows.get(pk=message.about_id or 0)
    others = rows.filter(
        baseline=signal.baseline_id, month=signal.month, gone_at__isnull=True
    ).exclude(pk=signal.pk)
    return [signal, *others.order_by("pk")]


def _words(signal: ChartSignal) -> dict[str, object]:
    baseline = signal.baseline
    part = "" if baseline.part is None else _(" (part %(part)s)") % {"part": baseline.part.number}
    return {
        "supplier": baseline.supplier.code,
        "name": baseline.supplier.name or baseline.supplier.code,
        "part": part,
        "metric": wording.metric_name(baseline.metric),
        "month": wording.month_name(signal.period),
        "counted": wording.number(signal.counted),
        "volume": wording.number(signal.volume),
        "version": baseline.version,
    }
