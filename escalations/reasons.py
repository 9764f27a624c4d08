"""Why the engine did something: kept as facts, put into words in the language of whoever reads.

A step or an event keeps the facts in `because`. What stands beside them in words was written in
the installation's language, for other systems and for search.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from escalations import reason_words, wording
from escalations.models import EightD, EpisodeStep, Judgement, RecordJudgement, ShippingEvent
from escalations.workflow import Action
from scorecards.periods import Month

Facts = dict[str, Any]

# What a rule of the policy said of single rejects.
OF_RULES = frozenset({"record", "joined"})


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


def escaped_from(step: EpisodeStep) -> str:
    """Return the controlled shipping that a reject escaped, "" where a rule is the reason."""
    return str(step.because["number"]) if step.because.get("why") == "escaped" else ""


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
    return reason_words.said(facts)


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


def shipping_withdrawn(event: ShippingEvent) -> Facts:
    """Facts of a controlled shipping that was withdrawn, with why."""
    return {
        "why": "shipping_withdrawn",
        "number": event.shipping.number,
        "reason": event.comment,
        "because": event.because,
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
