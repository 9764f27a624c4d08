"""Publishing a month and restating a published one; nothing published is ever changed."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from scorecards.codec import encode
from scorecards.models import Scorecard, ScorecardDocument, WorkState
from scorecards.models.scorecard import SHORTEST_REASON
from scorecards.periods import Month
from scorecards.queries.overview import SupplierOverview, supplier_overview
from scorecards.queries.published import (
    last_ended_month,
    newest_scorecard,
    published_overview,
    suppliers_with_activity,
)
from scorecards.rollup.stillness import hold_still, waiting_keys
from scorecards.scoring import Score
from scorecards.snapshots import Difference, differences, seal, sha256
from suppliers.models import Supplier, User


class PublicationError(Exception):
    """Why a month cannot be published or restated; the message is for the user."""


class MonthNotOverError(PublicationError):
    """The month still runs in one of the plants."""


class FiguresStaleError(PublicationError):
    """Facts changed that are not yet in the figures."""


class NotPublishedError(PublicationError):
    """There is no version that could be restated."""


class NothingToRestateError(PublicationError):
    """The published version says what a new one would say."""


class ReasonMissingError(PublicationError):
    """A restatement needs a reason that readers understand later."""


@dataclass(kw_only=True)
class Publication:
    """What publishing a month did.

    `published` are new scorecards; `unchanged` suppliers were published before with the same
    counts; `changed` were published before with other counts and were left as they are.
    """

    month: Month
    published: list[Scorecard] = field(default_factory=list)
    unchanged: list[Supplier] = field(default_factory=list)
    changed: list[tuple[Supplier, tuple[Difference, ...]]] = field(default_factory=list)
    without_activity: list[Supplier] = field(default_factory=list)


def publish_month(
    *,
    month: Month,
    by: User | None,
    at: datetime,
    suppliers: QuerySet[Supplier] | None = None,
) -> Publication:
    """Freeze a scorecard for every supplier with activity in the month's twelve months.

    Each supplier is a transaction of its own, so that a long month can be interrupted and
    repeated: what is published stays and is not published again.

    Args:
        month: a month that is over.
        by: who publishes; None for an operator at the console.
        at: now; becomes publication time and data cut-off.
        suppliers: only these; None for all.

    Raises:
        MonthNotOverError: when the month still runs in one plant's time zone.
        FiguresStaleError: when changed facts wait for the roll-up; drain, then repeat.
    """
    demand_over(month, at=at)
    done = Publication(month=month)
    active = suppliers_with_activity(month, among=suppliers)
    if suppliers is not None:
        done.without_activity = list(suppliers.exclude(pk__in=active.values("pk")))
    for supplier in active.order_by("code").iterator():
        publish_supplier(supplier, month=month, by=by, at=at, done=done)
    return done


def demand_over(month: Month, *, at: datetime) -> None:
    """Raise MonthNotOverError unless the month is over everywhere."""
    if month > last_ended_month(at=at):
        raise MonthNotOverError(
            _("%(month)s is not over yet in every plant; it can be published from the day after.")
            % {"month": month}
        )


@transaction.atomic
def publish_supplier(
    supplier: Supplier, *, month: Month, by: User | None, at: datetime, done: Publication
) -> None:
    """Publish one supplier's month, or find that it is published; the outcome goes to `done`."""
    overview = _settled_overview(supplier, month)
    published = newest_scorecard(supplier=supplier, month=month)
    if published is None:
        done.published.append(_append(overview, supplier=supplier, version=1, by=by, at=at))
    elif changes := differences(published_overview(published), overview):
        done.changed.append((supplier, changes))
    else:
        done.unchanged.append(supplier)


@transaction.atomic
def restate(
    *, supplier: Supplier, month: Month, reason: str, by: User | None, at: datetime
) -> Scorecard:
    """Publish the next version of a published month, with its reason and what changed.

    Raises:
        ReasonMissingError: for a reason of fewer than ten characters.
        NotPublishedError: when there is no version yet.
        NothingToRestateError: when figures and targets are as published.
        FiguresStaleError: when changed facts wait for the roll-up.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonMissingError(
            _("Give a reason of at least %(count)d characters.") % {"count": SHORTEST_REASON}
        )
    overview = _settled_overview(supplier, month)
    published = newest_scorecard(supplier=supplier, month=month)
    if published is None:
        raise NotPublishedError(_("%(month)s is not published.") % {"month": month})
    before = published_overview(published)
    if _lasting(before, scored=before.score) == _lasting(overview, scored=before.score):
        raise NothingToRestateError(
            _("Nothing has changed since version %(version)d.") % {"version": published.version}
        )
    scorecard = _append(
        overview,
        supplier=supplier,
        version=published.version + 1,
        by=by,
        at=at,
        reason=reason.strip(),
        changes=differences(before, overview),
    )
    _mark_superseded(published, by_version=scorecard.version, at=at)
    return scorecard


def _settled_overview(supplier: Supplier, month: Month) -> SupplierOverview:
    """Read the figures while nothing can change them, refusing when they are behind the facts."""
    hold_still(supplier.pk)
    if waiting := waiting_keys(supplier_id=supplier.pk, until=month):
        raise FiguresStaleError(
            _(
                "%(count)d months of %(supplier)s have changed and are not recomputed yet. "
                "Publish again when the roll-up has caught up (./run manage rollup)."
            )
            % {"count": waiting, "supplier": supplier.code}
        )
    return supplier_overview(supplier=supplier, month=month)


def _lasting(overview: SupplierOverview, *, scored: Score | None) -> SupplierOverview:
    """Leave out what goes on after publication without making it wrong.

    Of the score that are its gates; all of it where the published version has none.
    """
    score = overview.score
    lines = None if scored is None or score is None else replace(score, gates=(), grade="")
    return replace(overview, cases=(), certificates=(), score=lines)


def _append(
    overview: SupplierOverview,
    *,
    supplier: Supplier,
    version: int,
    by: User | None,
    at: datetime,
    reason: str = "",
    changes: Iterable[Difference] = (),
) -> Scorecard:
    snapshot = seal(overview, version=version, cut_off_at=at)
    scorecard: Scorecard = Scorecard.objects.create(
        supplier=supplier,
        month=overview.month.first_day,
        version=version,
        snapshot=snapshot,
        sha256=sha256(snapshot),
        cut_off_at=at,
        published_at=at,
        published_by=by,
        reason=reason,
        difference=encode(tuple(changes)),
        score=None if overview.score is None else overview.score.score,
        grade="" if overview.score is None else overview.score.grade,
    )
    ScorecardDocument.objects.create(scorecard=scorecard, next_attempt_at=at)
    return scorecard


def _mark_superseded(scorecard: Scorecard, *, by_version: int, at: datetime) -> None:
    """Have the older version's PDF drawn again, with the mark."""
    ScorecardDocument.objects.filter(scorecard=scorecard).update(
        superseded_by=by_version,
        state=WorkState.WAITING,
        attempts=0,
        next_attempt_at=at,
        error="",
    )
