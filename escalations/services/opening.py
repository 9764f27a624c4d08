"""Cases that a person begins from nothing: a complaint by phone, a finding of an audit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from escalations.enums import SUBJECTS, MessageEvent
from escalations.models import Episode, Finding, Series
from escalations.queries.days import day_at
from escalations.queries.forbidding import holding, is_released
from escalations.queries.level_2 import level_2_covering
from escalations.queries.named_parts import left_beside
from escalations.queries.shipping_lanes import LaneKey
from escalations.queries.stops import stop_over
from escalations.services.conflicts import (
    CaseOpenError,
    HeldAtLevel2Error,
    OpenForOtherPartsError,
)
from escalations.services.holding import hold
from escalations.services.measures import raise_measures
from escalations.services.numbers import numbers_on
from escalations.services.proposals import propose
from escalations.services.steps import StepWriter
from escalations.services.superseding import locked_if_released, supersede
from escalations.services.telling import Change, tell
from escalations.transitions import transition
from escalations.workflow import LEVELS_TO_PROPOSE, Action, Level
from scorecards.periods import Month
from suppliers import access
from suppliers.models import DefectCode, Part, Plant, Supplier, User

# What one engineer may ask for alone; whatever is harder waits for the quality manager.
AT_ONCE: Final = (Level.EIGHT_D, Level.CS1)


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """A case to begin: for whom, at which level, about what, and why.

    It is about one part, or one plant, where exactly one is named, else about all of the
    supplier's. Controlled shipping may name parts at plants of their own (`lanes`), instead of
    parts at one plant, and its terms.
    """

    supplier: Supplier
    level: Level
    metric: str
    found: str
    reason: str
    plant: Plant | None = None
    parts: Sequence[Part] = ()
    lanes: Sequence[tuple[Part, Plant | None]] = ()
    terms: Mapping[str, Any] = field(default_factory=dict)
    defect_code: DefectCode | None = None
    severity: str = ""

    @property
    def covered(self) -> list[tuple[Part, Plant | None]]:
        """The parts at their plants; without a plant at every one."""
        return list(dict.fromkeys(self.lanes)) or [(part, self.plant) for part in self.parts]

    @property
    def lane_keys(self) -> list[LaneKey]:
        """The same by their ids."""
        return [(part.pk, plant.pk if plant else None) for part, plant in self.covered]

    @property
    def scope(self) -> dict[str, Any]:
        """What one open case at most is about."""
        parts = {part for part, _plant in self.covered}
        plants = {plant for _part, plant in self.covered} or {self.plant}
        return {
            "supplier": self.supplier,
            "plant": plants.pop() if len(plants) == 1 else None,
            "part": parts.pop() if len(parts) == 1 else None,
            "metric": self.metric,
            "level": self.level.value,
        }

    @property
    def facts(self) -> list[dict[str, Any]]:
        """The parts that were named, as a breach has them; nothing was counted."""
        code = self.defect_code
        defects = [] if code is None else [{"code": code.code, "name": code.name, "counted": ""}]
        return [
            {
                "part": part.number,
                "part_name": part.name,
                "plant": "" if plant is None else plant.code,
                "counted": "",
                "received": "",
                "defects": defects,
            }
            for part, plant in self.covered
        ]


@transaction.atomic
def open_case(*, new: NewCase, by: User, at: datetime) -> Episode:
    """Begin a case as a person; a level above controlled shipping level 1 is only proposed.

    The same table, measures and messages as for a case of the engine's.

    Raises:
        ValidationError: by field, what is wrong and how to mend it.
        CaseOpenError: there is an open case of this scope, metric and level.
        HeldAtLevel2Error: a level 1 of what level 2 covers.
        HeldTwiceError: a level 2 of what another level 2 covers.
        ForbiddenTransitionError: this person may begin none.
    """
    at_once = new.level in AT_ONCE
    action = Action.RAISE if at_once else Action.PROPOSE
    transition(action=action, state=None, roles=_roles(by), level=new.level, reason=new.reason)
    _check(new)
    if new.level in {Level.CS1, Level.STOP_SHIP}:
        hold([new.supplier.pk])
    if new.level is Level.CS1:
        _demand_not_at_level_2(new)
    if new.level is Level.STOP_SHIP:
        _demand_not_stopped(new)
    _demand_none_open(new.scope, lanes=new.lane_keys)
    if at_once:
        episode = _raise_by_hand(scope=new.scope, reason=new.reason, by=by, at=at)
    else:
        episode = _proposed(new, by=by, at=at)
    Finding.objects.create(
        episode=episode,
        text=new.found.strip(),
        severity=new.severity,
        facts=new.facts,
        terms=dict(new.terms),
    )
    if at_once:
        raise_measures([episode], at=at, by=by, reason=new.reason)
    return episode


def begun_by(episode: Episode, *, new: NewCase, by: User) -> bool:
    """Whether this person has begun an open case with these very words before: sent twice."""
    finding = Finding.objects.filter(episode=episode).first()
    if finding is None:
        return False
    first = episode.steps.order_by("number").first()
    same = (finding.text, finding.severity, finding.facts, finding.terms) == (
        new.found.strip(),
        new.severity,
        new.facts,
        dict(new.terms),
    )
    return same and first is not None and (first.by, first.reason) == (by, new.reason.strip())


def _raise_by_hand(*, scope: Mapping[str, Any], reason: str, by: User, at: datetime) -> Episode:
    """Begin a case that holds at once, and tell of it; the measure is the caller's to add.

    Raises:
        CaseOpenError: somebody else was quicker.
        ForbiddenTransitionError: this person may begin none.
    """
    today = day_at(scope["plant"], at)
    month = Month.of(today).first_day
    before = _hardest(scope)
    steps = StepWriter.for_episodes([], at=at)
    try:
        with transaction.atomic():
            over = locked_if_released(scope)
            (number,) = numbers_on(Series.EPISODE, [today])
            supersede([(over, number)] if over else [], at=at)
            episode: Episode = Episode.objects.create(
                **scope,
                number=number,
                raised_on=today,
                raised_at=at,
                first_month=month,
                last_month=month,
            )
    except IntegrityError:
        _demand_none_open(scope)
        raise
    step = steps.begin(episode, roles=_roles(by), by=by, reason=reason)
    steps.save()
    level = Level(episode.level)
    after = level if before is None or level.outranks(before) else before
    change = Change(
        event=MessageEvent.RAISED,
        steps=(step,),
        level_before="" if before is None else before.value,
        level_after=after.value,
    )
    tell([change], at=at)
    return episode


def _proposed(new: NewCase, *, by: User, at: datetime) -> Episode:
    episode = propose(
        supplier=new.supplier,
        plant=new.scope["plant"],
        part=new.scope["part"],
        metric=new.metric,
        level=new.level,
        because=new.reason,
        by=by,
        at=at,
        lanes=new.lane_keys,
    )
    if episode.raised_at != at:
        raise CaseOpenError(episode)
    return episode


def _check(new: NewCase) -> None:
    problems = {}
    if new.level not in LEVELS_TO_PROPOSE:
        problems["level"] = _("A watch comes of the running month alone; choose another level.")
    if new.metric not in SUBJECTS:
        problems["metric"] = _("Choose what the case is about.")
    if not new.found.strip():
        problems["found"] = _("Say what was found; the supplier has to answer it.")
    if not new.reason.strip():
        problems["reason"] = _("Say why; it stays with the case and the supplier reads it.")
    if new.level in {Level.CS1, Level.CS2} and not new.covered:
        problems["parts"] = _("Name at least one part: it is what has to be inspected.")
    if new.level is Level.STOP_SHIP and new.scope["part"] is None:
        problems["parts"] = _("Name one part: each is stopped, and lifted, by a case of its own.")
    if problems:
        raise ValidationError(problems)


def _demand_not_at_level_2(new: NewCase) -> None:
    held = level_2_covering(new.lane_keys, supplier_id=new.supplier.pk, metric=new.metric)
    if held is not None:
        raise HeldAtLevel2Error(held)


def _demand_not_stopped(new: NewCase) -> None:
    part, plant = new.scope["part"], new.scope["plant"]
    held = stop_over(
        supplier_id=new.supplier.pk, part_id=part.pk, plant_id=plant.pk if plant else None
    )
    if held is not None:
        raise CaseOpenError(held)


def _demand_none_open(scope: Mapping[str, Any], *, lanes: Sequence[LaneKey] = ()) -> None:
    found = Episode.objects.filter(**scope).unfinished().first()
    if found is None or is_released(found):
        return
    if scope["part"] is None and lanes and len(left_beside(found, lanes)) == len(lanes):
        raise OpenForOtherPartsError(found)
    raise CaseOpenError(found)


def _hardest(scope: Mapping[str, Any]) -> Level | None:
    rows = holding([scope["supplier"].pk]).filter(metric=scope["metric"])
    levels = [Level(level) for level in rows.values_list("level", flat=True)]
    return max(levels, key=lambda level: level.rank, default=None)


def _roles(by: User) -> list[str]:
    return [role.value for role in access.standing(by).roles]
