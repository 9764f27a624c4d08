"""Turning one month's judgements into episodes: raised, joined or put under review."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from escalations import reasons, wording
from escalations.enums import MessageEvent
from escalations.models import Covering, Episode, EpisodeHit, EpisodeStep, Judgement, Series
from escalations.models.shipping import SHIPPING_LEVELS
from escalations.queries.days import days_at
from escalations.services.holding import hold
from escalations.services.joining import add_months, changes
from escalations.services.judging import Case, JudgedMonth
from escalations.services.measures import raise_measures
from escalations.services.numbers import numbers_on
from escalations.services.planning import Plan, plan
from escalations.services.register import Register, case_of
from escalations.services.steps import StepWriter
from escalations.services.superseding import supersede
from escalations.services.telling import Change, proposed, tell
from escalations.services.vanishing import decline_vanished, declined
from escalations.services.widening import by_judgement, widen, widen_by_hits
from escalations.workflow import IN_WORK, Action, Actor, Level, State

ENGINE = (Actor.ENGINE.value,)


@dataclass(frozen=True, kw_only=True)
class MonthChanges:
    """What a month's judgements changed."""

    raised: Sequence[Episode] = field(default_factory=list)
    joined: Sequence[EpisodeHit] = field(default_factory=list)
    reviewed: Sequence[Episode] = field(default_factory=list)
    proposed: Sequence[Episode] = field(default_factory=list)
    lapsed: Sequence[Episode] = field(default_factory=list)


def apply(*, judged: JudgedMonth, at: datetime) -> MonthChanges:
    """Raise, join and put under review as a month's fresh judgements ask for."""
    lapsed = [] if judged.early else lapse_watches(judged, at=at)
    if not judged.fresh:
        return MonthChanges(lapsed=lapsed)
    suppliers = {judgement.supplier_id for judgement in judged.fresh}
    hold({case.supplier_id for case in judged.firing if case.level in SHIPPING_LEVELS})
    register = Register.locked(month=judged.month.first_day, supplier_ids=suppliers)
    asked = plan(judged, register)
    before = register.hardest_levels()
    steps = StepWriter.for_episodes(_moving(asked), at=at)
    _renew(asked)
    joined = _join(asked, at=at)
    hit_again = add_months(_by_themselves(asked), steps)
    reviews = [] if judged.early else _review(asked, steps)
    taken_back = _take_back(asked, steps)
    approvals = _approve(asked, steps)
    begun = _raise(asked, steps, at=at)
    steps.save()
    _note_covered(asked, register, [step.episode for step in begun])
    raises = [*approvals, *(step for step in begun if step.episode.is_in_force)]
    proposals = [step for step in begun if step.episode.is_proposed]
    raised = [step.episode for step in raises]
    raise_measures(raised, at=at)
    _have_inspected(asked, register, [step.episode for step in begun], at=at)
    widen_by_hits([step.episode for step in approvals], at=at)
    tell(
        [
            *_raise_changes(raises, before),
            *proposed(proposals),
            *_review_changes(reviews),
            *(declined(step) for step in taken_back),
            *changes(hit_again, begun=_told_already(asked, raises)),
        ],
        at=at,
    )
    return MonthChanges(
        raised=raised,
        joined=joined,
        reviewed=[step.episode for step in reviews],
        proposed=[step.episode for step in proposals],
        lapsed=lapsed,
    )


def lapse_watches(judged: JudgedMonth, *, at: datetime) -> list[Episode]:
    """End the watches whose month has been judged for good, whatever that gave."""
    rows = Episode.objects.filter(
        level=Level.WATCH.value, last_month__lte=judged.month.first_day
    ).unfinished()
    if judged.supplier_ids is not None:
        rows = rows.filter(supplier__in=judged.supplier_ids)
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    ending = [episode for episode in found if case_of(episode) not in judged.firing]
    steps = StepWriter.for_episodes(ending, at=at)
    for episode in ending:
        steps.move(episode, Action.LAPSE, roles=ENGINE, because=reasons.lapsed(judged.month))
    steps.save()
    return ending


def _moving(asked: Plan) -> list[Episode]:
    return [episode for episode, _judgement in (*asked.to_join, *asked.vanished, *asked.to_approve)]


def _renew(asked: Plan) -> None:
    """Point the month's hits at their newest evidence; the older judgements stay."""
    for hit, judgement, firing in asked.to_renew:
        hit.judgement, hit.breaching = judgement, firing
    EpisodeHit.objects.bulk_update(
        [hit for hit, _judgement, _firing in asked.to_renew],
        ["judgement", "breaching"],
        batch_size=1_000,
    )


def _join(asked: Plan, *, at: datetime) -> list[EpisodeHit]:
    hits = [_hit(episode, judgement, at) for episode, judgement in asked.to_join]
    EpisodeHit.objects.bulk_create(hits)
    for episode, judgement in asked.to_join:
        episode.first_month = min(episode.first_month, judgement.month)
        episode.last_month = max(episode.last_month, judgement.month)
    Episode.objects.bulk_update(
        [episode for episode, _judgement in asked.to_join],
        ["first_month", "last_month"],
        batch_size=1_000,
    )
    return hits


def _by_themselves(asked: Plan) -> list[tuple[Episode, Judgement]]:
    """Return what joins a case; a proposal that holds from now on is raised by it instead."""
    approved = {episode.pk for episode, _judgement in asked.to_approve}
    return [one for one in asked.to_join if one[0].pk not in approved]


def _told_already(asked: Plan, raised: Sequence[EpisodeStep]) -> set[int]:
    """Return the cases of a supplier and metric for which the month raised another level too.

    The mail of that level gives the figure, and says that what is open goes on.
    """
    subjects = {(step.episode.supplier_id, step.episode.metric) for step in raised}
    joined = [episode for episode, _judgement in asked.to_join]
    return {one.pk for one in joined if (one.supplier_id, one.metric) in subjects}


def _hit(episode: Episode, judgement: Judgement, at: datetime) -> EpisodeHit:
    return EpisodeHit(episode=episode, month=judgement.month, judgement=judgement, joined_at=at)


def _review(asked: Plan, steps: StepWriter) -> list[EpisodeStep]:
    """Nothing is cancelled silently: somebody looks at the case whose breach is gone."""
    return [
        steps.move(
            episode,
            Action.REVIEW,
            roles=ENGINE,
            reason=wording.vanished_sentence(judgement),
            judgement=judgement,
        )
        for episode, judgement in asked.vanished
        if State(episode.state) in IN_WORK
    ]


def _take_back(asked: Plan, steps: StepWriter) -> list[EpisodeStep]:
    """Nobody is asked to decide what no month calls for any more."""
    found = (
        decline_vanished(
            episode,
            steps,
            reason=wording.vanished_sentence(judgement),
            judgement=judgement,
        )
        for episode, judgement in asked.vanished
    )
    return [step for step in found if step is not None]


def _approve(asked: Plan, steps: StepWriter) -> list[EpisodeStep]:
    """A rule that needs no approval makes the proposal of the same level hold."""
    return [
        steps.move(episode, Action.APPROVE, roles=ENGINE, judgement=judgement)
        for episode, judgement in asked.to_approve
    ]


def _raise(asked: Plan, steps: StepWriter, *, at: datetime) -> list[EpisodeStep]:
    cases = _in_order(asked.to_raise)
    days = days_at([case.plant_id for case, _judgement in cases], at)
    numbers = numbers_on(Series.EPISODE, [days[case.plant_id] for case, _judgement in cases])
    numbered = list(zip(numbers, cases, strict=True))
    supersede(
        [
            (asked.to_end[case], "" if judgement.proposes else number)
            for number, (case, judgement) in numbered
            if case in asked.to_end
        ],
        at=at,
    )
    episodes = [
        Episode(
            number=number,
            supplier_id=case.supplier_id,
            plant_id=case.plant_id,
            part_id=case.part_id,
            metric=case.metric,
            level=case.level,
            state=(State.PROPOSED if judgement.proposes else State.OPEN).value,
            approver=judgement.rule.approval_role if judgement.proposes else "",
            judgement=judgement,
            raised_on=days[case.plant_id],
            raised_at=at,
            first_month=judgement.month,
            last_month=judgement.month,
        )
        for number, (case, judgement) in numbered
    ]
    Episode.objects.bulk_create(episodes)
    EpisodeHit.objects.bulk_create(
        _hit(episode, episode.judgement, at) for episode in episodes if episode.judgement
    )
    return [_begin(episode, steps) for episode in episodes]


def _note_covered(asked: Plan, register: Register, begun: Sequence[Episode]) -> None:
    """Keep which case covers what a trigger called for that began nothing."""
    cases = register.open | {case_of(episode): episode for episode in begun}
    found = []
    for judgement, case in asked.covered:
        hit = register.hit(case)
        episode = cases.get(case) or (None if hit is None else hit.episode)
        if episode is not None:
            found.append(Covering(judgement=judgement, episode=episode))
    Covering.objects.bulk_create(found, batch_size=1_000)


def _have_inspected(
    asked: Plan, register: Register, begun: Sequence[Episode], *, at: datetime
) -> None:
    """Add what breached to the cases it belongs to, where no letter has fixed their parts."""
    cases = register.open | {case_of(episode): episode for episode in begun}
    widen(
        {
            cases[case]: by_judgement(lanes)
            for case, lanes in asked.lanes.items()
            if case in cases and case.level in SHIPPING_LEVELS and register.takes_more(case)
        },
        at=at,
    )


def _begin(episode: Episode, steps: StepWriter) -> EpisodeStep:
    if not episode.is_proposed or episode.judgement is None:
        return steps.begin(episode, roles=ENGINE)
    reason = wording.figure_sentences(episode.judgement)
    return steps.begin(episode, roles=ENGINE, action=Action.PROPOSE, reason=reason)


def _in_order(cases: Mapping[Case, Judgement]) -> list[tuple[Case, Judgement]]:
    """Milder levels first, so that an 8D's number precedes its controlled shipping's."""
    return sorted(
        cases.items(),
        key=lambda item: (item[0].supplier_id, item[0].metric, Level(item[0].level).rank),
    )


def _raise_changes(
    steps: Sequence[EpisodeStep], before: Mapping[tuple[int, str], Level]
) -> list[Change]:
    """One change per supplier and metric: the hardest level leads, the others are named."""
    together: dict[tuple[int, str], list[EpisodeStep]] = defaultdict(list)
    for step in steps:
        together[step.episode.supplier_id, step.episode.metric].append(step)
    return [
        Change.raised(group, before=before[key].value if key in before else "")
        for key, group in together.items()
    ]


def _review_changes(steps: Collection[EpisodeStep]) -> list[Change]:
    return [
        Change(
            event=MessageEvent.REVIEW,
            steps=(step,),
            level_before=step.episode.level,
            level_after=step.episode.level,
        )
        for step in steps
    ]
