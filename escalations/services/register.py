"""What is known of the suppliers a month was judged for: what is open, and what it has hit."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from escalations.models import Episode, EpisodeHit, Judgement
from escalations.models.shipping import SHIPPING_LEVELS
from escalations.queries.forbidding import is_released
from escalations.queries.level_2 import taken_over_by, with_what_it_took_over
from escalations.queries.named_parts import asked_for, lanes_covered, lanes_kept
from escalations.queries.shipping_lanes import LaneKey, left_out
from escalations.services.judging import Case
from escalations.workflow import Level, State


@dataclass(kw_only=True)
class Register:
    """The open episodes and one month's hits of some suppliers.

    `covers` is by case in force what its controlled shipping covers; `named` are those among them
    that take in no more: a person has named their parts, or a letter has fixed them. `asked` is
    what was named for those that are only proposed.
    """

    open: dict[Case, Episode]
    hits: dict[Case, list[EpisodeHit]]
    taken_over: dict[Case, Case]
    covers: dict[Case, set[LaneKey]]
    kept: frozenset[Case]
    asked: dict[Case, set[LaneKey]]

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
        held = [one for one in found if one.level in SHIPPING_LEVELS and _holds(one)]
        covers, kept = lanes_covered(held), lanes_kept(held)
        waiting = [one for one in found if one.level in SHIPPING_LEVELS and one.is_proposed]
        asked = asked_for(waiting)
        return cls(
            open=open_,
            hits=hits,
            taken_over=_taken_over(found),
            covers={case_of(one): covers[one.pk] for one in held if one.pk in covers},
            kept=frozenset(case_of(one) for one in held if one.pk in kept),
            asked={case_of(one): asked[one.pk] for one in waiting if one.pk in asked},
        )

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

    def kept_for(self, case: Case) -> set[LaneKey] | None:
        """Return the parts that the open case of this scope is for, where it takes in no more.

        None where it is for all of its scope, or where none is in the way.
        """
        return self.covers[case] if case in self.kept else self.asked.get(case)

    def takes_more(self, case: Case) -> bool:
        """Whether what breaches of this case is added to its terms: nothing has fixed them."""
        return case not in self.kept and case not in self.asked

    def goes_on_in(
        self,
        case: Case,
        *,
        coming: Collection[Case] = (),
        lanes: Collection[LaneKey] | None = None,
    ) -> Case:
        """Return the one open case that a breach of this one belongs to as a whole, or its own.

        What calls for controlled shipping where that does not hold and a level 2
        does, or is `coming`, for the same or for more, belongs to that level 2; so it does where
        it took the level 1 over. Of a level 2 that takes in no more, even of that, all that
        the breach is made of has to be among them: `lanes`, None where that is not known.
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
        for harder in (*wider, self.taken_over.get(case, case)):
            holds = harder != case and (harder in coming or self.holds(harder))
            if holds and self._covers(harder, lanes):
                return harder
        return case

    def _covers(self, harder: Case, lanes: Collection[LaneKey] | None) -> bool:
        if lanes is None or harder not in self.kept:
            return True
        return bool(lanes) and not left_out(lanes, self.covers[harder])

    def carried(self) -> dict[Case, list[Case]]:
        """Return by what a judgement is about the cases whose hit of the month it is.

        Several where a breach was divided, another than its own where that one covers it.
        """
        found = defaultdict(list)
        for case in self.hits:
            hit = self.hit(case)
            if hit is not None:
                found[case_of_evidence(hit.judgement)].append(case)
        return found

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
