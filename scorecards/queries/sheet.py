"""One scorecard as page and PDF show it: published and frozen, or preliminary from live counts."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from scorecards.models import Scorecard
from scorecards.periods import Month
from scorecards.queries.identity import CertificateFacts
from scorecards.queries.overview import SupplierOverview, supplier_overview
from scorecards.queries.published import newest_scorecard
from scorecards.snapshots import Changes, stored_changes
from scorecards.snapshots.envelope import open_snapshot
from suppliers.models import Supplier

# A certificate that ends within this time after the cut-off is asked for.
RENEWAL_NOTICE: Final = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What the supplier owes and by when; `about` names the case or the certificate."""

    due_on: date
    what: str
    about: str
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """An overview with what it is: which version, since when, under which hash.

    `version` is 0 while the month is unpublished: then the figures are preliminary.
    """

    overview: SupplierOverview
    version: int
    cut_off_at: datetime
    published_at: datetime | None
    snapshot_id: int | None
    sha256: str
    reason: str
    changes: Changes
    superseded_by: int | None

    @property
    def preliminary(self) -> bool:
        """Whether nobody has published this yet."""
        return self.version == 0

    @property
    def cut_off_on(self) -> date:
        """The day up to which facts are in it."""
        return self.cut_off_at.date()

    @property
    def created(self) -> str:
        """When it came into being, in the form of document metadata."""
        return (self.published_at or self.cut_off_at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """What is expected by when, the next first."""
        today = self.cut_off_on
        found = [
            Expectation(
                due_on=case.due_on,
                what=case.due_what,
                about=case.number,
                overdue=case.due_on < today,
            )
            for case in self.overview.cases
            if case.due_on is not None
        ]
        found += [_renewal(row, today) for row in self.ending_certificates]
        return tuple(sorted(found, key=lambda row: (row.due_on, row.about)))

    @property
    def ending_certificates(self) -> tuple[CertificateFacts, ...]:
        """Certificates that have ended at the cut-off or end soon after."""
        latest = self.cut_off_on + RENEWAL_NOTICE
        return tuple(row for row in self.overview.certificates if row.expires_on <= latest)


def _renewal(certificate: CertificateFacts, today: date) -> Expectation:
    return Expectation(
        due_on=certificate.expires_on,
        what=_("Send the renewed certificate"),
        about=certificate.standard,
        overdue=certificate.expired(today),
    )


def published_sheet(scorecard: Scorecard) -> Sheet:
    """Return a published version exactly as it was frozen, with what superseded it."""
    later: Any = Scorecard.objects.filter(
        supplier=scorecard.supplier_id, month=scorecard.month, version__gt=scorecard.version
    )
    newest = later.order_by("-version").values_list("version", flat=True).first()
    return replace(frozen_sheet(scorecard), superseded_by=newest)


def frozen_sheet(scorecard: Scorecard) -> Sheet:
    """Return a published version as it was on the day of its publication, without asking more."""
    envelope = open_snapshot(scorecard.snapshot)
    return Sheet(
        overview=envelope.overview,
        version=scorecard.version,
        cut_off_at=envelope.cut_off_at,
        published_at=scorecard.published_at,
        snapshot_id=scorecard.pk,
        sha256=scorecard.sha256,
        reason=scorecard.reason,
        changes=stored_changes(scorecard.difference),
        superseded_by=None,
    )


def preliminary_sheet(*, supplier: Supplier, month: Month, at: datetime) -> Sheet:
    """Return what publishing would freeze now, marked as preliminary."""
    return Sheet(
        overview=supplier_overview(supplier=supplier, month=month),
        version=0,
        cut_off_at=at,
        published_at=None,
        snapshot_id=None,
        sha256="",
        reason="",
        changes=Changes(),
        superseded_by=None,
    )


def sheet(*, supplier: Supplier, month: Month, at: datetime) -> Sheet:
    """Return the version in force, or what is preliminary while there is none."""
    scorecard = newest_scorecard(supplier=supplier, month=month)
    if scorecard is None:
        return preliminary_sheet(supplier=supplier, month=month, at=at)
    return published_sheet(scorecard)
