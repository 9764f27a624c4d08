"""What is known about rejects that wait to be judged: incidents, repeats, escapes, levels."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from escalations.enums import RuleKind, RuleScope
from escalations.models import ControlledShipping, EightD, Episode, Rule
from escalations.queries.eight_d_about import Abouts
from escalations.queries.eight_d_effect import REPEAT_WITHIN, closed_before, closed_on
from escalations.queries.repeats import level_begun, level_held
from escalations.queries.shipping_escapes import is_escape
from escalations.record_triggers import Condition, Known
from escalations.workflow import Level
from scorecards.periods import Month
from suppliers.models import Reject, SupplierTier


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is true of the suppliers of a batch, so that most rejects ask nothing more.

    `with_eight_d` and `with_shipping` are the suppliers that have a report or are, or were, in
    controlled shipping; the others can neither repeat nor escape.
    """

    with_eight_d: frozenset[int]
    with_shipping: frozenset[int]
    abouts: Abouts = field(default_factory=Abouts)

    @classmethod
    def of(cls, supplier_ids: Collection[int]) -> "Surroundings":
        """Look the suppliers of a batch up, in two queries."""
        rows = [
            model.objects.filter(episode__supplier__in=supplier_ids).values_list(
                "episode__supplier", flat=True
            )
            for model in (EightD, ControlledShipping)
        ]
        return cls(with_eight_d=frozenset(rows[0]), with_shipping=frozenset(rows[1]))

    def known_of(self, reject: Reject, rule: Rule) -> Known:
        """Return what the rule looks at."""
        kind, supplier = rule.kind, reject.supplier_id
        repeats = kind == RuleKind.REPEAT_DEFECT and supplier in self.with_eight_d
        escapes = kind == RuleKind.ESCAPE and supplier in self.with_shipping
        counts = kind == RuleKind.INCIDENT and reject.severity == rule.severity
        repeated = _repeats(reject, rule, self.abouts) if repeats else {}
        return Known(
            severity=reject.severity,
            safety_relevant=reject.part.safety_relevant,
            incidents=_incidents(reject, rule) if counts else 0,
            repeats=repeated,
            escaped=_escaped(reject, rule) if escapes else {},
            held=level_held(reject) if rule.one_level_up else None,
            begun=_begun(reject, rule, repeated) if rule.one_level_up else None,
        )

    def condition_of(self, reject: Reject, rule: Rule) -> Condition:
        """Return the rule as the pure module asks for it."""
        return Condition(
            kind=rule.kind,
            level=rule.level,
            one_level_up=rule.one_level_up,
            severity=rule.severity,
            min_incidents=rule.min_incidents or 1,
            in_tier=not rule.tier_levels or _in_tier(reject, rule.tier_levels),
        )


def _in_tier(reject: Reject, levels: Collection[int]) -> bool:
    end = Month.of(reject.detected_on).last_day
    rows = SupplierTier.objects.filter(supplier=reject.supplier_id, during__contains=end)
    return rows.filter(tier__level__in=levels).exists()


def _incidents(reject: Reject, rule: Rule) -> int:
    """Count issues, not reports: one complaint at several plants and lines is one incident."""
    since = reject.detected_on - timedelta(days=rule.within_days or 0)
    rows = Reject.objects.filter(
        supplier=reject.supplier_id,
        severity=rule.severity,
        detected_on__range=(since, reject.detected_on),
    )
    if rule.scope == RuleScope.SUPPLIER_PLANT:
        rows = rows.filter(plant=reject.plant_id)
    elif rule.scope == RuleScope.SUPPLIER_PART:
        rows = rows.filter(part=reject.part_id)
    return rows.values("complaint").distinct().count()


def _repeats(reject: Reject, rule: Rule, abouts: Abouts) -> dict[str, Any]:
    """Ask what the 8D's own page asks: is this the defect of a closed 8D again?"""
    within = REPEAT_WITHIN if rule.within_days is None else timedelta(days=rule.within_days)
    closed = closed_before(
        supplier_id=reject.supplier_id,
        part_id=reject.part_id,
        defect_code=reject.defect_code.code,
        on=reject.detected_on,
        within=within,
        abouts=abouts,
    )
    if closed is None:
        return {}
    day = closed_on(closed)
    return {
        "eight_d": closed.number,
        "episode": closed.episode.number,
        "closed_on": "" if day is None else day.isoformat(),
    }


def _begun(reject: Reject, rule: Rule, repeated: dict[str, Any]) -> Level | None:
    return level_begun(reject, rule, eight_d=repeated["eight_d"]) if repeated else None


def _escaped(reject: Reject, rule: Rule) -> dict[str, Any]:
    """What escapes a controlled shipping, its own definition says."""
    held = Episode.objects.filter(supplier=reject.supplier_id).in_force()
    rows = ControlledShipping.objects.unfinished().filter(episode__in=held, level=rule.during_level)
    running = rows.select_related("episode").order_by("-entered_on", "-pk")
    found = next((one for one in running if is_escape(one, reject)), None)
    if found is None:
        return {}
    return {
        "controlled_shipping": found.number,
        "episode": found.episode.number,
        "metric": found.episode.metric,
        "entered_on": found.entered_on.isoformat(),
    }
