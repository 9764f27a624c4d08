"""Which cases a breach of controlled shipping belongs to, part by part (ADR 27, ADR 32)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from escalations.models.shipping import SHIPPING_LEVELS
from escalations.queries.shipping_lanes import LaneKey, left_out
from escalations.services.judging import Case
from escalations.services.register import Register
from escalations.workflow import Level

# What a breach belongs to: by case its parts and plants; none where they are not known.
Shares = dict[Case, list[LaneKey]]


@dataclass(kw_only=True)
class Belonging:
    """Divides a month's breaches among the cases that are open and those it begins.

    `lanes` is what each is made of, where that matters; `coming` the level 2 that this month
    raises, with what each will cover. They are asked for in the order in which they are raised.
    """

    register: Register
    lanes: Mapping[Case, Sequence[LaneKey]]
    coming: dict[Case, list[LaneKey]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort what covers something by supplier and metric, level 2 first."""
        found = defaultdict(list)
        for case in sorted(self.register.covers, key=lambda one: one.level, reverse=True):
            found[case.supplier_id, case.metric].append(case)
        self._covering = found

    def of(self, case: Case) -> Shares:
        """Return the cases that a breach of this one belongs to, with the parts of each.

        Its own, as long as nothing has fixed its parts and no other covers them: what it does not
        cover yet is added. Of an open case whose parts were named, or fixed by its letter, only
        these belong to it: what another covers belongs to that one, and each part at a plant that
        none covers to a case of its own.
        """
        lanes = self.lanes.get(case)
        if case.level not in SHIPPING_LEVELS or not lanes:
            whole = self.register.goes_on_in(case, coming=self.coming, lanes=lanes)
            return {whole if self._is_new(case) else case: []}
        kept = self.register.kept_for(case)
        if kept is not None:
            return _shares((lane, self._beside(case, lane, kept)) for lane in lanes)
        return self._own_or_held(case, lanes)

    def _own_or_held(self, case: Case, lanes: Sequence[LaneKey]) -> Shares:
        """Divide the breach of a case that is for all of its scope, or that is not open."""
        harder = case.level == Level.CS2.value
        holds = self.register.holds(case)
        if not holds and not self._is_new(case):
            # it ended with this breach, or it waits for its decision
            return {case: list(lanes)}
        whole = self.register.goes_on_in(case, coming=self.coming, lanes=lanes)
        if whole != case or (holds and not harder):
            return {whole: list(lanes)}
        own = self.register.covers.get(case, set())
        holders = [
            (lane, self._holder(case, lane) if left_out([lane], own) else None) for lane in lanes
        ]
        if not harder and any(holder is None for _lane, holder in holders):
            return {case: list(lanes)}
        found = {case: []} if holds else Shares()
        return found | _shares((lane, holder or case) for lane, holder in holders)

    def _is_new(self, case: Case) -> bool:
        """Whether the month has not hit this case, or no longer speaks of it."""
        return self.register.hit(case) is None

    def _beside(self, case: Case, lane: LaneKey, kept: set[LaneKey]) -> Case:
        if not left_out([lane], kept):
            return case
        part_id, plant_id = lane
        holder = self._holder(case, lane, or_as_hard=True)
        return holder or case._replace(plant_id=plant_id, part_id=part_id)

    def _holder(self, case: Case, lane: LaneKey, *, or_as_hard: bool = False) -> Case | None:
        """Return another case, a level 2, that has this inspected already.

        Or one that is as hard as is called for, and takes in no more: level 1 of several scopes
        stand side by side, but what is beside one of fixed parts is to be found again.
        """
        subject = (case.supplier_id, case.metric)
        for other in self._covering[subject]:
            as_hard = other.level == case.level and other in self.register.kept
            enough = other.level == Level.CS2.value or (or_as_hard and as_hard)
            if other != case and enough and not left_out([lane], self.register.covers[other]):
                return other
        for other, lanes in self.coming.items():
            same = other != case and (other.supplier_id, other.metric) == subject
            if same and lane in lanes:
                return other
        return None


def _shares(divided: Iterable[tuple[LaneKey, Case]]) -> Shares:
    found: Shares = {}
    for lane, case in divided:
        found.setdefault(case, []).append(lane)
    return found
