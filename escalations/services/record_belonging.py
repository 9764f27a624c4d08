"""Which case a reject belongs to: that of its rule's scope, or one that goes on for it."""

from collections.abc import Sequence
from typing import Any

from escalations.enums import RecordMetric, RuleKind, RuleScope
from escalations.models import Episode, RecordJudgement, Rule
from escalations.models.shipping import SHIPPING_LEVELS
from escalations.queries.forbidding import is_released
from escalations.queries.level_2 import level_2_over, level_2_sharing
from escalations.queries.named_parts import left_beside
from escalations.queries.shipping_lanes import LaneKey
from escalations.services.beside import joined
from escalations.workflow import Level
from suppliers.models import Reject

METRICS = {
    RuleKind.INCIDENT.value: RecordMetric.INCIDENT.value,
    RuleKind.SAFETY.value: RecordMetric.SAFETY.value,
    RuleKind.REPEAT_DEFECT.value: RecordMetric.REPEAT_DEFECT.value,
    RuleKind.ESCAPE.value: RecordMetric.ESCAPE.value,
}


def case_of(row: RecordJudgement, rule: Rule, reject: Reject) -> dict[str, Any]:
    """Return what the case is about: an escape concerns the case it escaped from."""
    if escaped := row.found.get("controlled_shipping") and row.found:
        origin = Episode.objects.get(number=escaped["episode"])
        return {
            "supplier_id": origin.supplier_id,
            "plant_id": origin.plant_id,
            "part_id": origin.part_id,
            "metric": origin.metric,
            "level": row.level,
        }
    return {
        "supplier_id": reject.supplier_id,
        "plant_id": reject.plant_id if rule.scope == RuleScope.SUPPLIER_PLANT else None,
        "part_id": reject.part_id if rule.scope == RuleScope.SUPPLIER_PART else None,
        "metric": METRICS[rule.kind],
        "level": row.level,
    }


def where_it_goes_on(case: dict[str, Any], reject: Reject, rule: Rule) -> dict[str, Any]:
    """Return the case, or that of the level 2 which holds what this one would hold.

    Where the open case is a level of other parts, that of the reject's part at its plant; or the
    proposal that waits for this part already.
    """
    if case["level"] not in SHIPPING_LEVELS:
        return case
    lanes = [(reject.part_id, reject.plant_id)]
    own = Episode.objects.filter(**case).unfinished().first()
    in_the_way = own is not None and not is_released(own)
    if own is not None and in_the_way and not left_beside(own, lanes):
        return case
    harder = _harder(case, lanes)
    if harder is not None:
        its = {"plant_id": harder.plant_id, "part_id": harder.part_id, "level": harder.level}
        return case | its
    if not in_the_way:
        return case
    beside = case | {"plant_id": reject.plant_id, "part_id": reject.part_id}
    if not rule.needs_approval or Episode.objects.filter(**beside).unfinished().exists():
        return beside
    about = {name: case[name] for name in ("supplier_id", "metric", "level")}
    waits = joined(about, lanes)
    return beside if waits is None else beside | {"plant_id": waits.plant_id}


def is_left_out(case: dict[str, Any], reject: Reject, hits: Any) -> bool:
    """Whether the open case that the reject has hit is for other parts than its own is now."""
    own = Episode.objects.filter(**case).unfinished().first()
    if own is None or is_released(own) or not hits.filter(episode=own).exists():
        return False
    return bool(left_beside(own, [(reject.part_id, reject.plant_id)]))


def is_beside(episode: Episode, row: RecordJudgement, rule: Rule) -> bool:
    """Whether a case is of the reject's part at its plant because the one of its scope is not."""
    own = case_of(row, rule, row.reject)
    mine = (episode.plant_id, episode.part_id) == (row.plant_id, row.part_id)
    return mine and (own["plant_id"], own["part_id"]) != (episode.plant_id, episode.part_id)


def _harder(case: dict[str, Any], lanes: Sequence[LaneKey]) -> Episode | None:
    """Return the level 2 in force that inspects this, or that is over it."""
    subject = {"supplier_id": case["supplier_id"], "metric": case["metric"]}
    if case["level"] == Level.CS2.value:
        shared = level_2_sharing(lanes, **subject)
        if shared is not None:
            return shared[0]
    about = {name: case[name] for name in case if name != "level"}
    return level_2_over(**about, lanes=lanes)


def hits_about(case: dict[str, Any], rule: Rule) -> dict[str, Any]:
    """Return what finds hits of the same case; one level up of it is not another case."""
    ignored = {"level"} if rule.one_level_up else set()
    return {f"episode__{name}": value for name, value in case.items() if name not in ignored}
