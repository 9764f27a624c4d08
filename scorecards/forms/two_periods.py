"""Which two periods are compared."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from scorecards.periods import Month

# Quarters, unless somebody asks for other months.
USUAL_MONTHS = 3


class TwoPeriodsForm(forms.Form):
    """First and last month of an earlier and a later period, which do not overlap."""

    before_from = forms.ChoiceField(label=_("Before: from"))
    before_to = forms.ChoiceField(label=_("to"))
    after_from = forms.ChoiceField(label=_("After: from"))
    after_to = forms.ChoiceField(label=_("to"))

    def __init__(self, *args: Any, months: Sequence[Month], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(month), date_format(month.first_day, "F Y")) for month in months]
        for field in self.fields.values():
            named: Any = field
            named.choices = choices

    def clean(self) -> dict[str, Any]:
        """Refuse periods that end before they begin, or overlap."""
        found = {name: Month.parse(text) for name, text in self.cleaned_data.items()}
        if len(found) < len(self.fields):
            return found
        for first, last in (("before_from", "before_to"), ("after_from", "after_to")):
            if found[last] < found[first]:
                self.add_error(last, ValidationError(_("The period ends before it begins.")))
        if not self.errors and found["after_from"] <= found["before_to"]:
            said = _(
                "Let the later period begin after the earlier one ends: months in both would"
                " be compared with themselves."
            )
            self.add_error("after_from", ValidationError(said))
        return found

    @property
    def before(self) -> tuple[Month, Month]:
        """First and last month of the earlier period."""
        return self.cleaned_data["before_from"], self.cleaned_data["before_to"]

    @property
    def after(self) -> tuple[Month, Month]:
        """First and last month of the later period."""
        return self.cleaned_data["after_from"], self.cleaned_data["after_to"]


def usual_periods(end: Month, *, earliest: Month) -> dict[str, str]:
    """Return the form's values for the newest months against those before them."""
    firsts = {
        "before_from": end.minus(2 * USUAL_MONTHS - 1),
        "before_to": end.minus(USUAL_MONTHS),
        "after_from": end.minus(USUAL_MONTHS - 1),
        "after_to": end,
    }
    return {name: str(max(month, earliest)) for name, month in firsts.items()}
