"""The words of a reminder: what is owed, by when, what was sent before, and what follows."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations import wording
from escalations.enums import OUT, Audience, MessageEvent, MessageKind
from escalations.models import Message, Reminder
from escalations.notifications.forbidden import forbidden_now
from escalations.notifications.parts import Content, Section
from escalations.owed import Owed, Scope, owed
from escalations.reminding import GAPS, Ladder, Rung


def is_settled(message: Message) -> bool:
    """Return whether what it reminds of has been done, or is due another day."""
    return _found(_reminder(message)) is None


def reminder_content(message: Message) -> Content:
    """Say in the active language what is owed and until when."""
    reminder = _reminder(message)
    one = _found(reminder)
    if one is None:
        return _settled(message)
    words = {
        "supplier": one.supplier_code,
        "name": one.supplier_name,
        "what": one.what,
        "day": date_format(reminder.due_on),
    }
    return Content(
        subject=_subject(message, reminder) % words,
        opening=[_opening(message, reminder) % words, _asked(message, one)],
        sections=[section for section in _sections(message, reminder, one) if section.lines],
        link=settings.SITE_URL + one.url,
        link_text=one.action if message.audience == one.owner else _("Open it"),
    )


def _reminder(message: Message) -> Reminder:
    found: Reminder = Reminder.objects.get(pk=message.about_id or 0)
    return found


def _found(reminder: Reminder) -> Owed | None:
    scope = Scope(at=reminder.at, supplier_ids=[reminder.supplier_id], notices=False)
    same = (one for one in owed(scope) if one.key == reminder.key)
    return next((one for one in same if one.due_on == reminder.due_on), None)


def _settled(message: Message) -> Content:
    words = {"supplier": message.supplier, "what": message.about_name}
    return Content(
        subject=_("%(supplier)s: %(what)s is settled") % words,
        opening=[_("This has been done meanwhile, or is due another day.")],
        sections=[],
        link=settings.SITE_URL,
        link_text=_("Open the scorecard site"),
    )


def _subject(message: Message, reminder: Reminder) -> str:
    if message.event == MessageEvent.PASSED_UP:
        return _("%(supplier)s: nobody has reacted. %(what)s was due on %(day)s")
    if message.event == MessageEvent.PASSED_ON:
        return _("%(supplier)s does not react: %(what)s was due on %(day)s")
    return {
        Rung.BEFORE: _("%(supplier)s: %(what)s is due on %(day)s"),
        Rung.DUE: _("%(supplier)s: %(what)s is due today, %(day)s"),
    }.get(Rung(reminder.rung), _("%(supplier)s: %(what)s was due on %(day)s"))


def _opening(message: Message, reminder: Reminder) -> str:
    if message.event == MessageEvent.DUE:
        if reminder.rung in (Rung.BEFORE, Rung.DUE):
            return _("%(name)s (%(supplier)s): %(what)s is due on %(day)s.")
        return _("%(name)s (%(supplier)s): %(what)s was due on %(day)s and is not in yet.")
    return _(
        "%(name)s (%(supplier)s): %(what)s was due on %(day)s. Nobody has reacted to the reminders."
    )


def _asked(message: Message, one: Owed) -> str:
    if message.event == MessageEvent.PASSED_UP and message.audience == Audience.MANAGER:
        return _("Supplier quality owes it. Please see to it that it is done.")
    if message.event == MessageEvent.PASSED_UP:
        return _("You are the next contact. Please see to it that it is done.")
    if message.event == MessageEvent.PASSED_ON:
        return _("Please talk to the supplier.")
    return _("Please do it now: %(action)s.") % {"action": one.action}


def _sections(message: Message, reminder: Reminder, one: Owed) -> Iterator[Section]:
    yield Section(title=_("Why"), lines=[one.why] if one.why else [])
    yield Section(title=_("Reminders sent before"), lines=list(_sent(message, reminder)))
    if message.event == MessageEvent.PASSED_ON:
        now = forbidden_now(reminder.supplier_id, user=message.recipient)
        yield Section(title=_("Forbidden now"), lines=now or [wording.forbidden("")])
    if message.event != MessageEvent.PASSED_ON:
        lines = list(_follows(reminder, one))
        yield Section(title=_("What follows if nothing comes"), lines=lines)


def _sent(message: Message, reminder: Reminder) -> Iterator[str]:
    """Name what really went out; what a pause has swallowed is not claimed."""
    earlier = Reminder.objects.filter(key=reminder.key, due_on=reminder.due_on, at__lt=reminder.at)
    rows = Message.objects.filter(
        Q(state__in=OUT) | Q(digest__state__in=OUT),
        kind=MessageKind.REMINDER,
        about_id__in=earlier.values("pk"),
    )
    went = [row.digest or row for row in rows.select_related("digest")]
    days = {timezone.localdate(mail.sent_at or mail.created_at) for mail in went}
    if days:
        yield ", ".join(date_format(day) for day in sorted(days))
    elif message.event != MessageEvent.DUE:
        yield _("None.")


def _follows(reminder: Reminder, one: Owed) -> Iterator[str]:
    supplier = one.owner is Audience.SUPPLIER
    ladder = Ladder(since=one.since, due_on=reminder.due_on, to_purchasing=supplier)
    if one.owner is Audience.MANAGER:
        return
    if reminder.rung != Rung.PASSED_UP:
        who = _("the supplier's next contact") if supplier else _("the quality manager")
        day = date_format(_not_before(ladder, Rung.PASSED_UP, reminder))
        yield _("From %(day)s on %(who)s is told.") % {"day": day, "who": who}
    if supplier:
        day = date_format(_not_before(ladder, Rung.PASSED_ON, reminder))
        yield _("From %(day)s on purchasing is told.") % {"day": day}


def _not_before(ladder: Ladder, rung: Rung, reminder: Reminder) -> date:
    """Return the day of a later step: as planned, or its gaps after a reminder that came late."""
    rungs = list(GAPS)
    missed = {Rung.BEFORE, Rung.DUE, Rung.LATE}
    taken = Rung.LATER if reminder.rung in missed else Rung(reminder.rung)
    gaps = rungs[rungs.index(taken) + 1 : rungs.index(rung) + 1]
    wait = timedelta(days=sum(GAPS[one] for one in gaps))
    return max(ladder.on(rung), timezone.localdate(reminder.at) + wait)
