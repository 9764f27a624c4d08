"""Policies: versioned rules that say when which level is raised."""

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from escalations import enums, triggers
from escalations.workflow import APPROVERS, Level
from scorecards.enums import METRICS
from scorecards.formulas.rates import Comparator
from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from suppliers.enums import Role, Severity
from suppliers.models import User
from suppliers.models.lasting import append_only


@pghistory.track()
class Policy(models.Model):
    """A named set of rules; of each subject, at most one is in force."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    description = models.TextField(_("description"), blank=True)
    shipped = models.BooleanField(_("shipped with the product"), default=False)
    active = models.BooleanField(_("in force"), default=False)
    subject = models.CharField(
        _("judges"),
        max_length=8,
        choices=enums.PolicySubject,
        default=enums.PolicySubject.FIGURES,
    )

    class Meta:
        verbose_name = _("escalation policy")
        verbose_name_plural = _("escalation policies")
        constraints = [
            UniqueConstraint(
                fields=["subject"], condition=Q(active=True), name="policy_one_in_force"
            ),
            CheckConstraint(
                condition=Q(subject__in=enums.PolicySubject.values), name="policy_subject_known"
            ),
            CheckConstraint(condition=~Q(name=""), name="policy_name_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """One wording of a policy; a change is a new version."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    applies_from = models.DateField(
        _("first month it judges"),
        null=True,
        blank=True,
        help_text=_("Earlier months keep the version before. Empty: every month."),
    )
    reason = models.TextField(_("reason"))
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("version of a policy")
        verbose_name_plural = _("versions of policies")
        constraints = [
            UniqueConstraint(fields=["policy", "number"], name="policy_version_number_unique"),
            CheckConstraint(condition=Q(number__gte=1), name="policy_version_from_1"),
            CheckConstraint(
                condition=Q(applies_from__isnull=True) | Q(applies_from__day=1),
                name="policy_version_applies_from_first_day",
            ),
        ]
        triggers = append_only("policy_version_append_only")

    def __str__(self) -> str:
        return _("%(policy)s, version %(number)d") % {
            "policy": self.policy,
            "number": self.number,
        }

    def judges(self, month: Month) -> bool:
        """Return whether this version may judge the month."""
        return self.applies_from is None or month.first_day >= self.applies_from


class Rule(models.Model):
    """What a version looks at, compared with what, and which level that raises.

    A PPM rule names metric, window, comparator and threshold. The other kinds fire on single
    records. Empty `tier_levels` means every tier. `level` is empty when `one_level_up`.
    """

    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="rules")
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=16, choices=enums.RuleKind)
    scope = models.CharField(
        _("scope"), max_length=16, choices=enums.RuleScope, default=enums.RuleScope.SUPPLIER
    )
    level = models.CharField(_("level"), max_length=20, choices=enums.LEVELS, blank=True)
    one_level_up = models.BooleanField(_("one level above the open one"), default=False)
    activation = models.CharField(
        _("activation"),
        max_length=16,
        choices=enums.Activation,
        default=enums.Activation.AUTOMATIC,
    )
    approval_role = models.CharField(
        _("approved by"), max_length=20, choices=Role, blank=True, default=""
    )
    tier_levels = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("tiers"), default=list, blank=True
    )
    # PPM rules
    metric = models.CharField(_("metric"), max_length=16, choices=METRICS, blank=True)
    window = models.CharField(_("window"), max_length=8, choices=enums.WINDOWS, blank=True)
    comparator = models.CharField(
        _("comparator"), max_length=12, choices=enums.COMPARATORS, blank=True
    )
    threshold_ppm = models.DecimalField(
        _("threshold (PPM)"), max_digits=12, decimal_places=3, null=True, blank=True
    )
    min_received = models.DecimalField(
        _("received at least"), max_digits=15, decimal_places=3, null=True, blank=True
    )
    min_rejects = models.DecimalField(
        _("counted at least"), max_digits=15, decimal_places=3, null=True, blank=True
    )
    confidence = models.DecimalField(
        _("confidence that the true rate is above"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0.5), MaxValueValidator(1)],
    )
    or_incidents = models.PositiveSmallIntegerField(
        _("or incidents at least"), null=True, blank=True
    )
    incident_months = models.PositiveSmallIntegerField(
        _("incidents counted over months"), null=True, blank=True
    )
    # rules on single records
    severity = models.CharField(_("severity"), max_length=20, choices=Severity, blank=True)
    min_incidents = models.PositiveSmallIntegerField(_("incidents at least"), null=True, blank=True)
    within_days = models.PositiveSmallIntegerField(_("within days"), null=True, blank=True)
    during_level = models.CharField(
        _("while this level is open"), max_length=20, choices=enums.LEVELS, blank=True
    )

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        constraints = [
            UniqueConstraint(fields=["version", "position"], name="rule_position_unique"),
            CheckConstraint(condition=Q(kind__in=enums.RuleKind.values), name="rule_kind_known"),
            CheckConstraint(condition=Q(scope__in=enums.RuleScope.values), name="rule_scope_known"),
            CheckConstraint(
                condition=Q(one_level_up=True, level="")
                | Q(one_level_up=False, level__in=[level.value for level in Level]),
                name="rule_level_or_one_up",
            ),
            CheckConstraint(
                condition=Q(activation=enums.Activation.AUTOMATIC, approval_role="")
                | Q(
                    activation=enums.Activation.NEEDS_APPROVAL,
                    approval_role__in=sorted(actor.value for actor in APPROVERS),
                ),
                name="rule_approval_names_role",
            ),
            CheckConstraint(
                condition=Q(
                    kind=enums.RuleKind.PPM,
                    metric__in=enums.METRIC_VALUES,
                    window__in=[window.value for window in Window],
                    comparator__in=sorted(comparator.value for comparator in triggers.RISING),
                    threshold_ppm__gte=0,
                    one_level_up=False,
                )
                | ~Q(kind=enums.RuleKind.PPM)
                & Q(metric="", window="", comparator="", threshold_ppm__isnull=True),
                name="rule_ppm_is_complete",
            ),
            CheckConstraint(
                # a return from the field names no plant
                condition=~Q(metric=Metric.WARRANTY_PPM, scope=enums.RuleScope.SUPPLIER_PLANT),
                name="rule_warranty_has_no_plant",
            ),
            CheckConstraint(
                condition=Q(min_incidents__isnull=True)
                | Q(kind=enums.RuleKind.INCIDENT, min_incidents__gte=2, within_days__isnull=False),
                name="rule_incidents_within_days",
            ),
            CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gt=0.5, confidence__lt=1),
                name="rule_confidence_between_half_and_1",
            ),
            CheckConstraint(
                condition=Q(or_incidents__isnull=True, incident_months__isnull=True)
                | Q(
                    or_incidents__gte=1,
                    incident_months__range=(1, 24),
                    confidence__isnull=False,
                ),
                name="rule_incidents_stand_in_for_confidence",
            ),
        ]
        triggers = [
            *append_only("rule_append_only"),
            pgtrigger.Trigger(
                name="rule_version_sealed_once_it_judged",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=(
                    "IF EXISTS (SELECT 1 FROM escalations_judgement j"
                    " JOIN escalations_rule r ON r.id = j.rule_id"
                    " WHERE r.version_id = NEW.version_id) THEN"
                    " RAISE check_violation USING MESSAGE ="
                    " 'this version has judged months: write a new version',"
                    " CONSTRAINT = 'rule_version_sealed'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} #{self.position}"

    @property
    def judges_figures(self) -> bool:
        """Whether it compares a month's figure; the other kinds look at single rejects."""
        return self.kind == enums.RuleKind.PPM

    @property
    def needs_approval(self) -> bool:
        """Whether its level is only proposed until a role approves it."""
        return self.activation == enums.Activation.NEEDS_APPROVAL.value

    @property
    def condition(self) -> triggers.Rule:
        """Return the pure rule of a PPM rule.

        Raises:
            ValueError: for the other kinds, which compare no figure.
        """
        if self.threshold_ppm is None:
            raise ValueError(f"{self} compares no figure")
        return triggers.Rule(
            metric=Metric(self.metric),
            window=Window(self.window),
            threshold_ppm=self.threshold_ppm,
            level=Level(self.level),
            comparator=Comparator(self.comparator),
            guard=triggers.Guard(
                min_received=self.min_received,
                min_rejects=self.min_rejects,
                confidence=self.confidence,
                or_incidents=self.or_incidents,
            ),
        )
