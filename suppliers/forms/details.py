"""Fields that describe a reject without counting, and the form on which they are completed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from suppliers.enums import DetectionPoint
from suppliers.forms.quantities import reason_field
from suppliers.models import Reject
from suppliers.services.reject_details import DETAILS


class MadeAndCostFields(forms.Form):
    """Where and when the supplier made the parts, and what the reject cost."""

    machine = forms.CharField(
        label=_("Machine"),
        max_length=60,
        required=False,
        help_text=_("On which the supplier made the parts, if known."),
    )
    shift = forms.CharField(label=_("Shift"), max_length=20, required=False)
    cost = forms.DecimalField(
        label=_("Cost"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        help_text=_("What the reject cost the customer; needs its currency."),
    )
    cost_currency = forms.CharField(
        label=_("Currency of the cost"),
        max_length=3,
        required=False,
        help_text=_("Three letters, like EUR; amounts of different currencies are never added."),
    )

    def clean_cost_currency(self) -> str:
        """Write the currency as everybody does."""
        return str(self.cleaned_data["cost_currency"]).strip().upper()


class DetailsForm(MadeAndCostFields):
    """What is known of a reject by now; `seen` is the version that the person had before them."""

    lot = forms.CharField(label=_("Lot"), max_length=60, required=False)
    detection_point = forms.ChoiceField(label=_("Detection point"), choices=DetectionPoint.choices)
    reason = reason_field(
        required=False,
        help_text=_(
            "Needed where something recorded is replaced or taken away: at least ten letters. "
            "Stays with the record for ever. The supplier can read it."
        ),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def begun(reject: Reject, version: int) -> dict[str, Any]:
        """Return what the form begins with: what the record says."""
        return {name: getattr(reject, name) for name in DETAILS} | {"seen": version}

    @property
    def details(self) -> dict[str, Any]:
        """What was typed in."""
        return {name: self.cleaned_data[name] for name in DETAILS}
