"""Publishing a month and restating a published one; nothing published is ever changed."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from scorecards.codec import encode
from scorecards.models import Scorecard, ScorecardDocument
from scorecards.models.scorecard import SHORTEST_REASON
from scorecards.periods import Month
from scorecards.queries.month_end import locked_from
from scorecards.queries.overview import SupplierOverview, supplier_overview
from scorecards.queries.published import (
    last_ended_month,
    newest_scorecard,
    published_overview,
    suppliers_with_activity,
)
from scorecards.rollup.stillness import hold_still, waiting_keys
from scorecards.services.sign_off import ask
from scorecards.snapshots import Changes, changes, seal, sha256
from suppliers.access import has_role
from suppliers.enums import Role
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


class LockedError(PublicationError):
    """The month is locked, and the user may not restate it any more."""


class ReasonMissingError(PublicationError):
    """A restatement needs a reason that readers understand later."""


@dataclass(kw_only=True)
class Publication:
    """What publishing a month did.

    `published` are new scorecards; `unchanged` suppliers were published before and would be
    published the same now; `changed` would be published differently and were left as they are.
    """

    month: Month
    published: list[Scorecard] = field(default_factory=list)
    unchanged: list[Supplier] = field(default_factory=list)
    changed: list[tuple[Supplier, Changes]] = field(default_factory=list)
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
    elif found := changes(published_overview(published), overview):
        done.changed.append((supplier, found))
    else:
        done.unchanged.append(supplier)


@transaction.atomic
def restate(
    *, supplier: Supplier, month: Month, reason: str, by: User | None, at: datetime
) -> Scorecard:
    """Publish the next version of a published month, with its reason and what changed.

    Raises:
        ReasonMissingError: for a reason of fewer than ten characters.
        LockedError: 30 days after publication, unless `by` is a quality manager.
        NotPublishedError: when there is no version yet.
        NothingToRestateError: when it would say what is published (`snapshots.changes`).
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
    _demand_unlocked(supplier, month, by=by, at=at)
    # gates are dated by the month's end: a case closed since does not lift them
    found = changes(published_overview(published), overview)
    if not found:
        raise NothingToRestateError(
            _("Nothing has changed since version %(version)d.") % {"version": published.version}
        )
    return _append(
        overview,
        supplier=supplier,
        version=published.version + 1,
        by=by,
        at=at,
        reason=reason.strip(),
        found=found,
    )


def may_restate_locked(by: User | None) -> bool:
    """Return whether somebody may restate a month that is locked; an operator may."""
    return by is None or has_role(by, Role.QUALITY_MANAGER, Role.ADMINISTRATOR)


def locked_out(
    supplier: Supplier, month: Month, *, by: User | None, at: datetime
) -> datetime | None:
    """Return since when the month is locked for somebody; None while it may be restated."""
    locked_at = locked_from(supplier=supplier, month=month)
    if locked_at is None or at < locked_at or may_restate_locked(by):
        return None
    return locked_at


def _demand_unlocked(supplier: Supplier, month: Month, *, by: User | None, at: datetime) -> None:
    locked_at = locked_out(supplier, month, by=by, at=at)
    if locked_at is not None:
        raise LockedError(
            _("%(month)s is locked since %(day)s; a quality manager can restate it.")
            % {"month": month, "day": date_format(locked_at)}
        )


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


def _append(
    overview: SupplierOverview,
    *,
    supplier: Supplier,
    version: int,
    by: User | None,
    at: datetime,
    reason: str = "",
    found: Changes | None = None,
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
        difference=encode(found or Changes()),
        score=None if overview.score is None else overview.score.score,
        grade="" if overview.score is None else overview.score.grade,
    )
    ScorecardDocument.objects.create(scorecard=scorecard, next_attempt_at=at)
    ask(scorecard, at=at)
    return scorecard
