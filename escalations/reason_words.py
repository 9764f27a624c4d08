"""The sentences that the engine's reasons are said in, by what the facts of a reason name."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations import wording
from escalations.enums import RecordReason
from escalations.workflow import Level
from scorecards.periods import Month
from suppliers.enums import Severity

# So many of the rejects that joined at once are named in a sentence.
MOST_REJECTS = 10


def said(facts: Mapping[str, Any]) -> str:
    """Put the facts into words of the active language."""
    return SENTENCES[facts["why"]](facts)


def _record(facts: Mapping[str, Any]) -> str:
    text = _(
        "Reject %(complaint)s of %(day)s: part %(part)s at plant %(plant)s, %(defect)s, "
        "%(pieces)s suspect, severity %(severity)s."
    ) % {
        **facts,
        "day": _day(facts["day"]),
        "severity": Severity(facts["severity"]).label,
        "pieces": wording.number(Decimal(facts["pieces"])),
    }
    return " ".join([text, *_compared(facts["found"])])


def _compared(found: Mapping[str, Any]) -> list[str]:
    said = []
    if "eight_d" in found:
        said.append(_("It repeats the defect of the closed 8D %(eight_d)s.") % found)
    if "controlled_shipping" in found:
        said.append(_("It escaped %(controlled_shipping)s.") % found)
    if found.get("incidents", 1) > 1:
        said.append(_("It is incident number %(incidents)d.") % found)
    return said


def _joined(facts: Mapping[str, Any]) -> str:
    """Name the newest; the case's page lists all."""
    rejects = sorted(facts["rejects"], key=lambda one: one["day"], reverse=True)
    lines = [_record(one) for one in rejects[:MOST_REJECTS]]
    if (rest := len(rejects) - len(lines)) > 0:
        lines.append(_("and %(count)d more") % {"count": rest})
    return " ".join([more_rejects(len(rejects)) + ":", *lines])


def more_rejects(count: int) -> str:
    """Say how many rejects joined, for a subject or the begin of a sentence."""
    return ngettext("%(count)d more reject", "%(count)d more rejects", count) % {"count": count}


def _record_vanished(facts: Mapping[str, Any]) -> str:
    words = {**facts, "reason": RecordReason(facts["reason"]).label}
    return _("Reject %(complaint)s no longer calls for this level: %(reason)s.") % words


def _record_moved(facts: Mapping[str, Any]) -> str:
    return _("Reject %(complaint)s was corrected: it no longer belongs to this case.") % facts


def _lapsed(facts: Mapping[str, Any]) -> str:
    month = wording.month_name(Month.of(date.fromisoformat(facts["month"])))
    return _("%(month)s has ended and was judged; the watch has done its work.") % {"month": month}


def _escaped(facts: Mapping[str, Any]) -> str:
    words = {**facts, "day": _day(facts["day"])}
    if Level(facts["level"]) is Level.CS1:
        return (
            _(
                "Reject %(reject)s of part %(part)s was detected at plant %(plant)s on %(day)s, "
                "during %(number)s: it escaped the supplier's own inspection."
            )
            % words
        )
    return (
        _(
            "Reject %(reject)s of part %(part)s was detected at plant %(plant)s on %(day)s, "
            "during %(number)s: it escaped the third party's inspection."
        )
        % words
    )


def _escape_cleared(facts: Mapping[str, Any]) -> str:
    text = _("Reject %(reject)s was ruled not to be an escape from %(number)s: %(reason)s")
    return text % facts


def _shipping_withdrawn(facts: Mapping[str, Any]) -> str:
    text = _("%(number)s was withdrawn, and with it what its escapes called for: %(reason)s")
    return text % {"number": facts["number"], "reason": _reason(facts)}


def _case_ended(facts: Mapping[str, Any]) -> str:
    words = {"number": facts["number"], "reason": _reason(facts)}
    return _("Case %(number)s has ended: %(reason)s") % words


def _reason(facts: Mapping[str, Any]) -> str:
    return said(facts["because"]) if facts["because"] else str(facts["reason"])


def _taken_over(facts: Mapping[str, Any]) -> str:
    return _("%(after)s takes over %(before)s; case %(case)s goes on.") % facts


def _superseded(facts: Mapping[str, Any]) -> str:
    if not facts["case"]:
        return _("%(before)s was over.") % facts
    return _("%(before)s was over when it was called for again; it goes on in %(case)s.") % facts


def _widened(facts: Mapping[str, Any]) -> str:
    month = wording.month_name(Month.of(date.fromisoformat(facts["month"])))
    return ngettext(
        "%(parts)d part that had not been covered breached in %(month)s; it is inspected too.",
        "%(parts)d parts that had not been covered breached in %(month)s; they are inspected too.",
        facts["parts"],
    ) % {"parts": facts["parts"], "month": month}


def _level_2_holds(facts: Mapping[str, Any]) -> str:
    return _("Case %(case)s holds at controlled shipping level 2, which asks for more.") % facts


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso))


SENTENCES = {
    "record": _record,
    "joined": _joined,
    "record_vanished": _record_vanished,
    "record_moved": _record_moved,
    "lapsed": _lapsed,
    "escaped": _escaped,
    "escape_cleared": _escape_cleared,
    "shipping_withdrawn": _shipping_withdrawn,
    "case_ended": _case_ended,
    "taken_over": _taken_over,
    "superseded": _superseded,
    "widened": _widened,
    "level_2_holds": _level_2_holds,
}
