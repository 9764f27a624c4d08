"""How undecided rejects count, and why that is changed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from scorecards.enums import ProvisionalRule
from scorecards.services.counting import SHORTEST_REASON


class CountingForm(forms.Form):
    """The rule for what nobody has decided."""

    provisional = forms.ChoiceField(
        label=_("Undecided rejects count"),
        choices=ProvisionalRule.choices,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        min_length=SHORTEST_REASON,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("At least ten characters; everybody who reads a figure can read it."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)
