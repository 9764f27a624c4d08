"""Why a published scorecard gets a new version."""

from django import forms
from django.utils.translation import gettext_lazy as _

from scorecards.models.scorecard import SHORTEST_REASON


class RestatementForm(forms.Form):
    """The reason, which readers of both versions will see."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=SHORTEST_REASON,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Printed on the new version. Say what was corrected and why."),
    )
