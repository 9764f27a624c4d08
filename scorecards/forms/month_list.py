"""The filters of the suppliers of a month's end."""

from django import forms
from django.utils.translation import gettext_lazy as _

from scorecards.forms.supplier_filter import NOTHING, SupplierFilterForm
from scorecards.queries.month_list import ORDERS, UNPUBLISHED
from scorecards.queries.sign_off import Standing


class MonthListForm(SupplierFilterForm):
    """Search, tier, grade and where the sign-off stands; every part may be missing."""

    orders = ORDERS

    sign_off = forms.ChoiceField(
        label=_("Sign-off"),
        required=False,
        choices=[NOTHING, *Standing.choices, (UNPUBLISHED, _("Not published"))],
    )

    @property
    def sign_off_wanted(self) -> str:
        """Where sign-offs should stand; empty for any."""
        self.is_valid()
        asked: str = self.cleaned_data.get("sign_off", "")
        return asked
