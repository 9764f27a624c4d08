"""Published scorecards: frozen for ever; a correction is the next version."""

from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Exists, Index, OuterRef, Q, UniqueConstraint
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from scorecards.periods import Month
from suppliers.models import Supplier, User
from suppliers.models.lasting import append_only
from suppliers.models.tenancy import TenantQuerySet

SHORTEST_REASON = 10

# Versions of a supplier's month follow each other without a gap, whoever inserts.
NEXT_VERSION = (
    "IF NEW.version <> 1 + coalesce((SELECT max(version) FROM scorecards_scorecard"
    " WHERE supplier_id = NEW.supplier_id AND month = NEW.month), 0) THEN "
    "RAISE check_violation USING MESSAGE = 'versions of a scorecard follow each other',"
    " CONSTRAINT = 'scorecard_version_follows'; END IF; RETURN NEW;"
)


class ScorecardQuerySet(TenantQuerySet):
    """Published scorecards, read as prose."""

    def of_month(self, month: Month) -> Self:
        """Every version of every supplier's scorecard of that month."""
        return self.filter(month=month.first_day)

    def newest(self) -> Self:
        """Only what is in force: the highest version of each supplier's month."""
        later = Scorecard.objects.filter(
            supplier=OuterRef("supplier"), month=OuterRef("month"), version__gt=OuterRef("version")
        )
        return self.filter(~Exists(later))


class Scorecard(models.Model):
    """One version of a supplier's published month.

    `snapshot` holds everything that is shown (see `scorecards.snapshots`), `sha256` is the
    hash of its canonical JSON, `difference` what changed since the version before.
    """

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="scorecards")
    month = models.DateField(_("month"))
    version = models.PositiveSmallIntegerField(_("version"))
    snapshot = models.JSONField(_("snapshot"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    cut_off_at = models.DateTimeField(_("data cut-off"))
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(_("reason"), blank=True, default="")
    difference = models.JSONField(_("difference"), default=list, blank=True)
    # what the snapshot says, for lists
    score = models.DecimalField(_("score"), max_digits=4, decimal_places=1, null=True, blank=True)
    grade = models.CharField(_("grade"), max_length=1, blank=True, default="")

    objects: models.Manager[Any] = ScorecardQuerySet.as_manager()

    class Meta:
        verbose_name = _("scorecard")
        verbose_name_plural = _("scorecards")
        constraints = [
            UniqueConstraint(
                fields=["supplier", "month", "version"], name="scorecard_version_unique"
            ),
            CheckConstraint(condition=Q(month__day=1), name="scorecard_month_first_day"),
            CheckConstraint(condition=Q(version__gte=1), name="scorecard_version_from_1"),
            CheckConstraint(
                condition=Q(version=1)
                | Q(GreaterThanOrEqual(Length(Trim("reason")), SHORTEST_REASON)),
                name="scorecard_restated_with_reason",
            ),
            CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="scorecard_sha256"),
            CheckConstraint(condition=Q(grade__in=["", "A", "B", "C"]), name="scorecard_grade"),
        ]
        # the month board, and the scan for scorecards not yet judged
        indexes = [Index(fields=["month"], name="scorecard_month")]
        triggers = [
            *append_only("scorecard_append_only"),
            pgtrigger.Trigger(
                name="scorecard_version_follows",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=NEXT_VERSION,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.month:%Y-%m} v{self.version}"

    def get_absolute_url(self) -> str:
        """Return the stable address of the month's web page."""
        return reverse("scorecard", args=[self.supplier.code, self.period])

    @property
    def period(self) -> Month:
        """The month as a calendar month."""
        return Month.of(self.month)
