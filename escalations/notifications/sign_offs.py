"""The words of a mail about a scorecard's sign-off: what is there, what is asked, until when."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations import wording
from escalations.enums import MessageEvent, MessageState
from escalations.models import Message
from escalations.notifications.parts import Content, Section
from escalations.owed import Scope
from escalations.queries.owed_sign_offs import owed_on_sign_offs
from scorecards import formatting
from scorecards.models import Scorecard, SignOffStep
from scorecards.queries.changed_rows import changed_rows
from scorecards.queries.judged import JudgedFigure
from scorecards.queries.score_block import score_block
from scorecards.queries.sheet import Sheet, published_sheet
from scorecards.sign_off_steps import SignOff
from scorecards.wording import reader_separators


def sign_off_content(message: Message) -> Content:
    """Say in the active language what a step of a sign-off means to its reader."""
    step: Any = message.sign_off_step
    sheet = published_sheet(step.scorecard)
    words = _words(step.scorecard)
    return Content(
        subject=_subject(message, words),
        opening=[line for line in (_change(message, sheet, words), _asked(message, step)) if line],
        sections=[section for section in _sections(step, sheet) if section.lines],
        link=settings.SITE_URL + step.scorecard.get_absolute_url(),
        link_text=_("Open the scorecard"),
    )


def _words(scorecard: Scorecard) -> dict[str, Any]:
    return {
        "supplier": scorecard.supplier.code,
        "name": scorecard.supplier.name,
        "month": wording.month_name(scorecard.period),
        "version": scorecard.version,
        "day": date_format(scorecard.published_at),
    }


def _subject(message: Message, words: dict[str, Any]) -> str:
    return {
        MessageEvent.PUBLISHED: _("%(supplier)s: scorecard of %(month)s published, please sign"),
        MessageEvent.RESTATED: _(
            "%(supplier)s: scorecard of %(month)s corrected, version %(version)s"
        ),
        MessageEvent.REMINDER: _("%(supplier)s: scorecard of %(month)s is not signed yet"),
        MessageEvent.UNSIGNED: _("%(supplier)s has not signed the scorecard of %(month)s"),
        MessageEvent.QUERIED: _("%(supplier)s queries the scorecard of %(month)s"),
        MessageEvent.REPLIED: _(
            "%(supplier)s: your query about the scorecard of %(month)s is answered"
        ),
    }[MessageEvent(message.event)] % words


def _change(message: Message, sheet: Sheet, words: dict[str, Any]) -> str:
    if message.event == MessageEvent.RESTATED:
        told = words | {"reason": sheet.reason, "before": sheet.version - 1}
        return (
            _(
                "Your scorecard of %(month)s was corrected: version %(version)s replaces version "
                "%(before)s. Reason: %(reason)s"
            )
            % told
        )
    return {
        MessageEvent.PUBLISHED: _("Your scorecard of %(month)s is published."),
        MessageEvent.REMINDER: _("Your scorecard of %(month)s waits for your signature."),
        MessageEvent.UNSIGNED: _(
            "%(name)s (%(supplier)s) has not answered the scorecard of %(month)s, published on "
            "%(day)s."
        ),
        MessageEvent.QUERIED: _("%(name)s (%(supplier)s) queries its scorecard of %(month)s."),
        MessageEvent.REPLIED: _("Your query about the scorecard of %(month)s is answered."),
    }[MessageEvent(message.event)] % words


def _asked(message: Message, step: SignOffStep) -> str:
    if message.event == MessageEvent.UNSIGNED:
        return f"{_reminded(message)} {_('Please talk to the supplier.')}"
    if message.event == MessageEvent.QUERIED:
        return _("Please answer; the supplier signs when it is clear.")
    due = _due(message, step.scorecard)
    if due is not None:
        return _(
            "Please read it and sign on its page by %(day)s, or say there what is not right. A "
            "single record is disputed on the record's own page."
        ) % {"day": date_format(due)}
    return _(
        "Please read it and sign on its page, or say there what is not right. A single record "
        "is disputed on the record's own page."
    )


def _due(message: Message, scorecard: Scorecard) -> date | None:
    """Until when it is to be signed says what is owed; None once that day has passed."""
    scope = Scope(at=message.created_at, supplier_ids=[scorecard.supplier_id])
    key = f"sign-off-{scorecard.pk}"
    one = next((one for one in owed_on_sign_offs(scope) if one.key == key), None)
    return None if one is None or one.is_late else one.due_on


def _reminded(message: Message) -> str:
    """Count what really went out; a pause may have swallowed reminders."""
    step: Any = message.sign_off_step
    reminders = Message.objects.filter(
        sign_off_step__scorecard=step.scorecard,
        event=MessageEvent.REMINDER,
        state__in=[MessageState.SENT, MessageState.KEPT],
    )
    count = reminders.values("sign_off_step").distinct().count()
    if not count:
        return _("No reminder was sent to it.")
    text = ngettext(
        "%(count)d reminder was sent to it.", "%(count)d reminders were sent to it.", count
    )
    return text % {"count": count}


def _sections(step: SignOffStep, sheet: Sheet) -> Iterator[Section]:
    if step.statement:
        lines = [line for line in step.statement.splitlines() if line]
        title = _("What %(name)s asks")
        if step.action == SignOff.REPLIED.value:
            title = _("What %(name)s answers")
        yield Section(title=title % {"name": step.name}, lines=lines)
    yield Section(title=_("What changed"), lines=list(_differences(sheet)))
    yield Section(title=_("The figures"), lines=list(_figures(sheet)))


def _differences(sheet: Sheet) -> Iterator[str]:
    for row in changed_rows(sheet.changes, month=sheet.overview.month):
        if not row.earlier:
            yield _("%(what)s: %(before)s before, %(after)s now.") % {
                "what": row.name,
                "before": row.before,
                "after": row.after,
            }


def _figures(sheet: Sheet) -> Iterator[str]:
    for metric in sheet.overview.metrics:
        if metric.active:
            yield _figure(metric.month)
    score = score_block(sheet.overview.score, month=sheet.overview.month)
    if score is not None:
        words = {"score": score.score, "grade": score.grade}
        yield _("Score %(score)s of 100, grade %(grade)s.") % words


def _figure(judged: JudgedFigure) -> str:
    figure = judged.figure
    return _("%(metric)s: %(ppm)s (%(counted)s of %(received)s).") % {
        "metric": wording.metric_name(figure.metric),
        "ppm": formatting.ppm(
            judged.printed_ppm, thresholds_ppm=judged.limits_ppm, separators=reader_separators()
        ),
        "counted": wording.number(figure.counted),
        "received": wording.number(figure.received),
    }
