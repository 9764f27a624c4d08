"""The filters of the list of suppliers."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from scorecards import badges
from scorecards.periods import Month
from scorecards.queries.grades import GRADES
from scorecards.queries.supplier_list import ANY_LEVEL, NO_LEVEL, ORDERS, ListFilter
from suppliers.models import Plant, Tier

NOTHING = ("", _("All"))


class SupplierListForm(forms.Form):
    """Search, month, tier, plant, level; every part may be missing."""

    q = forms.CharField(
        label=_("Search code or name"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    month = forms.ChoiceField(label=_("Month"), required=False)
    tier = forms.TypedChoiceField(label=_("Tier"), required=False, coerce=int, empty_value=None)
    plant = forms.TypedChoiceField(
        label=_("Delivers to plant"), required=False, coerce=int, empty_value=None
    )
    level = forms.ChoiceField(label=_("Level"), required=False)
    grade = forms.ChoiceField(
        label=_("Grade"), required=False, choices=[NOTHING, *((one, one) for one in GRADES)]
    )
    with_rejects = forms.BooleanField(label=_("Only with rejects"), required=False)
    order = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        months: Iterable[Month],
        tiers: Iterable[Tier],
        plants: Iterable[Plant],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choices("month", [(str(month), _written(month)) for month in months])
        self._choices("tier", [NOTHING, *((tier.pk, tier.name) for tier in tiers)])
        self._choices("plant", [NOTHING, *((plant.pk, plant.code) for plant in plants)])
        self._choices("level", LEVELS)

    def _choices(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def clean_order(self) -> str:
        """Fall back to the default order for an unknown one."""
        order: str = self.cleaned_data["order"]
        return order if order.removeprefix("-") in ORDERS else ""

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

    @property
    def narrows(self) -> bool:
        """Whether anything but month and order was asked for."""
        wanted = self.wanted
        return bool(
            wanted.search
            or wanted.tier
            or wanted.plant
            or wanted.level
            or wanted.grade
            or wanted.with_rejects
        )


LEVELS = [
    NOTHING,
    (ANY_LEVEL, _("Any open level")),
    *((value, badge.label) for value, badge in badges.LEVELS.items()),
    (NO_LEVEL, _("No open level")),
]


def _written(month: Month) -> str:
    return date_format(month.first_day, "F Y")
