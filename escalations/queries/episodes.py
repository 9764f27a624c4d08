"""Cases as the list and their own page show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch
from django.utils.translation import gettext as _

from escalations import reasons, wording
from escalations.models import (
    ControlledShipping,
    Covering,
    EightD,
    Episode,
    EpisodeHit,
    Finding,
    RecordHit,
    Rule,
)
from escalations.models.episode import EpisodeQuerySet
from escalations.queries.after_escapes import decided_apart
from escalations.queries.criteria import Criterion, criteria
from escalations.queries.eight_d_clocks import clocks_of
from escalations.queries.eight_d_dates import DateLine, date_lines
from escalations.queries.eight_d_ended import ends_with_case
from escalations.queries.episode_steps import Button, buttons, history
from escalations.queries.level_2 import taken_by, taken_once_approved, taker_of
from escalations.queries.named_parts import called_for
from escalations.queries.shipping_lanes import Lane, lanes_from
from escalations.queries.shown import Shown
from escalations.rule_wording import rule_sentence
from escalations.workflow import Level
from suppliers import access


@dataclass(frozen=True, kw_only=True)
class EpisodePage:
    """Everything an episode's page shows to one user."""

    episode: Episode
    eight_d: EightD | None
    shipping: ControlledShipping | None
    hits: Sequence[EpisodeHit]
    covered: Sequence[dict[str, Any]]
    history: Sequence[dict[str, Any]]
    buttons: Sequence[Button]
    due: Sequence[DateLine]
    others: Sequence[Episode]
    criteria: Sequence[Criterion]
    records: Sequence[RecordHit]
    finding: Finding | None
    called_for: Sequence[Lane]
    takes_over: Sequence[Episode]
    taken_over_by: Episode | None
    may_set_target: bool
    shown: Shown
    user: access.AnyUser

    @property
    def next_due(self) -> DateLine | None:
        """The first date of the 8D whose step was not handed in."""
        return next((line for line in self.due if line.clock.met_on is None), None)

    @property
    def facts(self) -> list[dict[str, Any]]:
        """Parts and quantities of the breach that raised it."""
        about = self.eight_d or self.shipping or self.finding
        return [] if about is None else self.shown.of(about.facts)

    @property
    def problem(self) -> str:
        """The problem that the 8D was raised with."""
        report = self.eight_d
        return "" if report is None else self.shown.text(reasons.problem(report), report.facts)

    @property
    def ends_with_it(self) -> str:
        """What of the 8D ends with the case, where the reader may end that."""
        ends = self.eight_d is not None and any(button.ends for button in self.buttons)
        return ends_with_case(self.eight_d) if ends and self.eight_d else ""

    @property
    def decided_apart(self) -> str:
        """How a stop or a hold stands beside the one that is decided here."""
        return decided_apart(self.episode, user=self.user) if self.buttons else ""

    @property
    def sentences(self) -> str:
        """What the figure says, or the newest reject; else why somebody began the case."""
        judgement = self.episode.judgement
        if judgement is not None:
            return wording.figure_sentences(judgement)
        if self.records:
            return reasons.said(reasons.record(self.records[0].judgement))
        return self.history[-1]["reason"] if self.history else ""

    @property
    def rule(self) -> str:
        """The rule that raised it, with its comparator."""
        return "" if self._rule is None else rule_sentence(self._rule)

    @property
    def policy(self) -> str:
        """The policy and version the rule belongs to."""
        return "" if self._rule is None else str(self._rule.version)

    @property
    def _rule(self) -> Rule | None:
        judgement = self.episode.judgement
        if judgement is not None:
            return judgement.rule
        return self.records[-1].rule if self.records else None

    @property
    def forbidden(self) -> str:
        """What is forbidden while it is open."""
        over = self.shipping is not None and not self.shipping.is_open
        if not self.episode.is_in_force:
            return ""
        return wording.forbidden("" if over else self.episode.level)

    @property
    def proposal(self) -> str:
        """Who is to approve it, while it is only proposed."""
        if not self.episode.is_proposed:
            return ""
        return _(
            "Only proposed: %(level)s holds for nobody until it is approved (%(role)s). The "
            "supplier does not see it."
        ) % {
            "level": wording.level_name(self.episode.level),
            "role": self.episode.get_approver_display(),
        }

    @property
    def terms(self) -> ControlledShipping | None:
        """The terms that a controlled shipping was asked for with, until it is entered."""
        asked = {} if self.finding is None else self.finding.terms
        if not asked or self.shipping is not None:
            return None
        return ControlledShipping(level=self.episode.level, **asked)

    @property
    def exit_criteria(self) -> str:
        """What ends the controlled shipping, or would."""
        about = self.shipping or self.terms
        return "" if about is None else wording.exit_criteria(about)


def for_list(episodes: EpisodeQuerySet) -> EpisodeQuerySet:
    """Add what a row of the list shows, in a constant number of queries."""
    newest = Prefetch(
        "hits", EpisodeHit.objects.select_related("judgement").order_by("episode", "-month")
    )
    listed: EpisodeQuerySet = (
        episodes.select_related("supplier", "plant", "part", "eightd", "controlledshipping")
        .annotate(
            hit_count=Count("hits", distinct=True),
            record_count=Count("record_hits", distinct=True),
        )
        .prefetch_related(newest)
    )
    return listed


def episode_page(episode: Episode, *, user: access.AnyUser, at: datetime) -> EpisodePage:
    """Gather an episode's page; whoever asks has fetched it through `visible_to(user)`."""
    eight_d = EightD.objects.filter(episode=episode).first()
    found = criteria(episode)
    shipping = _shipping(episode)
    before, after = _neighbours(shipping)
    if episode.is_proposed:
        before = [one.episode for one in taken_once_approved([episode]).get(episode.pk, [])]
    shown = Shown.to(user, episode.supplier_id)
    return EpisodePage(
        episode=episode,
        eight_d=eight_d,
        shipping=shipping,
        takes_over=before,
        taken_over_by=after,
        may_set_target=access.has_role(user, *access.QUALITY),
        hits=_hits(episode),
        covered=_covered(episode, shown=shown),
        history=history(episode, shown=shown),
        buttons=buttons(episode, user=user, proven=all(one.met for one in found)),
        criteria=found,
        records=_records(episode, user=user),
        shown=shown,
        user=user,
        called_for=_called_for(episode, shown=shown),
        finding=Finding.objects.filter(episode=episode).first(),
        due=_due(eight_d, at) if eight_d is not None and episode.is_open else [],
        others=list(
            Episode.objects.visible_to(user)
            .filter(supplier=episode.supplier_id)
            .exclude(pk=episode.pk)
            .unfinished()
            .hardest_first()
        ),
    )


def _shipping(episode: Episode) -> ControlledShipping | None:
    rows = ControlledShipping.objects.filter(episode=episode)
    found: ControlledShipping | None = rows.select_related(
        "follows__episode", "followed_by__episode"
    ).first()
    return found


def _neighbours(shipping: ControlledShipping | None) -> tuple[list[Episode], Episode | None]:
    """Return the case of each level 1 that it took over, and of the level 2 that took it over."""
    if shipping is None:
        return [], None
    if shipping.level == Level.CS2.value:
        return [one.episode for one in taken_by(shipping)], None
    after = taker_of(shipping)
    return [], None if after is None else after.episode


def _hits(episode: Episode) -> list[EpisodeHit]:
    rows = EpisodeHit.objects.filter(episode=episode).select_related("judgement")
    return list(rows.order_by("-month"))


def _called_for(episode: Episode, *, shown: Shown) -> list[Lane]:
    """Return what a proposal would cover that escapes at several plants have called for."""
    if not episode.is_proposed:
        return []
    return shown.lanes(sorted(lanes_from(called_for([episode]).get(episode.pk, ())), key=str))


def _covered(episode: Episode, *, shown: Shown) -> list[dict[str, Any]]:
    """Return what other rules called for that this case covers, the newest month first."""
    rows = Covering.objects.filter(episode=episode).select_related(
        "judgement__rule", "judgement__part", "judgement__plant"
    )
    found = [row.judgement for row in rows.order_by("-judgement__month", "pk")]
    return [
        {"judgement": one, "rule": rule_sentence(one.rule)}
        for one in found
        if not (one.plant and shown.hides([{"plant": one.plant.code}]))
    ]


def _records(episode: Episode, *, user: access.AnyUser) -> list[RecordHit]:
    rows = (
        RecordHit.objects.visible_to(user)
        .filter(episode=episode)
        .select_related(
            "judgement__part",
            "judgement__plant",
            "judgement__defect_code",
            "rule__version__policy",
        )
    )
    return list(rows.order_by("-judgement__detected_on", "-pk"))


def _due(eight_d: EightD, at: datetime) -> list[DateLine]:
    return date_lines(clocks_of([eight_d], at=at)[eight_d.pk])
