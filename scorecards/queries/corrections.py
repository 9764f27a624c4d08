"""Restated months: what was corrected after it had been published, why, and by whom."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from scorecards.codec import decode
from scorecards.models import Scorecard
from scorecards.periods import Window
from scorecards.snapshots.differences import Difference
from suppliers.access import AnyUser


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One restatement: the new version, score and grade before, and the changed figures."""

    scorecard: Scorecard
    score_before: Decimal | None
    grade_before: str
    differences: tuple[Difference, ...]

    @property
    def monthly(self) -> tuple[Difference, ...]:
        """The changes of the month itself, without windows that only contain it."""
        return tuple(
            one
            for one in self.differences
            if one.window is Window.MONTH and one.end == self.scorecard.period
        )


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
            differences=decode(tuple[Difference, ...], row.difference),
        )
        for row in found.order_by("-published_at", "-pk")[:most]
    ]
