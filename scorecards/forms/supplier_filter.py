"""What every list of suppliers is narrowed by: name, tier, grade; and its order."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from scorecards.queries.grades import GRADES
from scorecards.queries.supplier_filter import ListFilter
from suppliers.models import Tier

NOTHING = ("", _("All"))


class SupplierFilterForm(forms.Form):
    """Search, tier and grade; every part may be missing. `orders` are those a list knows."""

    orders: ClassVar[Sequence[str]] = ()

    q = forms.CharField(
        label=_("Search code or name"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    tier = forms.TypedChoiceField(label=_("Tier"), required=False, coerce=int, empty_value=None)
    grade = forms.ChoiceField(
        label=_("Grade"), required=False, choices=[NOTHING, *((one, one) for one in GRADES)]
    )
    order = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, tiers: Iterable[Tier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("tier", [NOTHING, *((tier.pk, tier.name) for tier in tiers)])

    def offer(self, name: str, choices: list[Any]) -> None:
        """Set what a field can be chosen from."""
        field: Any = self.fields[name]
        field.choices = choices

    def clean_order(self) -> str:
        """Fall back to the default order for an unknown one."""
        order: str = self.cleaned_data["order"]
        return order if order.removeprefix("-") in self.orders else ""

    @property
    def wanted(self) -> ListFilter:
        """What was asked for; parts that make no sense ask for nothing."""
        self.is_valid()
        given = self.cleaned_data
        return ListFilter(
            search=given.get("q", "").strip(),
            tier=given.get("tier"),
            plant=given.get("plant"),
            level=given.get("level", ""),
            grade=given.get("grade", ""),
            with_rejects=given.get("with_rejects", False),
            order=given.get("order", ""),
        )
