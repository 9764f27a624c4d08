"""The words of a mail about an 8D: which steps moved, what is asked, and until when."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from escalations import reasons, wording
from escalations.deadlines import Clock, next_owed
from escalations.eight_d_enums import DISCIPLINE_NAMES, MILESTONE_NAMES
from escalations.eight_d_workflow import Action, Discipline, Subject
from escalations.enums import Audience
from escalations.models import Attachment, EightDMove, Message
from escalations.notifications.attachments import drawn, no_file
from escalations.notifications.eight_d_pdf import report_name, report_pdf
from escalations.notifications.parts import Content, Section
from escalations.queries.eight_d_clocks import clocks_from, moves_of
from escalations.queries.eight_d_report import report
from escalations.queries.shown import Shown

MOST_PARTS = 3
WITH_REPORT = frozenset({Action.SUBMIT, Action.CLOSE})


def eight_d_content(message: Message) -> Content:
    """Say in the active language what a move of an 8D means, and those told with it."""
    moves = told(message)
    words = _words(moves)
    asked = _asked(moves, Audience(message.audience))
    return Content(
        subject=_subject(moves) % words,
        opening=[line for line in (capfirst(_change(moves) % words), asked) if line],
        sections=[section for section in _sections(moves, _shown(message)) if section.lines],
        link=settings.SITE_URL + _address(moves),
        link_text=_("Open the 8D"),
    )


def eight_d_report(message: Message, at: datetime) -> tuple[Attachment | None, str]:
    """Attach the report as it stood then, once for everybody who reads it in one language.

    Whoever is narrowed to plants gets one of their own, which shows no other plant's facts.
    """
    moves = told(message)
    newest = moves[-1]
    if Action(newest.action) not in WITH_REPORT:
        return no_file(message, at)
    found = report(newest.eight_d, number=newest.number, user=message.recipient)
    if found.narrowed:
        own, why_none = drawn(message, lambda: report_pdf(found))
        return own, why_none or _("It shows the parts of the plants you answer for.")
    earlier = Message.objects.filter(
        kind=message.kind,
        language=message.language,
        attachment__name=report_name(found),
    )
    if (same := earlier.select_related("attachment").order_by("pk").first()) is not None:
        return same.attachment, ""
    return drawn(message, lambda: report_pdf(found))


def _shown(message: Message) -> Shown:
    """What the mail may show: as on the pages; everything where nobody is named."""
    return Shown.to(message.recipient, message.supplier_id or 0)


def told(message: Message) -> list[EightDMove]:
    """Return the moves that a mail tells, in their order."""
    together = message.collected.values_list("about_id", flat=True)
    rows = EightDMove.objects.select_related("eight_d__episode__supplier", "by")
    return list(rows.filter(pk__in=[message.about_id, *together]).order_by("number"))


def _words(moves: Sequence[EightDMove]) -> dict[str, Any]:
    move = moves[-1]
    supplier = move.eight_d.episode.supplier
    return {
        "supplier": supplier.code,
        "name": supplier.name,
        "number": move.eight_d.number,
        "step": _steps(moves),
        "until": date_format(move.until) if move.until else "",
        "due": _due(move),
    }


def _steps(moves: Sequence[EightDMove]) -> str:
    """Name the step in full, or several by their numbers."""
    found = list(dict.fromkeys(Discipline(move.discipline) for move in moves if move.discipline))
    if len(found) == 1:
        return str(DISCIPLINE_NAMES[found[0]])
    return ", ".join(one.value.upper() for one in found)


def _due(move: EightDMove) -> str:
    """The date that an answered or unanswered wish leaves in force."""
    found = (one for one in _clocks(move) if one.milestone.value == move.discipline)
    clock = next(found, None)
    return "" if clock is None else date_format(clock.due_on)


def _clocks(move: EightDMove) -> tuple[Clock, ...]:
    """The clocks as this move left them, whatever came later on the same day."""
    dated = [Subject.STEP.value, Subject.EXTENSION.value]
    known = move.eight_d.moves.filter(subject__in=dated, number__lte=move.number).count()
    moves = moves_of([move.eight_d_id])[move.eight_d_id][:known]
    return clocks_from(move.eight_d, moves, today=move.on)


def _subject(moves: Sequence[EightDMove]) -> str:
    said = {
        Action.SUBMIT: _("%(supplier)s: %(step)s submitted, %(number)s"),
        Action.ACCEPT: _("%(supplier)s: %(step)s accepted, %(number)s"),
        Action.RETURN: _("%(supplier)s: %(step)s returned, %(number)s"),
        Action.REOPEN: _("%(supplier)s: %(step)s reopened, %(number)s"),
        Action.ASK: _("%(supplier)s: later date asked for %(step)s, %(number)s: %(until)s"),
        Action.GRANT: _("%(supplier)s: later date granted for %(step)s, %(number)s: %(until)s"),
        Action.REFUSE: _("%(supplier)s: later date refused for %(step)s, %(number)s"),
        Action.CLOSE: _("%(supplier)s: %(number)s closed"),
        Action.RESUME: _("%(supplier)s: %(number)s taken up again"),
    }
    return said[Action(moves[-1].action)]


def _change(moves: Sequence[EightDMove]) -> str:
    said = {
        Action.SUBMIT: _("%(name)s (%(supplier)s) has submitted in %(number)s: %(step)s."),
        Action.ACCEPT: _("The customer has accepted in %(number)s: %(step)s."),
        Action.RETURN: _("The customer has returned in %(number)s: %(step)s."),
        Action.REOPEN: _("The customer has reopened in %(number)s: %(step)s."),
        Action.ASK: _(
            "%(name)s (%(supplier)s) asks for a later date in %(number)s: %(step)s on %(until)s "
            "instead of %(due)s."
        ),
        Action.GRANT: _("The later date in %(number)s is granted: %(step)s is due on %(until)s."),
        Action.REFUSE: _("The later date in %(number)s is refused: %(step)s stays due on %(due)s."),
        Action.CLOSE: _("%(number)s of %(name)s (%(supplier)s) is closed: it proved effective."),
        Action.RESUME: _("%(number)s of %(name)s (%(supplier)s) was closed and is open again."),
    }
    return said[Action(moves[-1].action)]


def _asked(moves: Sequence[EightDMove], audience: Audience) -> str:
    if audience is Audience.PURCHASING:
        return _("Nothing is asked of you.")
    asked = {
        Action.SUBMIT: _(
            "Please review: accept, or return with a comment. The supplier's date stands still "
            "meanwhile."
        ),
        Action.RETURN: _("Please mend it and submit it again."),
        Action.REOPEN: _("Please mend it and submit it again."),
        Action.ASK: _("Please grant or refuse it; until then the date stays."),
        Action.RESUME: _("Please look at the reason, mend what it names, and submit it again."),
    }
    return asked.get(Action(moves[-1].action), "")


def _sections(moves: Sequence[EightDMove], shown: Shown) -> Iterator[Section]:
    move = moves[-1]
    yield Section(title=_("What it is about"), lines=list(_about(move, shown)))
    written = [_("%(person)s, on behalf of the supplier") % {"person": move.by}]
    yield Section(title=_("Written by"), lines=written if move.on_behalf else [])
    comments = [f"{one.by}: {one.comment}" for one in moves if one.comment]
    yield Section(title=_("Comment"), lines=comments)
    yield Section(title=_("Next date"), lines=_dates(move))
    yield Section(title=_("The case"), lines=list(_case(move)))


def _about(move: EightDMove, shown: Shown) -> Iterator[str]:
    """The figure and the parts that asked for the report; facts, in the reader's language."""
    judgement = move.eight_d.episode.judgement
    if judgement is not None:
        yield reasons.headline(judgement)
    for row in shown.of(move.eight_d.facts)[:MOST_PARTS]:
        yield wording.fact_line(row)


def _case(move: EightDMove) -> Iterator[str]:
    """A closed report ends no level by itself."""
    case = move.eight_d.episode
    if move.action == Action.CLOSE.value and case.is_open:
        yield _(
            "%(case)s (%(level)s) stays open until its own criteria are met; until then it asks "
            "and forbids what it did."
        ) % {"case": case.number, "level": wording.level_name(case.level)}


def _dates(move: EightDMove) -> list[str]:
    """The next date as it stood when the move was made."""
    owed = next_owed(_clocks(move))
    closed = move.action == Action.CLOSE
    return [] if owed is None or closed else [_date(owed)]


def _date(clock: Clock) -> str:
    name = str(MILESTONE_NAMES[clock.milestone])
    if clock.stands_still:
        return _("%(step)s: stands still while the customer reviews.") % {"step": name}
    return _("%(step)s: due on %(day)s.") % {"step": name, "day": date_format(clock.due_on)}


def _address(moves: Sequence[EightDMove]) -> str:
    move = moves[0]
    steps = {one.discipline for one in moves}
    if not move.discipline or move.subject != "step" or len(steps) > 1:
        return move.eight_d.get_absolute_url()
    return reverse("eight_d_step", args=[move.eight_d.number, move.discipline])
