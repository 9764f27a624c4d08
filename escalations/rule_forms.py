"""One rule of a policy as a form: on a monthly figure, or on single rejects."""

from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.enums import (
    COMPARATOR_NAMES,
    LEVEL_NAMES,
    WINDOW_NAMES,
    Activation,
    RuleKind,
    RuleScope,
)
from escalations.models import Rule
from escalations.rule_wording import rule_sentence
from escalations.triggers import RISING
from escalations.workflow import APPROVERS, LADDER, Level
from scorecards.enums import METRICS
from scorecards.metrics import Metric
from suppliers.enums import Role, Severity
from suppliers.models import Tier

SHIPPING_CHOICES: Final = [(level.value, LEVEL_NAMES[level]) for level in (Level.CS1, Level.CS2)]
APPROVAL_CHOICES: Final = [
    ("", gettext_lazy("Nobody: it is raised automatically")),
    *sorted((actor.value, Role(actor.value).label) for actor in APPROVERS),
]
HUNDRED: Final = Decimal(100)


def level_choices() -> list[tuple[str, Any]]:
    """Return the levels that a rule may call for, in the reader's language."""
    levels = [level for level in LADDER if level is not Level.WATCH]
    return [(level.value, capfirst(str(LEVEL_NAMES[level]))) for level in levels]


def levels_of_records() -> list[tuple[str, Any]]:
    """Return the same for rules on single rejects, which may climb."""
    return [("", _("One level above the open one")), *level_choices()]


def window_choices() -> list[tuple[str, Any]]:
    """Return the windows that a rule may judge, in the reader's language."""
    return [(window.value, capfirst(str(name))) for window, name in WINDOW_NAMES.items()]


class RuleForm(forms.Form):
    """What rules of both subjects have; `clean` builds the unsaved rule."""

    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=level_choices)
    scope = forms.ChoiceField(label=gettext_lazy("Judged for each"), choices=RuleScope.choices)
    approval_role = forms.ChoiceField(
        label=gettext_lazy("Approved by"), choices=APPROVAL_CHOICES, required=False
    )
    tier_levels = forms.MultipleChoiceField(
        label=gettext_lazy("Tiers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: every tier."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tiers: Any = self.fields["tier_levels"]
        tiers.choices = [
            (str(level), name)
            for level, name in Tier.objects.order_by("level").values_list("level", "name")
        ]

    @property
    def sentence(self) -> str:
        """The rule in a sentence, once it can be understood."""
        if self.is_bound and not self.errors and "rule" in self.cleaned_data:
            return rule_sentence(self.cleaned_data["rule"])
        begun: Rule | None = self.initial.get("rule")
        return "" if begun is None or self.is_bound else rule_sentence(begun)

    def clean(self) -> dict[str, Any]:
        """Build the rule; what contradicts itself is told beside the field."""
        given: dict[str, Any] = super().clean() or {}
        if self.errors:
            return given
        self.contradictions(given)
        if self.errors:
            return given
        rule = Rule(**self.values(given))
        try:
            rule.full_clean(exclude=["version", "position"], validate_unique=False)
        except ValidationError as error:
            self._tell(error)
        else:
            given["rule"] = rule
        return given

    def contradictions(self, given: dict[str, Any]) -> None:
        """Add an error for what cannot go together."""

    def values(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return the rule's fields."""
        role = given["approval_role"]
        return {
            "level": given["level"],
            "scope": given["scope"],
            "approval_role": role,
            "activation": Activation.NEEDS_APPROVAL if role else Activation.AUTOMATIC,
            "tier_levels": sorted(int(level) for level in given["tier_levels"]),
        }

    def _tell(self, error: ValidationError) -> None:
        for name, messages in error.message_dict.items():
            known = name if name in self.fields and name != NON_FIELD_ERRORS else None
            for message in messages:
                self.add_error(known, message)


class FigureRuleForm(RuleForm):
    """A rule on a monthly figure."""

    metric = forms.ChoiceField(label=gettext_lazy("Figure"), choices=METRICS)
    window = forms.ChoiceField(
        label=gettext_lazy("Window"),
        choices=window_choices,
    )
    comparator = forms.ChoiceField(
        label=gettext_lazy("Is"),
        choices=[(one.value, COMPARATOR_NAMES[one]) for one in sorted(RISING)],
    )
    threshold_ppm = forms.DecimalField(
        label=gettext_lazy("Threshold, PPM"), min_value=0, max_digits=12, decimal_places=3
    )
    min_received = forms.DecimalField(
        label=gettext_lazy("Only from so many received"),
        min_value=1,
        max_digits=15,
        decimal_places=3,
        required=False,
    )
    min_rejects = forms.DecimalField(
        label=gettext_lazy("Only from so many counted"),
        min_value=1,
        max_digits=15,
        decimal_places=3,
        required=False,
    )
    confidence_pct = forms.DecimalField(
        label=gettext_lazy("Only with this confidence that the true rate is above, %"),
        max_digits=5,
        decimal_places=2,
        required=False,
        help_text=gettext_lazy("More than 50 and less than 100, usually 95."),
    )
    or_incidents = forms.IntegerField(
        label=gettext_lazy("or from so many incidents"), min_value=1, max_value=999, required=False
    )
    incident_months = forms.IntegerField(
        label=gettext_lazy("within so many months"), min_value=1, max_value=24, required=False
    )

    field_order = (
        *("metric", "window", "comparator", "threshold_ppm", "level", "scope"),
        *("min_received", "min_rejects", "confidence_pct", "or_incidents", "incident_months"),
        *("approval_role", "tier_levels"),
    )

    def contradictions(self, given: dict[str, Any]) -> None:
        """A return names no plant; incidents stand in for a confidence only, both together."""
        if given["metric"] == Metric.WARRANTY_PPM and given["scope"] == RuleScope.SUPPLIER_PLANT:
            self.add_error(
                "scope", _("A warranty return names no plant: choose supplier, or part.")
            )
        confidence = given.get("confidence_pct")
        if confidence is not None and not Decimal(50) < confidence < HUNDRED:
            self.add_error("confidence_pct", _("Write more than 50 and less than 100."))
        incidents, months = given.get("or_incidents"), given.get("incident_months")
        if (incidents is None) != (months is None):
            missing = "or_incidents" if incidents is None else "incident_months"
            self.add_error(missing, _("Write both: how many incidents, within how many months."))
        if incidents is not None and confidence is None:
            self.add_error(
                "confidence_pct",
                _("Incidents can only stand in for a confidence: write one, or no incidents."),
            )

    def values(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return the rule's fields."""
        confidence = given["confidence_pct"]
        plain = ("metric", "window", "comparator", "threshold_ppm", "min_received", "min_rejects")
        return (
            super().values(given)
            | {name: given[name] for name in plain}
            | {
                "kind": RuleKind.PPM,
                "confidence": None if confidence is None else confidence / HUNDRED,
                "or_incidents": given["or_incidents"],
                "incident_months": given["incident_months"],
            }
        )


class RecordRuleForm(RuleForm):
    """A rule on single rejects."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Fires on"),
        choices=[(value, name) for value, name in RuleKind.choices if value != RuleKind.PPM],
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Level"),
        choices=levels_of_records,
        required=False,
    )
    severity = forms.ChoiceField(
        label=gettext_lazy("Severity"), choices=[("", "—"), *Severity.choices], required=False
    )
    min_incidents = forms.IntegerField(
        label=gettext_lazy("From so many incidents"),
        min_value=1,
        max_value=999,
        required=False,
        help_text=gettext_lazy("Empty: every single one."),
    )
    within_days = forms.IntegerField(
        label=gettext_lazy("Within so many days"), min_value=1, max_value=3_650, required=False
    )
    during_level = forms.ChoiceField(
        label=gettext_lazy("While this level is open"),
        choices=[("", "—"), *SHIPPING_CHOICES],
        required=False,
    )

    field_order = (
        *("kind", "severity", "min_incidents", "within_days", "during_level"),
        *("level", "scope", "approval_role", "tier_levels"),
    )

    def contradictions(self, given: dict[str, Any]) -> None:
        """Each kind needs what it looks at, and has no use for the rest."""
        kind = given["kind"]
        if kind == RuleKind.INCIDENT and not given["severity"]:
            self.add_error("severity", _("Choose the severity that it fires on."))
        if kind == RuleKind.ESCAPE and not given["during_level"]:
            self.add_error("during_level", _("Choose the controlled shipping that is escaped."))
        several = (given.get("min_incidents") or 1) > 1
        if several and kind != RuleKind.INCIDENT:
            self.add_error("min_incidents", _("Only incidents of a severity are counted."))
        if several and given.get("within_days") is None:
            self.add_error("within_days", _("Write within how many days they are counted."))
        if not given["level"] and kind not in {RuleKind.REPEAT_DEFECT, RuleKind.ESCAPE}:
            self.add_error("level", _("Choose the level that it raises."))

    def values(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return the rule's fields."""
        kind, several = given["kind"], (given["min_incidents"] or 1) > 1
        return super().values(given) | {
            "kind": kind,
            "one_level_up": not given["level"],
            "severity": given["severity"] if kind == RuleKind.INCIDENT else "",
            "min_incidents": given["min_incidents"] if several else None,
            "within_days": given["within_days"]
            if several or kind == RuleKind.REPEAT_DEFECT
            else None,
            "during_level": given["during_level"] if kind == RuleKind.ESCAPE else "",
        }


def initial_of(rule: Rule) -> dict[str, Any]:
    """Return what a rule's form begins with."""
    names = (
        *("metric", "window", "comparator", "threshold_ppm", "level", "scope", "min_received"),
        *("min_rejects", "or_incidents", "incident_months", "approval_role", "kind", "severity"),
        *("min_incidents", "within_days", "during_level"),
    )
    return {name: _plain(getattr(rule, name)) for name in names} | {
        "tier_levels": [str(level) for level in rule.tier_levels],
        "confidence_pct": None if rule.confidence is None else _plain(rule.confidence * HUNDRED),
        "rule": rule,
    }


def _plain(value: Any) -> Any:
    """Write a stored decimal without trailing zeros."""
    if not isinstance(value, Decimal):
        return value
    return Decimal(f"{value.normalize():f}")
