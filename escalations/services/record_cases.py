"""The cases that single rejects raise, join or no longer call for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from escalations import reasons
from escalations.enums import Audience, MessageEvent
from escalations.models import Episode, EpisodeStep, RecordHit, RecordJudgement, Rule, Series
from escalations.models.shipping import SHIPPING_LEVELS
from escalations.queries.days import day_at
from escalations.queries.facts import fact_rows
from escalations.queries.forbidding import holding, is_released
from escalations.services.beside import call_for
from escalations.services.joining import add_steps
from escalations.services.joining import changes as join_changes
from escalations.services.measures import raise_measures
from escalations.services.numbers import numbers_on
from escalations.services.record_belonging import (
    case_of,
    hits_about,
    is_beside,
    is_left_out,
    where_it_goes_on,
)
from escalations.services.steps import StepWriter
from escalations.services.superseding import supersede
from escalations.services.telling import Change, proposed, tell
from escalations.services.vanishing import decline_vanished, declined
from escalations.services.widening import Breached, widen
from escalations.workflow import IN_WORK, Action, Actor, Level, State
from scorecards.periods import Month
from suppliers.models import Reject

ENGINE = (Actor.ENGINE.value,)


@dataclass(kw_only=True)
class RecordCases:
    """Collects what a batch of rejects changed; `finish` adds measures and messages."""

    raised: list[EpisodeStep] = field(default_factory=list)
    proposed: list[EpisodeStep] = field(default_factory=list)
    reviewed: list[EpisodeStep] = field(default_factory=list)
    declined: list[EpisodeStep] = field(default_factory=list)
    before: dict[int, str] = field(default_factory=dict)
    inspected: dict[Episode, list[Breached]] = field(default_factory=dict)
    joined: dict[int, list[RecordJudgement]] = field(default_factory=dict)

    def __iadd__(self, other: "RecordCases") -> Self:
        """Add another batch's cases to these."""
        self.raised += other.raised
        self.proposed += other.proposed
        self.reviewed += other.reviewed
        self.declined += other.declined
        self.before |= other.before
        for case, breached in other.inspected.items():
            self.inspected.setdefault(case, []).extend(breached)
        for episode, rows in other.joined.items():
            self.joined.setdefault(episode, []).extend(rows)
        return self

    def hit(self, row: RecordJudgement, rule: Rule, reject: Reject, *, at: datetime) -> None:
        """Join the open case of what the rule is about, or begin one.

        A reject that was corrected leaves the case it no longer belongs to.
        """
        case = case_of(row, rule, reject)
        hits = RecordHit.objects.filter(rule=rule, reject=reject, breaching=True)
        stays = hits.filter(**hits_about(case, rule))
        if not stays.exists() or is_left_out(case, reject, stays):
            case = where_it_goes_on(case, reject, rule)
            stays = hits.filter(**hits_about(case, rule))
        for hit in hits.exclude(pk__in=stays.values("pk")).select_related("episode"):
            self._leave(hit, reasons.record_moved(hit.judgement), at=at)
        if stays.exists():
            stays.update(judgement=row)
            for hit in stays.select_related("episode"):
                self._inspect(hit.episode, row)
            return
        rows = Episode.objects.filter(**case).unfinished()
        episode = rows.select_for_update(of=("self",)).first()
        if episode is None or is_released(episode):
            episode = self._begin(case, row, rule, at=at, instead_of=episode)
        else:
            self._join(episode, row, rule, at=at)
            self._inspect(episode, row)
        RecordHit.objects.update_or_create(
            episode=episode,
            rule=rule,
            reject=reject,
            defaults={"judgement": row, "breaching": True, "joined_at": at},
        )

    def _inspect(self, episode: Episode, row: RecordJudgement) -> None:
        """Have the reject's part inspected by its case too, if that may take it in."""
        if episode.level not in SHIPPING_LEVELS:
            return
        month = Month.of(row.detected_on).first_day
        lanes = [(row.part_id, row.plant_id)]
        breached = Breached(month=month, lanes=lanes, rows=fact_rows([row]))
        self.inspected.setdefault(episode, []).append(breached)

    def vanish(self, row: RecordJudgement, *, at: datetime) -> None:
        """Put a case under review once none of its rejects calls for it any more.

        Another supplier's judgement is never the evidence of a case.
        """
        hits = RecordHit.objects.filter(reject=row.reject_id, rule=row.rule_id)
        for hit in hits.select_related("episode", "judgement"):
            if hit.episode.supplier_id == row.supplier_id:
                hit.judgement = row
                self._leave(hit, reasons.record_vanished(row), at=at)
            elif hit.breaching:
                self._leave(hit, reasons.record_moved(hit.judgement), at=at)

    def finish(self, *, at: datetime) -> None:
        """Raise the measures of what holds now and tell whom it concerns."""
        raise_measures([step.episode for step in self.raised], at=at)
        widen(self.inspected, at=at)
        joined = add_steps(self.joined, at=at)
        begun = {step.episode_id for step in (*self.raised, *self.proposed)}
        changes = [self._raise_change(step, joined) for step in self.raised]
        reviews = [
            Change(
                event=MessageEvent.REVIEW,
                steps=(step,),
                level_before=step.episode.level,
                level_after=step.episode.level,
            )
            for step in self.reviewed
        ]
        others = [
            *join_changes(joined, begun=begun),
            *(declined(step) for step in self.declined),
        ]
        tell([*changes, *self._proposals(joined), *reviews, *others], at=at)

    def _proposals(self, joined: Mapping[int, list[EpisodeStep]]) -> list[Change]:
        """Tell who approves; of an escape supplier quality is told by that escape's own mail."""
        escapes = [step for step in self.proposed if reasons.is_escape(step)]
        others = [step for step in self.proposed if not reasons.is_escape(step)]
        changes = [*proposed(others), *proposed(escapes, audiences=[Audience.MANAGER])]
        return [
            replace(one, steps=(one.lead, *joined.get(one.lead.episode_id, ()))) for one in changes
        ]

    def _leave(self, hit: RecordHit, because: reasons.Facts, *, at: datetime) -> None:
        """Let a hit call for its case no more; the last one puts the case under review."""
        hit.breaching = False
        hit.save()
        episode = Episode.objects.select_for_update(of=("self",)).get(pk=hit.episode_id)
        still = RecordHit.objects.filter(episode=episode, breaching=True).exists()
        still = still or episode.hits.filter(breaching=True).exists()
        if State(episode.state) in IN_WORK and not still:
            steps = StepWriter.for_episodes([episode], at=at)
            step = steps.move(episode, Action.REVIEW, roles=ENGINE, because=because)
            steps.save()
            self.reviewed.append(step)
        elif not still:
            steps = StepWriter.for_episodes([episode], at=at)
            taken_back = decline_vanished(episode, steps, because=because)
            steps.save()
            self.declined += [] if taken_back is None else [taken_back]

    def _raise_change(self, step: EpisodeStep, joined: Mapping[int, list[EpisodeStep]]) -> Change:
        """One mail for a case and what joined it in the same batch."""
        before, level = self.before.get(step.episode_id, ""), step.episode.level
        harder = before and Level(before).outranks(Level(level))
        return Change(
            event=MessageEvent.RAISED,
            steps=(step, *joined.get(step.episode_id, ())),
            level_before=before,
            level_after=before if harder else level,
        )

    def _begin(
        self,
        case: dict[str, Any],
        row: RecordJudgement,
        rule: Rule,
        *,
        at: datetime,
        instead_of: Episode | None,
    ) -> Episode:
        raised_on = day_at(row.plant, at)
        (number,) = numbers_on(Series.EPISODE, [raised_on])
        month = Month.of(row.detected_on).first_day
        before = _hardest(case)
        told = "" if rule.needs_approval else number
        supersede([(instead_of, told)] if instead_of else [], at=at)
        episode: Episode = Episode.objects.create(
            **case,
            number=number,
            state=(State.PROPOSED if rule.needs_approval else State.OPEN).value,
            approver=rule.approval_role,
            raised_on=raised_on,
            raised_at=at,
            first_month=month,
            last_month=month,
        )
        if episode.is_proposed and is_beside(episode, row, rule):
            call_for(episode, [(row.part_id, row.plant_id)])
        steps = StepWriter.for_episodes([], at=at)
        action = Action.PROPOSE if rule.needs_approval else Action.RAISE
        step = steps.begin(episode, roles=ENGINE, action=action, because=reasons.record(row))
        steps.save()
        (self.proposed if rule.needs_approval else self.raised).append(step)
        self.before[episode.pk] = before
        return episode

    def _join(self, episode: Episode, row: RecordJudgement, rule: Rule, *, at: datetime) -> None:
        month = Month.of(row.detected_on).first_day
        episode.first_month = min(episode.first_month, month)
        episode.last_month = max(episode.last_month, month)
        episode.save()
        steps = StepWriter.for_episodes([episode], at=at)
        because = reasons.record(row)
        if episode.is_proposed and not rule.needs_approval:
            self.before[episode.pk] = _hardest(
                {"supplier_id": episode.supplier_id, "metric": episode.metric}
            )
            step = steps.move(episode, Action.APPROVE, roles=ENGINE, because=because)
            steps.save()
            self.raised.append(step)
        elif not RecordHit.objects.filter(
            episode=episode, reject=row.reject_id, breaching=True
        ).exists():
            self.joined.setdefault(episode.pk, []).append(row)


def _hardest(case: dict[str, Any]) -> str:
    rows = holding([case["supplier_id"]]).filter(metric=case["metric"])
    levels = [Level(level) for level in rows.values_list("level", flat=True)]
    return max(levels, key=lambda level: level.rank).value if levels else ""
