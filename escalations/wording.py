"""Sentences about judgements, rules and levels, in the language that is active."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from escalations.enums import LEVEL_NAMES, SUBJECTS_IN_SENTENCE
from escalations.enums import SUBJECTS as SUBJECT_NAMES
from escalations.models import ControlledShipping, Judgement
from escalations.workflow import Level
from scorecards import formatting
from scorecards.formulas.sentences import paragraph, statements
from scorecards.formulas.wording import Wording
from scorecards.metrics import Metric
from scorecards.periods import Month
from scorecards.queries.judged import SUBJECTS
from scorecards.wording import reader_separators

# What the supplier may not do, or the buyer may not place, while a level is open.
FORBIDDEN: dict[Level, Promise] = {
    Level.WATCH: _("Nothing is forbidden at this level."),
    Level.EIGHT_D: _("Nothing is forbidden at this level; the supplier owes an 8D report."),
    Level.CS1: _(
        "No shipment of the affected parts without 100 % redundant inspection by the supplier, "
        "beside its normal controls."
    ),
    Level.CS2: _(
        "No shipment of the affected parts without 100 % redundant inspection by an independent "
        "third party, at the supplier's expense."
    ),
    Level.STOP_SHIP: _(
        "No shipment at all of the affected parts, inspected or not, nor under a number that "
        "supersedes theirs or that theirs superseded, until the stop is lifted."
    ),
    Level.NEW_BUSINESS_HOLD: _(
        "No new business: no inquiry, nomination or new part may be placed with this supplier."
    ),
}
# Milder levels ask for something and forbid nothing.
FORBIDDING = frozenset({Level.CS1, Level.CS2, Level.STOP_SHIP, Level.NEW_BUSINESS_HOLD})


def number(value: Decimal) -> str:
    """Write a number ready for print with the reader's separators."""
    return formatting.quantity(Fraction(value), separators=reader_separators())


def wording() -> Wording:
    """Return the words and numbers of the active language."""
    return Wording(gettext=gettext, ngettext=ngettext, number=number)


def month_name(month: Month) -> str:
    """Write a month in full: October 2026."""
    return date_format(month.first_day, "F Y")


def ppm(judgement: Judgement) -> str:
    """Write the judged PPM, never rounded across the threshold it was compared with."""
    return formatting.ppm(
        judgement.exact_ppm,
        thresholds_ppm=[judgement.threshold_ppm],
        separators=reader_separators(),
    )


def metric_name(metric: str) -> str:
    """Write a metric: External PPM."""
    return str(SUBJECT_NAMES[metric])


def in_sentence(metric: str) -> str:
    """Write a metric inside a sentence: external PPM."""
    return str(SUBJECTS_IN_SENTENCE[metric])


def level_name(level: str) -> str:
    """Write a level in a sentence: controlled shipping level 1; no level without one."""
    if not level:
        return pgettext("escalation level", "no level")
    return str(LEVEL_NAMES[Level(level)])


def figure_sentences(judgement: Judgement) -> str:
    """Say the figure with its count pair, likely range and what it shows."""
    parts = statements(
        counted=judgement.counted_qty,
        received=max(judgement.received_qty, Decimal(0)),
        threshold_ppm=judgement.threshold_ppm,
        subject=SUBJECTS[Metric(judgement.metric)],
        shown_against=[judgement.threshold_ppm],
    )
    return paragraph(parts=parts, wording=wording())


def vanished_sentence(judgement: Judgement) -> str:
    """Say that a month no longer breaches, and on which counts."""
    return gettext("%(month)s no longer calls for this level. %(figure)s") % {
        "month": month_name(judgement.in_month),
        "figure": figure_sentences(judgement),
    }


def forbidden(level: str) -> str:
    """Say what is forbidden while a level is open."""
    return str(FORBIDDEN[Level(level)]) if level else gettext("Nothing is forbidden.")


def fact_line(row: Mapping[str, Any]) -> str:
    """Write one part of a breach: part, plant, quantities, defects."""
    name = _named(row["part"], row["part_name"])
    place = gettext("Part %(part)s, plant %(plant)s") if row["plant"] else gettext("Part %(part)s")
    said = _pieces(row)
    line = f"{place}: {said}" if said else place
    line %= {
        "part": name,
        "plant": row["plant"],
        "counted": number(Decimal(row["counted"] or 0)),
        "received": number(Decimal(row["received"] or 0)),
    }
    defects = [
        _named(defect["code"], defect["name"])
        + (f" ({number(Decimal(defect['counted']))})" if defect["counted"] else "")
        for defect in row["defects"]
    ]
    return f"{line}; {', '.join(defects)}." if defects else f"{line}."


def _pieces(row: Mapping[str, Any]) -> str:
    """Say how many of how many; nothing where nobody counted."""
    if not row["counted"]:
        return ""
    if row.get("suspect"):
        return gettext("%(counted)s suspect")
    if not row["received"]:
        return gettext("%(counted)s returned from the field")
    if not Decimal(row["received"]):
        return gettext("%(counted)s rejected, nothing received in the same time")
    return gettext("%(counted)s rejected of %(received)s received")


def _named(code: str, name: str) -> str:
    """Write a code and what it means, or the code alone."""
    return f"{code} {name}".rstrip()


def exit_criteria(shipping: ControlledShipping) -> str:
    """Say what ends a controlled shipping, as fixed at entry."""
    days, shipments = shipping.exit_production_days, shipping.exit_shipments
    sentence = gettext("%(days)s and %(shipments)s without a find") % {
        "days": ngettext("%(count)d production day", "%(count)d production days", days)
        % {"count": days},
        "shipments": ngettext("%(count)d shipment", "%(count)d shipments", shipments)
        % {"count": shipments},
    }
    if shipping.exit_action_verified:
        return gettext("%(criteria)s, and the corrective action verified.") % {"criteria": sentence}
    return f"{sentence}."
