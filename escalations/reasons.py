"""Why the engine did something: kept as facts, put into words in the language of whoever reads.

A step or an event keeps the facts in `because`. What stands beside them in words was written in
the installation's language, for other systems and for search.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from escalations import wording
from escalations.enums import RecordReason
from escalations.models import EightD, EpisodeStep, Judgement, RecordJudgement, ShippingEvent
from escalations.workflow import Action, Level
from scorecards.periods import Month
from suppliers.enums import Severity

Facts = dict[str, Any]
# So many of the rejects that joined at once are named in a sentence.
MOST_REJECTS = 10


def of_step(step: EpisodeStep) -> str:
    """Return why a case was moved: what a person wrote, or the engine's facts in words."""
    if step.because:
        return said(step.because)
    judgement = step.judgement
    if step.by_id is None and judgement is not None and step.action != Action.LAPSE.value:
        if step.action in {Action.REVIEW.value, Action.DECLINE.value}:
            return wording.vanished_sentence(judgement)
        return wording.figure_sentences(judgement)
    return str(step.reason)


def of_event(event: ShippingEvent) -> str:
    """Return why a controlled shipping was moved, in the same way."""
    return said(event.because) if event.because else str(event.comment)


def plant_of(because: Mapping[str, Any]) -> str:
    """Return the code of the plant that the facts of a reason name, "" for none."""
    return str(because.get("plant") or plant_of(because.get("because") or {}) if because else "")


def is_escape(step: EpisodeStep) -> bool:
    """Return whether a reject that got past a controlled shipping is the reason."""
    why = step.because.get("why")
    rejects = step.because.get("rejects") or [step.because]
    found = (reject.get("found", {}) for reject in rejects)
    return why == "escaped" or all("controlled_shipping" in one for one in found)


def problem(eight_d: EightD) -> str:
    """Return what asked for an 8D, in the reader's language; words that a person wrote stay."""
    about = eight_d.episode.judgement, eight_d.facts
    with override(settings.LANGUAGE_CODE):
        kept = prefilled(*about)
    text = str(eight_d.problem)
    # what the engine said stands at the end, below what a person said first
    return text.removesuffix(kept) + prefilled(*about) if text.endswith(kept) else text


def prefilled(judgement: Judgement | None, rows: Sequence[Mapping[str, Any]]) -> str:
    """Say the figure and the parts; facts only, who answers for it is not said here."""
    lines = [] if judgement is None else [headline(judgement)]
    return "\n".join([*lines, *(wording.fact_line(row) for row in rows)])


def headline(judgement: Judgement) -> str:
    """Say the figure of the month with its counts."""
    return _("%(metric)s in %(month)s: %(figure)s") % {
        "metric": wording.metric_name(judgement.metric),
        "month": wording.month_name(judgement.in_month),
        "figure": wording.figure_sentences(judgement),
    }


def stored(facts: Mapping[str, Any]) -> str:
    """Return the words that are kept beside the facts."""
    with override(settings.LANGUAGE_CODE):
        return said(facts)


def said(facts: Mapping[str, Any]) -> str:
    """Put the facts into words of the active language."""
    return SENTENCES[facts["why"]](facts)


def record(row: RecordJudgement) -> Facts:
    """Facts of a reject that calls for a level."""
    return {
        "why": "record",
        "complaint": row.complaint,
        "day": row.detected_on.isoformat(),
        "severity": row.severity,
        "part": row.part.number,
        "plant": row.plant.code,
        "defect": f"{row.defect_code.code} {row.defect_code.name}".rstrip(),
        "pieces": str(row.quantity),
        "found": dict(row.found),
    }


def joined(rows: Sequence[RecordJudgement]) -> Facts:
    """Facts of rejects of one plant that joined a case which was open already."""
    return {
        "why": "joined",
        "plant": rows[0].plant.code,
        "rejects": [record(row) for row in rows],
    }


def joined_at(step: EpisodeStep) -> str:
    """Return the code of the plant whose rejects joined with a step, "" for any other step."""
    return str(step.because["plant"]) if step.because.get("why") == "joined" else ""


def joined_count(step: EpisodeStep) -> int:
    """Return how many rejects joined with a step."""
    return len(step.because.get("rejects", ()))


def record_vanished(row: RecordJudgement) -> Facts:
    """Facts of a reject that calls for a case no more."""
    return {"why": "record_vanished", "complaint": row.complaint, "reason": row.reason}


def record_moved(row: RecordJudgement) -> Facts:
    """Facts of a corrected reject; not where it belongs now."""
    return {"why": "record_moved", "complaint": row.complaint}


def lapsed(month: Month) -> Facts:
    """Facts of a watch whose month was judged."""
    return {"why": "lapsed", "month": month.first_day.isoformat()}


def escaped(
    *, level: str, number: str, reject: str, part: str, plant: str, detected_on: date
) -> Facts:
    """Facts of a reject that got past the sorting of a controlled shipping."""
    return {
        "why": "escaped",
        "level": level,
        "number": number,
        "reject": reject,
        "part": part,
        "plant": plant,
        "day": detected_on.isoformat(),
    }


def escape_cleared(*, number: str, reject: str, plant: str, reason: str) -> Facts:
    """Facts of an escape that was ruled to be none, with what whoever ruled so wrote."""
    return {
        "why": "escape_cleared",
        "number": number,
        "reject": reject,
        "plant": plant,
        "reason": reason,
    }


def case_ended(step: EpisodeStep) -> Facts:
    """Facts of the case that a controlled shipping ended with."""
    return {
        "why": "case_ended",
        "number": step.episode.number,
        "reason": step.reason,
        "because": step.because,
    }


def taken_over(*, before: str, after: str, case: str) -> Facts:
    """Facts of a level 1 of controlled shipping that a level 2 took over."""
    return {"why": "taken_over", "before": before, "after": after, "case": case}


def widened(month: Month, *, parts: int) -> Facts:
    """Facts of parts that breached beside a controlled shipping whose letter was not out."""
    return {"why": "widened", "month": month.first_day.isoformat(), "parts": parts}


def superseded(*, before: str, case: str) -> Facts:
    """Facts of a case whose controlled shipping was over when the same was called for again.

    `case` is "" where that is only proposed: the supplier reads this and must not learn of it.
    """
    return {"why": "superseded", "before": before, "case": case}


def level_2_holds(*, case: str) -> Facts:
    """Facts of a level 1 that was only proposed when level 2 of the same came into force."""
    return {"why": "level_2_holds", "case": case}


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


def _case_ended(facts: Mapping[str, Any]) -> str:
    reason = said(facts["because"]) if facts["because"] else facts["reason"]
    words = {"number": facts["number"], "reason": reason}
    return _("Case %(number)s has ended: %(reason)s") % words


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
    "case_ended": _case_ended,
    "taken_over": _taken_over,
    "superseded": _superseded,
    "widened": _widened,
    "level_2_holds": _level_2_holds,
}
