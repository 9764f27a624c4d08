"""What is known of the suppliers a month was judged for, and what its judgements ask for."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from escalations.models import Episode, EpisodeHit, Judgement
from escalations.models.shipping import SHIPPING_LEVELS
from escalations.queries.breach_lanes import lanes_of_breaches
from escalations.queries.forbidding import is_released
from escalations.queries.level_2 import lanes_by_hand, taken_over_by, with_what_it_took_over
from escalations.queries.shipping_lanes import LaneKey, left_out
from escalations.services.judging import Case, JudgedMonth
from escalations.workflow import Level, State


@dataclass(kw_only=True)
class Register:
    """The open episodes and one month's hits of some suppliers.

    `named` is by case of a level 2 what it covers, where a person has named its parts.
    """

    open: dict[Case, Episode]
    hits: dict[Case, list[EpisodeHit]]
    taken_over: dict[Case, Case]
    named: dict[Case, set[LaneKey]]

    @classmethod
    def locked(cls, *, month: date, supplier_ids: Collection[int]) -> "Register":
        """Lock the open episodes, so that nobody moves them meanwhile, and read the hits."""
        rows = Episode.objects.filter(supplier__in=supplier_ids).unfinished()
        locked = rows.select_for_update(of=("self",)).order_by("pk")
        found = list(with_what_it_took_over(locked))
        hits = defaultdict(list)
        of_month = EpisodeHit.objects.filter(month=month, episode__supplier__in=supplier_ids)
        for hit in of_month.select_related("episode", "judgement__rule").order_by("pk"):
            hits[case_of(hit.episode)].append(hit)
        open_ = {case_of(episode): episode for episode in found}
        harder = [one for one in found if one.level == Level.CS2.value and _holds(one)]
        lanes = lanes_by_hand(harder)
        named = {case_of(one): lanes[one.pk] for one in harder if one.pk in lanes}
        return cls(open=open_, hits=hits, taken_over=_taken_over(found), named=named)

    def hit(self, case: Case) -> EpisodeHit | None:
        """Return the month's hit of the case that still speaks: open, or ended as a breach.

        A withdrawn case was taken back, and a hit that had stopped breaching before its case
        was closed is over: a breach after either is a new one. A declined proposal was decided.
        """
        for hit in self.hits.get(case, ()):
            state = State(hit.episode.state)
            if not state.is_final or (state is not State.WITHDRAWN and hit.breaching):
                return hit
        return None

    def holds(self, case: Case) -> bool:
        """Whether the case is in force, and its controlled shipping, if it has one, is not over."""
        episode = self.open.get(case)
        return episode is not None and _holds(episode)

    def goes_on_in(
        self,
        case: Case,
        *,
        coming: Collection[Case] = (),
        lanes: Collection[LaneKey] | None = None,
    ) -> Case:
        """Return the open case that a breach of this one belongs to.

        Its own; but what calls for controlled shipping where that does not hold and a level 2
        does, or is `coming`, for the same or for more, belongs to that level 2; so it does where
        it took the level 1 over. Of a level 2 whose parts a person named, even of that, all that
        the breach is made of has to be among them: `lanes`, None where nothing fires.
        """
        if case.level not in SHIPPING_LEVELS or self.holds(case):
            return case
        wider = (
            case._replace(plant_id=plant_id, part_id=part_id, level=Level.CS2.value)
            for plant_id, part_id in (
                (case.plant_id, case.part_id),
                (case.plant_id, None),
                (None, case.part_id),
                (None, None),
            )
        )
        for harder in (*wider, self.taken_over.get(case, case), *self._naming(case, lanes)):
            holds = harder != case and (harder in coming or self.holds(harder))
            if holds and self._covers(harder, lanes):
                return harder
        return case

    def _naming(self, case: Case, lanes: Collection[LaneKey] | None) -> list[Case]:
        """Return the level 2 of the subject whose parts a person named, of whatever scope.

        Where nothing fires, the one that the month of this case has hit.
        """
        subject = (case.supplier_id, case.metric)
        found = [one for one in self.named if (one.supplier_id, one.metric) == subject]
        return found if lanes is not None else [one for one in found if self._carries(one, case)]

    def left_by(self, case: Case, lanes: Collection[LaneKey]) -> Case | None:
        """Return the level 2 that the month of this case has hit, where none of its parts is left.

        What the breach was made of has been corrected since.
        """
        for harder, named in self.named.items():
            if self._carries(harder, case) and lanes and len(left_out(lanes, named)) == len(lanes):
                return harder
        return None

    def _carries(self, harder: Case, case: Case) -> bool:
        hit = self.hit(harder)
        return hit is not None and case_of_evidence(hit.judgement) == case

    def _covers(self, harder: Case, lanes: Collection[LaneKey] | None) -> bool:
        if lanes is None or harder not in self.named:
            return True
        return bool(lanes) and not left_out(lanes, self.named[harder])

    def hardest_levels(self) -> dict[tuple[int, str], Level]:
        """Return the hardest level in force by supplier and metric."""
        found: dict[tuple[int, str], Level] = {}
        for episode in self.open.values():
            if not _holds(episode):
                continue
            key, level = (episode.supplier_id, episode.metric), Level(episode.level)
            if key not in found or level.outranks(found[key]):
                found[key] = level
        return found


def _holds(episode: Episode) -> bool:
    return episode.is_in_force and not is_released(episode)


def _taken_over(episodes: Iterable[Episode]) -> dict[Case, Case]:
    """Return by case of a level 1 that of the level 2 in force that took it over."""
    found = {}
    for harder in episodes:
        about = taken_over_by(harder) if _holds(harder) else None
        if about is not None:
            case = case_of(harder)
            plant_id, part_id = about
            milder = case._replace(plant_id=plant_id, part_id=part_id, level=Level.CS1.value)
            found[milder] = case
    return found


def case_of_evidence(judgement: Judgement) -> Case:
    """Return what a judgement is about by its rule, whichever case it has hit."""
    return Case(
        judgement.supplier_id,
        judgement.plant_id,
        judgement.part_id,
        judgement.metric,
        judgement.level,
    )


def case_of(episode: Episode) -> Case:
    """Return what the episode is about."""
    return Case(
        episode.supplier_id, episode.plant_id, episode.part_id, episode.metric, episode.level
    )


@dataclass(kw_only=True)
class Plan:
    """What a month's fresh judgements ask for, case by case.

    `to_end` are the open cases whose controlled shipping is over where one is to be raised.
    """

    to_raise: dict[Case, Judgement] = field(default_factory=dict)
    to_end: dict[Case, Episode] = field(default_factory=dict)
    to_join: list[tuple[Episode, Judgement]] = field(default_factory=list)
    to_renew: list[tuple[EpisodeHit, Judgement, bool]] = field(default_factory=list)
    vanished: list[tuple[Episode, Judgement]] = field(default_factory=list)
    to_approve: list[tuple[Episode, Judgement]] = field(default_factory=list)


def plan(judged: JudgedMonth, register: Register) -> Plan:
    """Compare the judgements with what is open and has been hit already."""
    asked = Plan()
    for case, (judgement, firing) in _where_it_goes_on(judged, register).items():
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


def _where_it_goes_on(
    judged: JudgedMonth, register: Register
) -> dict[Case, tuple[Judgement, bool]]:
    """Return by case its fresh judgement and whether it fires; a level 1's with its level 2.

    A month that had hit the level 1 before it was taken over stays with it. A hit of the level 2
    that the level 1's rule still calls for is left alone by the level 2's own.
    """
    found = {
        case: (judgement, case in judged.firing)
        for case, judgement in evidence_by_case(judged).items()
    }
    coming = {
        case
        for case, (judgement, firing) in found.items()
        if case.level == Level.CS2.value
        and firing
        and _raises_by_itself(judgement)
        and register.hit(case) is None
    }
    fresh = {case: judgement for case, (judgement, _firing) in found.items()}
    lanes = _lanes_of_breaches(found, register)
    onto = {
        case: harder
        for case in {*found, *judged.firing}
        if (harder := register.goes_on_in(case, coming=coming, lanes=lanes.get(case))) != case
        and register.hit(case) is None
    }
    for case in [case for case in found if case in onto]:
        judgement, firing = found.pop(case)
        own = found.get(onto[case])
        if own is None or (firing and not own[1]):
            found[onto[case]] = judgement, firing
    for case, made_of in lanes.items():
        left = register.left_by(case, made_of)
        if left is not None:
            found.setdefault(left, (fresh[case], False))
    still = {onto[case] for case in judged.firing if case in onto}
    return {
        case: (judgement, firing)
        for case, (judgement, firing) in found.items()
        if firing or case not in still or register.hit(case) is None
    }


def _lanes_of_breaches(
    found: Mapping[Case, tuple[Judgement, bool]], register: Register
) -> dict[Case, list[LaneKey]]:
    """Return what the breaches are made of that a level 2 whose parts were named may cover."""
    held = {case.supplier_id for case in register.named}
    asked = {
        case: judgement
        for case, (judgement, firing) in found.items()
        if firing and case.level in SHIPPING_LEVELS and case.supplier_id in held
    }
    lanes = lanes_of_breaches(asked.values())
    return {case: lanes[judgement.pk] for case, judgement in asked.items()}


def evidence_by_case(judged: JudgedMonth) -> dict[Case, Judgement]:
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
