"""The words of a mail about an 8D: which step moved, what is asked, and until when."""

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.deadlines import Clock, next_owed
from escalations.eight_d_enums import DISCIPLINE_NAMES, MILESTONE_NAMES
from escalations.eight_d_workflow import Action, Discipline
from escalations.models import EightDMove, Message
from escalations.notifications.parts import Content, Section
from escalations.queries.eight_d_clocks import clocks_on


def eight_d_content(message: Message) -> Content:
    """Say in the active language what a move of an 8D means to its reader."""
    rows = EightDMove.objects.select_related("eight_d__episode__supplier", "by")
    move: EightDMove = rows.get(pk=message.about_id)
    asked = _asked(move)
    return Content(
        subject=f"{move.eight_d.episode.supplier.code}: {_change(move)}",
        opening=[line for line in (f"{_change(move)}.", asked) if line],
        sections=[section for section in (_comment(move), _dates(move)) if section.lines],
        link=settings.SITE_URL + _address(move),
        link_text=_("Open the 8D"),
    )


def _change(move: EightDMove) -> str:
    said = {
        Action.SUBMIT: _("%(step)s submitted, %(number)s"),
        Action.ACCEPT: _("%(step)s accepted, %(number)s"),
        Action.RETURN: _("%(step)s returned, %(number)s"),
        Action.REOPEN: _("%(step)s reopened, %(number)s"),
        Action.ASK: _("later date asked for %(step)s, %(number)s: %(until)s"),
        Action.GRANT: _("later date granted for %(step)s, %(number)s: %(until)s"),
        Action.REFUSE: _("later date refused for %(step)s, %(number)s"),
        Action.CLOSE: _("%(number)s closed"),
        Action.RESUME: _("%(number)s taken up again"),
    }
    return said[Action(move.action)] % {
        "step": DISCIPLINE_NAMES[Discipline(move.discipline)] if move.discipline else "",
        "number": move.eight_d.number,
        "until": date_format(move.until) if move.until else "",
    }


def _asked(move: EightDMove) -> str:
    asked = {
        Action.SUBMIT: _("Please review it: accept it, or return it with a comment."),
        Action.RETURN: _("Please mend it and submit it again."),
        Action.REOPEN: _("Please mend it and submit it again."),
        Action.ASK: _("Please grant or refuse it; until then the date stays."),
    }
    return asked.get(Action(move.action), "")


def _comment(move: EightDMove) -> Section:
    lines = [f"{move.by}: {move.comment}"] if move.comment else []
    return Section(title=_("Comment"), lines=lines)


def _dates(move: EightDMove) -> Section:
    """The next date as it stood when the move was made."""
    clocks = clocks_on([move.eight_d], today=move.on)[move.eight_d_id]
    owed = next_owed(clocks)
    closed = move.action == Action.CLOSE
    return Section(title=_("Next date"), lines=[] if owed is None or closed else [_date(owed)])


def _date(clock: Clock) -> str:
    name = str(MILESTONE_NAMES[clock.milestone])
    if clock.stands_still:
        return _("%(step)s: stands still while the customer reviews.") % {"step": name}
    return _("%(step)s: due on %(day)s.") % {"step": name, "day": date_format(clock.due_on)}


def _address(move: EightDMove) -> str:
    if not move.discipline or move.subject != "step":
        return move.eight_d.get_absolute_url()
    return reverse("eight_d_step", args=[move.eight_d.number, move.discipline])
