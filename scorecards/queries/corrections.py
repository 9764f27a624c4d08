"""Restated months: what was corrected after it had been published, why, and by whom."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from scorecards.models import Scorecard
from scorecards.queries.changed_rows import ChangedRow, changed_rows
from scorecards.snapshots import stored_changes
from suppliers.access import AnyUser


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One restatement: the new version, score and grade before, and what changed."""

    scorecard: Scorecard
    score_before: Decimal | None
    grade_before: str
    rows: tuple[ChangedRow, ...]

    @property
    def of_the_month(self) -> tuple[ChangedRow, ...]:
        """What changed without windows that only contain the month."""
        return tuple(row for row in self.rows if not row.wider and not row.earlier)


def corrections(*, user: AnyUser, most: int = 50) -> list[Correction]:
    """Return the newest restatements of suppliers the user may see."""
    rows = Scorecard.objects.visible_to(user).filter(version__gt=1)
    before = Scorecard.objects.filter(
        supplier=OuterRef("supplier"), month=OuterRef("month"), version=OuterRef("version") - 1
    )
    found = (
        rows.select_related("supplier", "published_by")
        .defer("snapshot")
        .annotate(
            score_before=Subquery(before.values("score")[:1]),
            grade_before=Subquery(before.values("grade")[:1]),
        )
    )
    return [
        Correction(
            scorecard=row,
            score_before=row.score_before,
            grade_before=row.grade_before,
            rows=changed_rows(stored_changes(row.difference), month=row.period),
        )
        for row in found.order_by("-published_at", "-pk")[:most]
    ]
