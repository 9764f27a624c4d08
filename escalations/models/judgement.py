"""Judgements: what was compared with what, for every rule, supplier and month."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from escalations import enums
from escalations.models.policy import Rule
from escalations.triggers import Reason
from escalations.workflow import Level
from scorecards.enums import METRICS
from scorecards.formulas.rates import ppm
from scorecards.formulas.verdicts import Verdict
from scorecards.models import Scorecard
from scorecards.periods import Month
from suppliers.models import Part, Plant, Supplier
from suppliers.models.lasting import append_only
from suppliers.models.tenancy import TenantQuerySet

REASONS = [
    (Reason.FIRED.value, _("fired")),
    (Reason.NO_ACTIVITY.value, _("no activity")),
    (Reason.REJECTS_WITHOUT_RECEIPTS.value, _("rejects without receipts")),
    (Reason.THRESHOLD_NOT_PASSED.value, _("threshold not passed")),
    (Reason.TOO_LITTLE_RECEIVED.value, _("held back: too little received")),
    (Reason.TOO_FEW_REJECTS.value, _("held back: too few rejects")),
    (Reason.NOT_SHOWN.value, _("held back: chance may explain it")),
]
VERDICTS = [
    (Verdict.ABOVE_SHOWN.value, _("shown above")),
    (Verdict.BELOW_SHOWN.value, _("shown below")),
    (Verdict.UNDECIDED.value, _("undecided")),
    (Verdict.NO_DATA.value, _("no data")),
]


def counts(label: Any, **options: Any) -> Any:
    """Pieces with the decimals that shares of warranty returns need."""
    return models.DecimalField(label, max_digits=22, decimal_places=7, **options)


class Judgement(models.Model):
    """One rule applied to one month's counts; appended whenever the counts have changed.

    `number` counts the judgements of one rule, scope and month from 1; the highest is in
    force. Metric, window, comparator and threshold are copied from the rule, so that the row
    reads by itself. `ppm`, the 95 % range and `p_above` are for reading; the decision was
    made on the counts.
    """

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="judgements")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="judgements")
    plant = models.ForeignKey(
        Plant, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    part = models.ForeignKey(
        Part, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    month = models.DateField(_("month"))
    number = models.PositiveIntegerField(_("number"))
    metric = models.CharField(_("metric"), max_length=16, choices=METRICS)
    window = models.CharField(_("window"), max_length=8, choices=enums.WINDOWS)
    comparator = models.CharField(_("comparator"), max_length=12, choices=enums.COMPARATORS)
    threshold_ppm = models.DecimalField(_("threshold (PPM)"), max_digits=12, decimal_places=3)
    counted_qty = counts(_("counted"))
    received_qty = counts(_("received or in field"))
    provisional_qty = counts(_("of which provisional"))
    incidents = models.PositiveIntegerField(_("incidents"), default=0)
    ppm = models.DecimalField(_("PPM"), max_digits=28, decimal_places=6, null=True)
    lower_ppm = models.FloatField(_("likely range from (PPM)"), null=True)
    upper_ppm = models.FloatField(_("likely range to (PPM)"), null=True)
    p_above = models.FloatField(_("chance of so many at the threshold"), null=True)
    verdict = models.CharField(_("verdict"), max_length=12, choices=VERDICTS)
    breached = models.BooleanField(_("threshold passed"))
    fired = models.BooleanField(_("fired"))
    reason = models.CharField(_("reason"), max_length=32, choices=REASONS)
    source = models.CharField(_("source"), max_length=12, choices=enums.CountSource)
    source_version = models.PositiveIntegerField(_("version of the scorecard"), null=True)
    supplier_archived = models.BooleanField(_("supplier archived"), default=False)
    # judged while the month still runs: it raises a watch, never the rule's level
    early = models.BooleanField(_("while the month runs"), default=False, db_default=False)
    judged_at = models.DateTimeField(_("judged at"))

    objects: models.Manager[Any] = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        constraints = [
            # Also the index that finds the newest judgements of a month.
            UniqueConstraint(
                fields=["month", "rule", "supplier", "plant", "part", "number"],
                nulls_distinct=False,
                name="judgement_number_unique",
            ),
            CheckConstraint(condition=Q(month__day=1), name="judgement_month_first_day"),
            CheckConstraint(condition=Q(number__gte=1), name="judgement_number_from_1"),
            CheckConstraint(
                condition=Q(metric__in=enums.METRIC_VALUES), name="judgement_metric_known"
            ),
            CheckConstraint(
                # received may be negative: reversals of earlier months' receipts
                condition=Q(counted_qty__gte=0, provisional_qty__gte=0),
                name="judgement_counts_not_negative",
            ),
            CheckConstraint(
                condition=Q(fired=True, breached=True, reason=Reason.FIRED.value)
                | Q(fired=False) & ~Q(reason=Reason.FIRED.value),
                name="judgement_fired_iff_reason_says_so",
            ),
            CheckConstraint(
                condition=Q(source=enums.CountSource.CURRENT, source_version__isnull=True)
                | Q(source=enums.CountSource.PUBLISHED, source_version__isnull=False),
                name="judgement_published_names_version",
            ),
        ]
        triggers = append_only("judgement_append_only")

    def __str__(self) -> str:
        return f"{self.supplier} {self.month:%Y-%m} {self.metric} #{self.number}"

    @property
    def level(self) -> str:
        """The level it calls for where it fired."""
        return Level.WATCH.value if self.early else str(self.rule.level)

    @property
    def proposes(self) -> bool:
        """Whether its level needs somebody's approval; a watch never does."""
        return self.rule.needs_approval and not self.early

    @property
    def exact_ppm(self) -> Fraction | None:
        """The PPM of the counts, exact; None without receipts."""
        return ppm(defective=self.counted_qty, units=max(self.received_qty, Decimal(0)))

    @property
    def in_month(self) -> Month:
        """The judged month; of a window, its last."""
        return Month.of(self.month)


class JudgedScorecard(models.Model):
    """A published version that has been evaluated; those without a row are the work to do."""

    scorecard = models.OneToOneField(
        Scorecard, on_delete=models.PROTECT, related_name="judged", primary_key=True
    )
    judged_at = models.DateTimeField(_("judged at"))

    class Meta:
        verbose_name = _("judged scorecard")
        verbose_name_plural = _("judged scorecards")

    def __str__(self) -> str:
        return str(self.scorecard)
