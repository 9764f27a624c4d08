"""The counting policy: what turns facts into counts; a change is a new version."""

from django.db import models
from django.db.models import CheckConstraint, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from scorecards.enums import ProvisionalRule
from suppliers.models import User
from suppliers.models.lasting import append_only


class CountingPolicyQuerySet(models.QuerySet["CountingPolicy"]):
    """Versions of the counting policy."""

    def in_force(self) -> "CountingPolicy":
        """Return the newest version; migrations ship version 1, so there is always one."""
        return self.order_by("-version")[0]


class CountingPolicy(models.Model):
    """One version of the rules that the roll-up's views read."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    provisional = models.CharField(
        _("undecided rejects count"),
        max_length=12,
        choices=ProvisionalRule,
        default=ProvisionalRule.EXTRAPOLATED,
    )
    warranty_months = models.PositiveSmallIntegerField(_("warranty period (months)"), default=36)
    field_lag_months = models.PositiveSmallIntegerField(
        _("lag between delivery and field (months)"), default=1
    )
    on_time_early_days = models.PositiveSmallIntegerField(
        _("on time: days early allowed"), default=2
    )
    on_time_late_days = models.PositiveSmallIntegerField(_("on time: days late allowed"), default=0)
    reason = models.TextField(_("reason"))
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CountingPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("counting policy")
        verbose_name_plural = _("counting policies")
        constraints = [
            CheckConstraint(
                condition=Q(provisional__in=ProvisionalRule.values),
                name="counting_policy_provisional_known",
            ),
            CheckConstraint(
                condition=Q(warranty_months__gte=1), name="counting_policy_warranty_positive"
            ),
        ]
        triggers = append_only("counting_policy_append_only")

    def __str__(self) -> str:
        return f"{self.version}"
