"""What a month's fresh judgements ask for, compared with what is open and has been hit."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from escalations.models import Episode, EpisodeHit, Judgement
from escalations.models.shipping import SHIPPING_LEVELS
from escalations.queries.breach_lanes import lanes_of_breaches
from escalations.queries.forbidding import is_released
from escalations.queries.shipping_lanes import LaneKey, left_out, where_it_goes
from escalations.services.belonging import Belonging, Shares
from escalations.services.judging import Case, JudgedMonth
from escalations.services.register import Register, case_of_evidence
from escalations.workflow import Level

# What fired or not by case: its fresh judgement, and whether it fires.
Asked = dict[Case, tuple[Judgement, bool]]


@dataclass(kw_only=True)
class Plan:
    """What a month's fresh judgements ask for, case by case.

    `to_end` are the open cases whose controlled shipping is over where one is to be raised.
    `covered` are the judgements that fired and are no hit's, with the case that covers what they
    call for. `lanes` is by case what breached of it, judgement by judgement, where that is known.
    """

    to_raise: dict[Case, Judgement] = field(default_factory=dict)
    to_end: dict[Case, Episode] = field(default_factory=dict)
    to_join: list[tuple[Episode, Judgement]] = field(default_factory=list)
    to_renew: list[tuple[EpisodeHit, Judgement, bool]] = field(default_factory=list)
    vanished: list[tuple[Episode, Judgement]] = field(default_factory=list)
    to_approve: list[tuple[Episode, Judgement]] = field(default_factory=list)
    covered: list[tuple[Judgement, Case]] = field(default_factory=list)
    lanes: dict[Case, list[tuple[Judgement, Sequence[LaneKey]]]] = field(default_factory=dict)


def plan(judged: JudgedMonth, register: Register) -> Plan:
    """Compare the judgements with what is open and has been hit already."""
    asked = Plan()
    for case, (judgement, firing) in _where_it_goes_on(judged, register, asked).items():
        hit = register.hit(case)
        episode = register.open.get(case)
        if episode is not None and episode.is_proposed and _raises_by_itself(judgement):
            asked.to_approve.append((episode, judgement))
        if hit is not None:
            if hit.breaching and not firing and episode is not None:
                asked.vanished.append((episode, judgement))
            asked.to_renew.append((hit, judgement, firing))
        elif firing and episode is not None and not is_released(episode):
            asked.to_join.append((episode, judgement))
        elif firing:
            asked.to_raise[case] = judgement
            if episode is not None:
                asked.to_end[case] = episode
    return asked


def _where_it_goes_on(judged: JudgedMonth, register: Register, asked: Plan) -> Asked:
    """Return by case what hits it or no longer does: a breach may be divided among several.

    Of two judgements that belong to one case its own is the evidence; the other one is covered.
    """
    fresh = {
        case: (judgement, case in judged.firing)
        for case, judgement in evidence_by_case(judged).items()
    }
    lanes = _lanes_of_breaches(fresh, register)
    belonging = Belonging(register=register, lanes=lanes)
    shares = _divided(fresh, belonging)
    found: Asked = {}
    for case, share in shares.items():
        for target in share:
            known = found.get(target)
            if known is None or _leads(case, fresh[case][0], target, known[0]):
                found[target] = fresh[case]
    asked.covered = [
        (fresh[case][0], target)
        for case, share in shares.items()
        for target in share
        if target != case and found[target][0] is not fresh[case][0]
    ]
    for case, share in shares.items():
        for target, own in share.items():
            asked.lanes.setdefault(target, []).append((fresh[case][0], own))
    still = _still_called_for(judged, fresh, belonging)
    for case, carriers in register.carried().items():
        for target in carriers if case in fresh else ():
            judgement, firing = fresh[case]
            gone = _is_left(register, target, lanes.get(case, ())) if firing else True
            if gone and target not in still:
                found.setdefault(target, (judgement, False))
    return found


def _divided(fresh: Asked, belonging: Belonging) -> dict[Case, Shares]:
    """Return by case that fires what belongs to which case, in the order they are raised.

    Level 2 goes first, what is about more before what is about less: what they cover, others of
    the same month need not.
    """
    firing = [case for case, (_judgement, fires) in fresh.items() if fires]
    found = {}
    for case in sorted(firing, key=_first_the_hardest_and_widest):
        shares = found[case] = belonging.of(case)
        if case.level == Level.CS2.value and _raises_by_itself(fresh[case][0]):
            for target, lanes in shares.items():
                if target not in belonging.coming and not belonging.register.holds(target):
                    belonging.coming[target] = lanes
    return found


def _first_the_hardest_and_widest(case: Case) -> tuple[bool, int]:
    if case.level != Level.CS2.value:
        return True, 0
    return False, sum(one is not None for one in (case.plant_id, case.part_id))


def _leads(case: Case, judgement: Judgement, target: Case, known: Judgement) -> bool:
    """Whether a judgement is better evidence of a hit than the one known: the case's own is."""
    own = (case == target, _raises_by_itself(judgement))
    other = (case_of_evidence(known) == target, _raises_by_itself(known))
    return own > other


def _is_left(register: Register, target: Case, lanes: Collection[LaneKey]) -> bool:
    """Whether a case that takes in no more covers none of what a breach is made of any more."""
    kept = register.kept_for(target)
    if not kept or not lanes:
        return False
    return len(left_out(lanes, kept)) == len(lanes)


def _still_called_for(judged: JudgedMonth, fresh: Asked, belonging: Belonging) -> set[Case]:
    """Return the level 2 that other rules, whose counts have not changed, still call for."""
    register, found = belonging.register, set()
    for case in judged.firing - fresh.keys():
        harder = register.goes_on_in(case, coming=belonging.coming)
        if harder != case and register.hit(case) is None:
            found.add(harder)
    return found


def _lanes_of_breaches(fresh: Asked, register: Register) -> dict[Case, list[LaneKey]]:
    """Return what the breaches are made of, where another case may cover a part of it."""
    firing = {
        case: judgement
        for case, (judgement, fires) in fresh.items()
        if fires and case.level in SHIPPING_LEVELS
    }
    harder = Counter(case.supplier_id for case in firing if case.level == Level.CS2.value)
    divided = {case.supplier_id for case in (*register.covers, *register.asked)}
    divided |= {supplier_id for supplier_id, count in harder.items() if count > 1}
    asked = {case: one for case, one in firing.items() if case.supplier_id in divided}
    lanes = lanes_of_breaches(asked.values())
    return {
        case: where_it_goes(
            lanes[judgement.pk],
            beside=register.kept_for(case) or (),
            supplier_id=case.supplier_id,
        )
        for case, judgement in asked.items()
    }


def evidence_by_case(judged: JudgedMonth) -> Mapping[Case, Judgement]:
    """Return one fresh judgement per case: one that raises by itself, else one that fired."""
    found: dict[Case, Judgement] = {}
    for judgement in judged.fresh:
        case = case_of_evidence(judgement)
        if case not in found or _weight(judgement) >= _weight(found[case]):
            found[case] = judgement
    return found


def _weight(judgement: Judgement) -> int:
    return judgement.fired + _raises_by_itself(judgement)


def _raises_by_itself(judgement: Judgement) -> bool:
    return judgement.fired and not judgement.proposes
