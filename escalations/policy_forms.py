"""The draft of a policy's version: its rules together, and what belongs to the version."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.enums import PolicySubject
from escalations.models import Policy
from escalations.rule_forms import FigureRuleForm, RecordRuleForm, RuleForm
from scorecards.models.scorecard import SHORTEST_REASON
from scorecards.periods import InvalidMonthError, Month

MOST_RULES: Final = 40


class VersionForm(forms.Form):
    """What belongs to the version as a whole."""

    applies_from = forms.CharField(
        label=gettext_lazy("First month it judges"),
        max_length=7,
        help_text=gettext_lazy("A month like 2026-03. Earlier months keep the version before."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("At least ten characters; needed to save."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def clean_applies_from(self) -> Month:
        """Return the month."""
        try:
            return Month.parse(self.cleaned_data["applies_from"])
        except InvalidMonthError as error:
            raise forms.ValidationError(_("Write a month like 2026-03.")) from error

    def demand_reason(self) -> bool:
        """Complain about a reason that is too short; return whether it is long enough."""
        if len(self.cleaned_data.get("reason", "").strip()) >= SHORTEST_REASON:
            return True
        text = _("Give a reason of at least %(count)d characters.")
        self.add_error("reason", text % {"count": SHORTEST_REASON})
        return False


class CopyForm(forms.Form):
    """A policy of one's own, begun as another."""

    source = forms.ModelChoiceField(
        label=gettext_lazy("Begins with the rules of"), queryset=Policy.objects.none()
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source: Any = self.fields["source"]
        source.queryset = Policy.objects.order_by("subject", "name", "pk")

    def clean_name(self) -> str:
        """Refuse a name that is taken."""
        name: str = self.cleaned_data["name"].strip()
        if Policy.objects.filter(name__iexact=name).exists():
            raise forms.ValidationError(_("There is a policy of this name; choose another."))
        return name


def form_of(policy: Policy) -> type[RuleForm]:
    """Return the form of the policy's rules."""
    return FigureRuleForm if policy.subject == PolicySubject.FIGURES else RecordRuleForm


class RuleSet(forms.BaseFormSet):  # type: ignore[type-arg]  # not subscriptable when run
    """The rules of a version; one that is ticked is left out."""

    default_error_messages = {
        **forms.BaseFormSet.default_error_messages,
        "too_few_forms": gettext_lazy(
            "Keep at least one rule: a version without rules judges nothing."
        ),
    }

    def add_fields(self, form: RuleForm, index: int | None) -> None:
        """Say what the box does."""
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Leave this rule out")


def rule_set(policy: Policy, *, extra: int) -> Any:
    """Return the formset of the policy's rules."""
    return forms.formset_factory(
        form_of(policy),
        formset=RuleSet,
        extra=extra,
        can_delete=True,
        max_num=MOST_RULES,
        validate_max=True,
        min_num=1,
        validate_min=True,
    )
