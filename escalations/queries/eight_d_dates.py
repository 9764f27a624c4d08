"""The dates of an 8D in words: in time, so many working days left or overdue."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.deadlines import Clock
from escalations.eight_d_enums import MILESTONE_NAMES


@dataclass(frozen=True, kw_only=True)
class DateLine:
    """A date of the report and how it stands."""

    clock: Clock
    name: str
    says: str
    tone: str


def date_lines(found: Sequence[Clock]) -> list[DateLine]:
    """Return dates with their words."""
    return [date_line(clock) for clock in found]


def date_line(clock: Clock) -> DateLine:
    """Return a date with its words and the tone they are said in."""
    says, tone = _says(clock)
    return DateLine(clock=clock, name=str(MILESTONE_NAMES[clock.milestone]), says=says, tone=tone)


def _says(clock: Clock) -> tuple[str, str]:
    if clock.met_on is not None:
        return (_("in time"), "good") if clock.in_time else (_("late"), "bad")
    if clock.left is None:
        return _("not handed in"), "bad"
    if clock.stands_still:
        return _("stands still while the customer reviews"), "info"
    left = clock.left
    if left < 0:
        text = ngettext("%(days)d working day overdue", "%(days)d working days overdue", -left) % {
            "days": -left
        }
        return text, "bad"
    if left == 0:
        return _("due today"), "watch"
    text = ngettext("%(days)d working day left", "%(days)d working days left", left) % {
        "days": left
    }
    return text, "watch" if left == 1 else "neutral"
