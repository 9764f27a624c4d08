"""Proposing and accepting control limits, leaving months out, answering signals."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from scorecards.models.baseline import SHORTEST_CAUSE, SHORTEST_REASON
from scorecards.periods import Month

LONGEST = 1_000


class ProposeForm(forms.Form):
    """Which months limits are estimated from."""

    first = forms.ChoiceField(label=_("First month"))
    last = forms.ChoiceField(label=_("Last month"))
    note = forms.CharField(
        label=_("Why these months"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What made them a steady time: same tool, same process, same counting."),
    )

    def __init__(self, *args: Any, months: Iterable[Month], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(month), date_format(month.first_day, "F Y")) for month in months]
        for name in ("first", "last"):
            field: Any = self.fields[name]
            field.choices = choices

    @property
    def span(self) -> tuple[Month, Month]:
        """The months that were chosen."""
        chosen = self.cleaned_data
        return Month.parse(chosen["first"]), Month.parse(chosen["last"])


class PointForm(forms.Form):
    """A month left out with its cause, or taken back without one."""

    excluded = forms.BooleanField(required=False)
    cause = forms.CharField(
        label=_("Cause"), required=False, min_length=SHORTEST_CAUSE, max_length=LONGEST
    )


class AcceptForm(forms.Form):
    """Why the limits hold from now on."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=SHORTEST_REASON,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("At least ten characters. The supplier reads it beside the chart."),
    )


class SeenForm(forms.Form):
    """What somebody found who looked at a signal."""

    note = forms.CharField(label=_("What was found"), required=False, max_length=LONGEST)
