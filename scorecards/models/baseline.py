"""Baselines: the months a supplier's control limits are frozen from, and signals against them."""

from typing import Any, Self
from urllib.parse import urlencode

import pghistory
import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from scorecards.enums import METRICS, BaselineState, ChartMethod, ChartType, SignalKind
from scorecards.formulas.attribute_charts import ChartKind
from scorecards.formulas.chart_choice import ChartChoice
from scorecards.formulas.frozen_limits import FrozenLimits, Signal
from scorecards.formulas.quantities import exact
from scorecards.metrics import Metric
from scorecards.periods import Month
from suppliers.models import Part, Supplier, User
from suppliers.models.tenancy import TenantQuerySet

SHORTEST_REASON = 10
SHORTEST_CAUSE = 3

# What limits rest on never changes once they are in force; a change is the next version.
FROZEN = (
    "IF OLD.state <> 'proposed' AND (OLD.supplier_id, OLD.part_id, OLD.metric, OLD.version,"
    " OLD.first_month, OLD.last_month, OLD.kind, OLD.method, OLD.counted, OLD.volume, OLD.sigma_z,"
    " OLD.proposed_by_id, OLD.accepted_by_id, OLD.accepted_at, OLD.reason)"
    " IS DISTINCT FROM (NEW.supplier_id, NEW.part_id, NEW.metric, NEW.version, NEW.first_month,"
    " NEW.last_month, NEW.kind, NEW.method, NEW.counted, NEW.volume, NEW.sigma_z,"
    " NEW.proposed_by_id, NEW.accepted_by_id, NEW.accepted_at, NEW.reason) THEN "
    "RAISE check_violation USING MESSAGE = 'an accepted baseline does not change',"
    " CONSTRAINT = 'baseline_frozen'; END IF; RETURN NEW;"
)
POINTS_FROZEN = (
    "IF (SELECT state FROM scorecards_baseline WHERE id = COALESCE(NEW.baseline_id,"
    " OLD.baseline_id)) <> 'proposed' THEN "
    "RAISE check_violation USING MESSAGE = 'points of an accepted baseline do not change',"
    " CONSTRAINT = 'baseline_point_frozen'; END IF; RETURN COALESCE(NEW, OLD);"
)


class BaselineQuerySet(TenantQuerySet):
    """Baselines, read as prose."""

    def in_force(self) -> Self:
        """Those whose limits new data is judged against."""
        return self.filter(state=BaselineState.ACCEPTED)

    def known_to_suppliers(self) -> Self:
        """Without what is only proposed, which is the OEM's own work."""
        return self.exclude(state__in=[BaselineState.PROPOSED, BaselineState.WITHDRAWN])

    def about(self, supplier: Supplier, metric: Metric, part: Part | None) -> Self:
        """Every version for one supplier, or one part of it, and a metric."""
        return self.filter(supplier=supplier, metric=metric.value, part=part)


@pghistory.track(exclude=["judged"])
class Baseline(models.Model):
    """Limits of a supplier (or one part of it) for a metric, by version.

    `counted` and `volume` are the sums over the points that were not excluded: with method and
    `sigma_z` all that the limits need. `judged` fingerprints the counts that were judged last.
    """

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="baselines")
    part = models.ForeignKey(
        Part, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    metric = models.CharField(_("metric"), max_length=16, choices=METRICS)
    version = models.PositiveIntegerField(_("version"))
    state = models.CharField(
        _("state"), max_length=10, choices=BaselineState, default=BaselineState.PROPOSED
    )
    first_month = models.DateField(_("first month"))
    last_month = models.DateField(_("last month"))
    kind = models.CharField(_("chart"), max_length=4, choices=ChartType)
    method = models.CharField(_("limits"), max_length=12, choices=ChartMethod)
    counted = models.DecimalField(_("counted"), max_digits=22, decimal_places=7)
    volume = models.DecimalField(_("volume"), max_digits=22, decimal_places=3)
    sigma_z = models.FloatField(_("widening by Laney's factor"), default=1.0)
    note = models.TextField(_("why these months"), blank=True, default="")
    proposed_at = models.DateTimeField(_("proposed at"))
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(_("reason"), blank=True, default="")
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    judged = models.CharField(max_length=64, blank=True, default="", editable=False)

    objects: models.Manager[Any] = BaselineQuerySet.as_manager()

    class Meta:
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")
        constraints = [
            UniqueConstraint(
                fields=["supplier", "part", "metric", "version"],
                nulls_distinct=False,
                name="baseline_version_unique",
            ),
            UniqueConstraint(
                fields=["supplier", "part", "metric"],
                condition=Q(state=BaselineState.ACCEPTED),
                nulls_distinct=False,
                name="baseline_one_in_force",
            ),
            UniqueConstraint(
                fields=["supplier", "part", "metric"],
                condition=Q(state=BaselineState.PROPOSED),
                nulls_distinct=False,
                name="baseline_one_proposed",
            ),
            CheckConstraint(
                condition=Q(first_month__day=1, last_month__day=1)
                & Q(first_month__lte=F("last_month")),
                name="baseline_months_in_order",
            ),
            CheckConstraint(condition=Q(volume__gte=0, counted__gte=0), name="baseline_counts"),
            CheckConstraint(condition=Q(sigma_z__gte=1), name="baseline_never_tightens"),
            CheckConstraint(condition=Q(state__in=BaselineState.values), name="baseline_state"),
            CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | (
                    Q(accepted_at__isnull=False, accepted_by__isnull=False)
                    & Q(GreaterThanOrEqual(Length(Trim("reason")), SHORTEST_REASON))
                ),
                name="baseline_accepted_with_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="baseline_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="baseline_frozen",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=FROZEN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.metric} v{self.version}"

    def get_absolute_url(self) -> str:
        """Return where the chart is drawn."""
        path = reverse("control", args=[self.supplier.code, Metric(self.metric)])
        return path if self.part is None else f"{path}?{urlencode({'part': self.part.number})}"

    @property
    def first(self) -> Month:
        """The first month limits are estimated from."""
        return Month.of(self.first_month)

    @property
    def last(self) -> Month:
        """The last month limits are estimated from."""
        return Month.of(self.last_month)

    @property
    def limits(self) -> FrozenLimits | None:
        """What periods are judged against; None where the months bear no limits."""
        choice = ChartChoice(self.method)
        if choice is ChartChoice.NO_LIMITS or not self.volume:
            return None
        return FrozenLimits(
            kind=ChartKind(self.kind),
            choice=choice,
            counts=exact(self.counted),
            sizes=exact(self.volume),
            sigma_z=self.sigma_z,
        )


class BaselinePointQuerySet(TenantQuerySet):
    """Points of baselines."""

    supplier_path = "baseline__supplier"


@pghistory.track()
class BaselinePoint(models.Model):
    """A month of a baseline as it was counted when it was proposed."""

    baseline = models.ForeignKey(Baseline, on_delete=models.PROTECT, related_name="points")
    month = models.DateField(_("month"))
    counted = models.DecimalField(_("counted"), max_digits=22, decimal_places=7)
    volume = models.DecimalField(_("volume"), max_digits=22, decimal_places=3)
    excluded = models.BooleanField(_("excluded"), default=False)
    cause = models.TextField(_("cause"), blank=True, default="")

    objects: models.Manager[Any] = BaselinePointQuerySet.as_manager()

    class Meta:
        verbose_name = _("point of a baseline")
        verbose_name_plural = _("points of baselines")
        constraints = [
            UniqueConstraint(fields=["baseline", "month"], name="baseline_point_unique"),
            CheckConstraint(
                condition=Q(excluded=False)
                | Q(GreaterThanOrEqual(Length(Trim("cause")), SHORTEST_CAUSE)),
                name="baseline_point_excluded_with_cause",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="baseline_point_frozen",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=POINTS_FROZEN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.baseline_id} {self.month:%Y-%m}"

    @property
    def period(self) -> Month:
        """The month as a calendar month."""
        return Month.of(self.month)


class ChartSignalQuerySet(TenantQuerySet):
    """Signals, read as prose."""

    supplier_path = "baseline__supplier"

    def open(self) -> Self:
        """Signals of limits in force that still hold and that nobody has looked at."""
        return self.filter(
            seen_at__isnull=True, gone_at__isnull=True, baseline__state=BaselineState.ACCEPTED
        )


@pghistory.track()
class ChartSignal(models.Model):
    """A month that signals against frozen limits: a notice to look, never an escalation.

    `gone_at` says when a correction of the counts took the signal away.
    """

    baseline = models.ForeignKey(Baseline, on_delete=models.PROTECT, related_name="signals")
    month = models.DateField(_("month"))
    kind = models.CharField(_("signal"), max_length=6, choices=SignalKind)
    counted = models.DecimalField(_("counted"), max_digits=22, decimal_places=7)
    volume = models.DecimalField(_("volume"), max_digits=22, decimal_places=3)
    raised_at = models.DateTimeField(_("raised at"))
    gone_at = models.DateTimeField(_("gone at"), null=True, blank=True)
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)
    seen_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(_("what was found"), blank=True, default="")

    objects: models.Manager[Any] = ChartSignalQuerySet.as_manager()

    class Meta:
        verbose_name = _("signal of a control chart")
        verbose_name_plural = _("signals of control charts")
        constraints = [
            UniqueConstraint(fields=["baseline", "month", "kind"], name="chart_signal_unique"),
            CheckConstraint(
                condition=Q(seen_at__isnull=True, seen_by__isnull=True)
                | Q(seen_at__isnull=False, seen_by__isnull=False),
                name="chart_signal_seen_by_somebody",
            ),
        ]
        indexes = [
            Index(fields=["month"], condition=Q(seen_at__isnull=True), name="chart_signal_unseen")
        ]

    def __str__(self) -> str:
        return f"{self.baseline_id} {self.month:%Y-%m} {self.kind}"

    @property
    def period(self) -> Month:
        """The month as a calendar month."""
        return Month.of(self.month)

    @property
    def signal(self) -> Signal:
        """Why, in the vocabulary of the formulas."""
        return Signal(self.kind)
