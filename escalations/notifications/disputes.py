"""The words of a mail about a dispute: what changed, what is asked, and until when."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from escalations import wording
from escalations.enums import Audience, MessageEvent
from escalations.models import Message
from escalations.notifications.parts import Content, Section
from scorecards import formatting
from scorecards.models import StaleKey
from scorecards.periods import Window
from scorecards.queries.dispute_effect import DisputeEffect, dispute_effect
from scorecards.queries.figures import WindowFigure
from scorecards.wording import reader_separators
from suppliers.models import Dispute, DisputeStep, Reject
from suppliers.quantities import pieces


def dispute_content(message: Message) -> Content:
    """Say in the active language what a dispute's step means to its reader."""
    step: Any = message.dispute_step
    dispute: Dispute = step.dispute
    return Content(
        subject=_subject(message, step),
        opening=[line for line in (_change(message, step), _asked(message, step)) if line],
        sections=[section for section in _sections(message, step) if section.lines],
        link=settings.SITE_URL + dispute.get_absolute_url(),
        link_text=_("Open the dispute"),
    )


def _words(step: DisputeStep) -> dict[str, str]:
    dispute = step.dispute
    return {
        "supplier": dispute.supplier.code,
        "name": dispute.supplier.name,
        "record": str(dispute.subject),
        "what": _record_name(dispute),
        "reason": dispute.get_reason_display(),
        "claimed": pieces(dispute.claimed_qty, wording.number(dispute.claimed_qty)),
        "answer": step.get_action_display(),
        "outcome": _outcome(step),
        "due": date_format(dispute.due_on) if dispute.due_on else "",
    }


def _record_name(dispute: Dispute) -> str:
    words = {"record": dispute.subject}
    if dispute.published_line:
        return _("the published %(record)s") % words
    if isinstance(dispute.record, Reject):
        return _("reject %(record)s") % words
    return _("warranty return %(record)s") % words


def _outcome(step: DisputeStep) -> str:
    answers = {
        "uphold": _("upheld"),
        "uphold_partly": _("partly upheld"),
        "reject": pgettext("dispute", "rejected"),
    }
    return answers.get(step.action, "")


def _subject(message: Message, step: DisputeStep) -> str:
    words = _words(step)
    if message.event == MessageEvent.DISPUTED:
        return _("%(supplier)s disputes %(claimed)s of %(what)s") % words
    if message.event == MessageEvent.OVERDUE:
        return _("%(supplier)s: the dispute of %(what)s was not answered in time") % words
    if message.event == MessageEvent.APPEALED:
        return _("%(supplier)s appeals: %(what)s") % words
    return _("%(supplier)s: dispute of %(what)s %(outcome)s") % words


def _change(message: Message, step: DisputeStep) -> str:
    words = _words(step)
    if message.event == MessageEvent.ANSWERED:
        return _("Your dispute of %(what)s was answered: %(outcome)s.") % words
    if message.event == MessageEvent.OVERDUE:
        return (
            _("%(name)s (%(supplier)s) disputes %(what)s. Nobody answered in five working days.")
            % words
        )
    if message.event == MessageEvent.APPEALED:
        return _("%(name)s (%(supplier)s) appeals against the answer about %(what)s.") % words
    return _("%(name)s (%(supplier)s) disputes %(claimed)s of %(what)s: %(reason)s.") % words


def _asked(message: Message, step: DisputeStep) -> str:
    words = _words(step)
    if message.event == MessageEvent.DISPUTED:
        return (
            _("Please answer by %(due)s; after that the quality manager answers.") % words
            if step.dispute.due_on
            else ""
        )
    if message.event in {MessageEvent.OVERDUE, MessageEvent.APPEALED}:
        return _("Please answer by %(due)s.") % words if step.dispute.due_on else ""
    if step.to_state == "final":
        return _("This answer is final.")
    if step.action == "uphold":
        return ""
    return _("You may appeal once; a quality manager then looks at it again.")


def _sections(message: Message, step: DisputeStep) -> Iterator[Section]:
    dispute = step.dispute
    if message.audience != Audience.SUPPLIER:
        words = _words(step)
        claim = _("%(reason)s; should not count: %(claimed)s.") % words
        lines = [claim, *dispute.statement.splitlines()]
        yield Section(title=_("What the supplier says"), lines=[line for line in lines if line])
    if step.action != "open" and step.reason:
        title = _("The appeal") if step.action == "appeal" else _("The answer")
        yield Section(title=title, lines=[line for line in step.reason.splitlines() if line])
    yield Section(title=_("The verdict"), lines=list(_verdict(step)))
    yield Section(title=_("The figure"), lines=list(_figures(dispute_effect(dispute))))


def _verdict(step: DisputeStep) -> Iterator[str]:
    if step.reject_verdict is not None:
        verdict = step.reject_verdict
        yield _(
            "No. %(number)s: supplier %(supplier)s, own %(own)s, third party %(third)s, "
            "released %(released)s."
        ) % {
            "number": verdict.number,
            "supplier": wording.number(verdict.supplier_qty),
            "own": wording.number(verdict.own_qty),
            "third": wording.number(verdict.third_party_qty),
            "released": wording.number(verdict.released_qty),
        }
    if step.warranty_verdict is not None:
        analysis = step.warranty_verdict
        yield _("No. %(number)s: %(outcome)s, %(share)s %% accepted.") % {
            "number": analysis.number,
            "outcome": analysis.get_outcome_display(),
            "share": wording.number(analysis.accepted_pct),
        }


def _figures(effect: DisputeEffect) -> Iterator[str]:
    """Give the month's figure with its counts, and while it is open also without."""
    stale = StaleKey.objects.filter(supplier=effect.supplier, month=effect.month.first_day)
    if stale.exists():
        yield _("It is being recomputed; the dispute's page shows it.")
        return
    month = next(window for window in effect.windows if window.figure.window is Window.MONTH)
    for figure, text in (
        (month.figure, _("%(metric)s in %(month)s: %(ppm)s (%(counted)s of %(received)s).")),
        (month.without, _("Without the disputed pieces: %(ppm)s (%(counted)s of %(received)s).")),
    ):
        if figure is month.without and not effect.open:
            return
        if figure.ppm is None:
            yield _no_figure(effect, figure)
            return
        yield text % {
            "metric": wording.metric_name(effect.metric),
            "month": wording.month_name(effect.month),
            "ppm": formatting.ppm(figure.ppm, separators=reader_separators()),
            "counted": wording.number(figure.counted),
            "received": wording.number(figure.received),
        }


def _no_figure(effect: DisputeEffect, figure: WindowFigure) -> str:
    return _(
        "%(metric)s in %(month)s: no figure; %(counted)s counted, and no parts to compare them "
        "with."
    ) % {
        "metric": wording.metric_name(effect.metric),
        "month": wording.month_name(effect.month),
        "counted": wording.number(figure.counted),
    }
