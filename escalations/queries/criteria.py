"""What must hold before a level ends: each criterion, met or not, and why."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations import wording
from escalations.eight_d_enums import DISCIPLINE_NAMES
from escalations.eight_d_workflow import verification_lacks
from escalations.enums import RuleScope
from escalations.models import ControlledShipping, EightD, Episode, RecordHit
from escalations.models.shipping import SHIPPING_LEVELS
from escalations.queries.counts import Scope, counts_to_judge
from escalations.queries.eight_d_clocks import verified_on
from escalations.queries.eight_d_effect import found_again
from escalations.queries.eight_d_turns import states_of
from escalations.triggers import Rule
from escalations.workflow import Level
from scorecards import formatting
from scorecards.formulas.rates import Comparator, exceeds
from scorecards.metrics import Metric
from scorecards.models import Scorecard
from scorecards.periods import Month, Window
from scorecards.queries.figures import WindowFigure
from scorecards.queries.targets import target_ppm_by_supplier
from scorecards.wording import reader_separators

CLEAN_MONTHS = 2
NOT_PROVEN = frozenset({Level.WATCH, Level.STOP_SHIP})


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One thing that must hold before a level ends.

    `mend` is where the quality department sets a target that is missing, "" where none is.
    """

    name: str
    title: str
    met: bool
    why: str
    mend: str = ""


def proven(episode: Episode) -> bool:
    """Return whether every criterion is met; the table closes nothing otherwise."""
    return all(criterion.met for criterion in criteria(episode))


def criteria(episode: Episode) -> list[Criterion]:
    """Return what must hold before this level ends, in the order it is proven.

    A watch ends by itself, and a stop of shipments is lifted. Where the counts changed and nothing
    breaches any more there is nothing left to prove.
    """
    if Level(episode.level) in NOT_PROVEN or not episode.is_in_force:
        return []
    if _vanished(episode):
        return [
            Criterion(
                name="breach",
                title=_("The breach is gone"),
                met=True,
                why=_("The counts changed: nothing calls for this level any more."),
            )
        ]
    report = _report(episode)
    found = [_clean_months(episode), _verified(report), _no_repeat(episode, report)]
    if episode.level in SHIPPING_LEVELS:
        found.append(_exited(episode))
    return found


def _vanished(episode: Episode) -> bool:
    """Whether nothing is left of what began it; what a person began is not undone by counts."""
    if episode.judgement_id is None and not episode.record_hits.exists():
        return False
    months = list(episode.hits.values_list("breaching", flat=True))
    records = list(episode.record_hits.values_list("breaching", flat=True))
    return bool(months or records) and not any(months) and not any(records)


def _last_breach(episode: Episode) -> Month:
    months = [hit.month for hit in episode.hits.filter(breaching=True)]
    hits = RecordHit.objects.filter(episode=episode, breaching=True).select_related("judgement")
    records = [Month.of(hit.judgement.detected_on).first_day for hit in hits]
    return Month.of(max([*months, *records], default=episode.last_month))


def _clean_months(episode: Episode) -> Criterion:
    last = _last_breach(episode)
    rows = Scorecard.objects.filter(supplier=episode.supplier_id, month__gt=last.first_day)
    months = [Month.of(day) for day in sorted(set(rows.values_list("month", flat=True)))]
    clean = 0
    said: list[str] = []
    without_target = []
    for month in months[-CLEAN_MONTHS * 3 :]:
        ok, sentence = _judged(episode, month)
        if ok is None:
            without_target.append(month)
        follows = bool(said) and month.minus(1) in months
        clean = (clean + 1 if follows or not clean else 1) if ok else 0
        said.append(sentence)
    title = ngettext(
        "%(count)d published month at or below target",
        "%(count)d consecutive published months at or below target",
        CLEAN_MONTHS,
    ) % {"count": CLEAN_MONTHS}
    return Criterion(
        name="clean_months",
        title=title,
        met=clean >= CLEAN_MONTHS,
        why=" ".join(said[-CLEAN_MONTHS:])
        or _("No month after %(month)s is published yet.") % {"month": wording.month_name(last)},
        mend=_where_to_set(episode) if {*months[-CLEAN_MONTHS:]} & {*without_target} else "",
    )


def _where_to_set(episode: Episode) -> str:
    query = urlencode({"supplier": episode.supplier.code})
    return f"{reverse('target_new')}?{query}"


def _judged(episode: Episode, month: Month) -> tuple[bool | None, str]:
    """Return whether a published month is at or below target, and the sentence that says so.

    None without a target: then nothing says what is clean. The rule's threshold does not stand
    in for it, because it says from where on we escalate and not what was agreed.
    """
    metric = Metric(episode.metric) if episode.is_figure else Metric.EXTERNAL_PPM
    figure = _figure(episode, month, metric)
    words = {"month": wording.month_name(month)}
    if figure is None or figure.ppm is None:
        return False, _("%(month)s: no activity, which proves nothing.") % words
    targets = target_ppm_by_supplier(month, supplier_ids=[episode.supplier_id], metric=metric)
    target = targets.get(episode.supplier_id)
    if target is None:
        words |= {
            "ppm": _written(figure.ppm, Decimal(0)),
            "metric": wording.in_sentence(metric.value),
            "supplier": episode.supplier.code,
        }
        return None, _(
            "%(month)s: %(ppm)s PPM, but no target for %(metric)s of %(supplier)s holds in this "
            "month, so it cannot be called clean."
        ) % words
    words |= {"ppm": _written(figure.ppm, target), "target": wording.number(target)}
    above = exceeds(
        numerator=figure.counted,
        denominator=figure.exposure,
        threshold_ppm=target,
        comparator=Comparator.ABOVE,
    )
    if above:
        return False, _("%(month)s: %(ppm)s PPM, above the target of %(target)s.") % words
    return True, _("%(month)s: %(ppm)s PPM, at or below the target of %(target)s.") % words


def _written(value: Fraction, target: Decimal) -> str:
    return formatting.ppm(value, thresholds_ppm=[target], separators=reader_separators())


def _figure(episode: Episode, month: Month, metric: Metric) -> WindowFigure | None:
    """Of record for a supplier; of a plant or a part, which no scorecard shows, as counted."""
    scope = RuleScope.SUPPLIER
    if episode.plant_id is not None and metric is Metric.EXTERNAL_PPM:
        scope = RuleScope.SUPPLIER_PLANT
    elif episode.part_id is not None:
        scope = RuleScope.SUPPLIER_PART
    asked = Rule(
        metric=metric, window=Window.MONTH, threshold_ppm=Decimal(0), level=Level(episode.level)
    )
    found = counts_to_judge(asked, month=month, supplier_ids=[episode.supplier_id], scope=scope)
    key = Scope(
        episode.supplier_id,
        episode.plant_id if scope == RuleScope.SUPPLIER_PLANT else None,
        episode.part_id if scope == RuleScope.SUPPLIER_PART else None,
    )
    return found[key].figure if key in found else None


def _report(episode: Episode) -> EightD | None:
    """The case's own 8D, else the newest one of the same supplier and subject."""
    own: EightD | None = EightD.objects.filter(episode=episode).first()
    if own is not None:
        return own
    scope = Q(episode__part=None) | Q(episode__part=episode.part_id)
    scope &= Q(episode__plant=None) | Q(episode__plant=episode.plant_id)
    rows = EightD.objects.filter(scope, episode__supplier=episode.supplier_id)
    same: EightD | None = rows.filter(episode__metric=episode.metric).order_by("-pk").first()
    if same is not None or episode.is_figure:
        return same
    newest: EightD | None = rows.order_by("-pk").first()
    return newest


def _verified_on(report: EightD | None) -> date | None:
    return None if report is None else verified_on(report)


def _verified(report: EightD | None) -> Criterion:
    day = _verified_on(report)
    if report is None:
        why = _("There is no 8D for it.")
    elif day is None:
        lacks = verification_lacks(states_of(report))
        why = _("%(number)s: not accepted yet: %(steps)s.") % {
            "number": report.number,
            "steps": ", ".join(str(DISCIPLINE_NAMES[one]) for one in lacks),
        }
    else:
        why = _("%(number)s: verified on %(day)s.") % {
            "number": report.number,
            "day": date_format(day),
        }
    return Criterion(
        name="cause_verified",
        title=_("The cause is verified"),
        met=day is not None,
        why=why,
    )


def _no_repeat(episode: Episode, report: EightD | None) -> Criterion:
    title, day = _("No repeat"), _verified_on(report)
    if day is None:
        return Criterion(
            name="no_repeat",
            title=title,
            met=False,
            why=_("It counts from the day the cause is verified."),
        )
    again = _repeats(episode, report, since=day)
    if not again:
        why = _("Nothing since %(day)s.") % {"day": date_format(day)}
    else:
        why = _("Again since %(day)s: %(what)s.") % {
            "day": date_format(day),
            "what": ", ".join(again),
        }
    return Criterion(name="no_repeat", title=title, met=not again, why=why)


def _repeats(episode: Episode, report: EightD | None, *, since: date) -> list[str]:
    """What the 8D was about, found again later, and months that breached later."""
    again = [] if report is None else found_again(report, after=since)
    months = episode.hits.filter(breaching=True, month__gt=since).order_by("month")
    return [
        *[reject.complaint for reject in again[:3]],
        *[wording.month_name(Month.of(hit.month)) for hit in months[:3]],
    ]


def _exited(episode: Episode) -> Criterion:
    shipping = ControlledShipping.objects.filter(episode=episode).first()
    ended_on = None if shipping is None else shipping.ended_on
    if shipping is None:
        why = _("No controlled shipping was entered.")
    elif ended_on is None:
        why = _("%(number)s still runs.") % {"number": shipping.number}
    else:
        why = _("%(number)s ended on %(day)s.") % {
            "number": shipping.number,
            "day": date_format(ended_on),
        }
    return Criterion(
        name="shipping_exited",
        title=_("Controlled shipping has ended by its own criteria"),
        met=shipping is None or ended_on is not None,
        why=why,
    )
