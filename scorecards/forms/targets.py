"""A new target: with whom, of which figure, how much, from when."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scorecards.enums import METRICS
from scorecards.services.targets import Owner
from suppliers.access import AnyUser, standing
from suppliers.models import Supplier, SupplierPart, Tier


class TargetForm(forms.Form):
    """Either a tier, or a supplier and perhaps one of its parts."""

    tier = forms.ModelChoiceField(
        label=gettext_lazy("Tier"), queryset=Tier.objects.none(), required=False
    )
    supplier = forms.CharField(
        label=gettext_lazy("Supplier"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Its code. Leave it empty for a tier's target."),
    )
    part = forms.CharField(
        label=gettext_lazy("Part"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("A part number of the supplier, for a target of this part alone."),
    )
    metric = forms.ChoiceField(label=gettext_lazy("Figure"), choices=METRICS)
    target_ppm = forms.DecimalField(
        label=gettext_lazy("Target (PPM)"), min_value=0, max_digits=12, decimal_places=3
    )
    first_day = forms.DateField(
        label=gettext_lazy("Holds from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The target that holds then ends the day before."),
    )

    def __init__(self, *args: Any, user: AnyUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        tier: Any = self.fields["tier"]
        tier.queryset = Tier.objects.order_by("level")
        if not standing(user).sees_all:
            del self.fields["tier"]

    def clean(self) -> dict[str, Any]:
        """Find with whom the target is agreed."""
        given: dict[str, Any] = super().clean() or {}
        tier, code, number = given.get("tier"), given.get("supplier", ""), given.get("part", "")
        if tier is not None and (code or number):
            self.add_error("tier", _("Name a tier or a supplier, not both."))
        elif tier is not None:
            given["owner"] = Owner(tier=tier)
        elif not code:
            self.add_error("supplier", _("Name a tier, or the code of a supplier."))
        else:
            given["owner"] = self._owner(code.strip(), number.strip())
        return given

    def _owner(self, code: str, number: str) -> Owner | None:
        supplier = Supplier.objects.visible_to(self._user).filter(code=code).first()
        if supplier is None:
            self.add_error("supplier", _("There is no supplier with this code."))
            return None
        if not number:
            return Owner(supplier=supplier)
        part = SupplierPart.objects.filter(supplier=supplier, part__number=number).first()
        if part is None:
            self.add_error("part", _("%(code)s has no part with this number.") % {"code": code})
            return None
        return Owner(supplier_part=part)


class AgreementForm(forms.Form):
    """The name of whoever acknowledges."""

    name = forms.CharField(label=gettext_lazy("Your name and function"), max_length=120)
