"""What an 8D still needs before it can be closed: steps, quality score, effectiveness."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Min
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.eight_d_enums import (
    CRITERION_NAMES,
    CUSTOMER_SIDE,
    DISCIPLINE_NAMES,
    SUPPLIER_SIDE,
)
from escalations.eight_d_score import LEAST_PCT, MOST_POINTS, Criterion, suffices, total
from escalations.eight_d_workflow import Action, Discipline, StepState
from escalations.models import EightD, EightDScore
from escalations.queries.eight_d_clocks import day_of
from escalations.queries.eight_d_effect import CLEAN_MONTHS, Effect, effect_of
from escalations.queries.eight_d_turns import needed, states_of
from scorecards.models import Scorecard


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Something that closing needs, and how it stands."""

    what: str
    met: bool
    why: str


@dataclass(frozen=True, kw_only=True)
class Scores:
    """The newest points of both sides."""

    supplier: EightDScore | None
    customer: EightDScore | None

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The ten criteria with both sides' points; None where a side has not answered."""
        return [
            {
                "name": CRITERION_NAMES[one],
                "supplier": None if self.supplier is None else self.supplier.points[one],
                "customer": None if self.customer is None else self.customer.points[one],
            }
            for one in Criterion
        ]

    @property
    def comments(self) -> list[EightDScore]:
        """The newest scores that say something, the supplier's first."""
        return [one for one in (self.supplier, self.customer) if one is not None and one.comment]

    @property
    def supplier_pct(self) -> int | None:
        """The supplier's points as a share of all, in whole percent rounded down."""
        return _pct(self.supplier)

    @property
    def customer_pct(self) -> int | None:
        """The customer's points as a share of all, in whole percent rounded down."""
        return _pct(self.customer)


def scores_of(eight_d: EightD) -> Scores:
    """Return the newest points of both sides."""
    rows = EightDScore.objects.filter(eight_d=eight_d).select_related("by").order_by("pk")
    newest = {row.side: row for row in rows}
    return Scores(supplier=newest.get(SUPPLIER_SIDE), customer=newest.get(CUSTOMER_SIDE))


def conditions(
    eight_d: EightD, *, scores: Scores | None = None, effect: Effect | None = None
) -> list[Condition]:
    """Return what closing needs, met or not and why."""
    return [
        _accepted(eight_d),
        *_scored(eight_d, scores_of(eight_d) if scores is None else scores),
        _effective(eight_d, effect_of(eight_d) if effect is None else effect),
    ]


def closable_since(eight_d: EightD) -> date | None:
    """Return the day on which the last condition came to be met; None while one is not."""
    scores, effect = scores_of(eight_d), effect_of(eight_d)
    if not all(one.met for one in conditions(eight_d, scores=scores, effect=effect)):
        return None
    accepted = eight_d.moves.filter(action=Action.ACCEPT.value).aggregate(last=Max("at"))["last"]
    scored = None if scores.customer is None else scores.customer.at
    shown = effect.months[-effect.clean_in_a_row :][CLEAN_MONTHS - 1].month
    published = Scorecard.objects.filter(
        supplier=eight_d.episode.supplier_id, month=shown.first_day
    ).aggregate(first=Min("published_at"))["first"]
    return max(day_of(eight_d, at) for at in (accepted, scored, published) if at is not None)


def _accepted(eight_d: EightD) -> Condition:
    states = states_of(eight_d)
    missing = [one for one in needed(states) if states.get(one) is not StepState.ACCEPTED]
    names = ", ".join(str(DISCIPLINE_NAMES[one]) for one in missing)
    why = _("Not accepted: %(steps)s.") % {"steps": names} if missing else _("All are accepted.")
    return Condition(what=_("Every step accepted"), met=not missing, why=why)


def _scored(eight_d: EightD, scores: Scores) -> Sequence[Condition]:
    """A short statement has no ten criteria."""
    if states_of(eight_d).get(Discipline.SHORT) is StepState.ACCEPTED:
        return ()
    what = _("Quality score of the customer at least %(least)d %%") % {"least": LEAST_PCT}
    if scores.customer is None:
        return (Condition(what=what, met=False, why=_("The customer has not scored it yet.")),)
    points = {"points": total(scores.customer.points), "most": MOST_POINTS}
    why = _("%(points)d of %(most)d points.") % points
    return (Condition(what=what, met=suffices(scores.customer.points), why=why),)


def _effective(eight_d: EightD, effect: Effect) -> Condition:
    what = _("%(months)d published months in a row without a repeat") % {"months": CLEAN_MONTHS}
    if eight_d.verified_at is None:
        why = _("Counted from the month after D1 to D6 were accepted.")
    else:
        why = _("%(clean)d so far, since the actions were verified on %(day)s.") % {
            "clean": effect.clean_in_a_row,
            "day": date_format(eight_d.verified_at),
        }
    return Condition(what=what, met=effect.shown, why=why)


def _pct(score: EightDScore | None) -> int | None:
    return None if score is None else total(score.points) * 100 // MOST_POINTS
