"""The filters of the list of suppliers."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from scorecards import badges
from scorecards.forms.supplier_filter import NOTHING, SupplierFilterForm
from scorecards.periods import Month
from scorecards.queries.supplier_filter import ANY_LEVEL, NO_LEVEL
from scorecards.queries.supplier_order import ORDERS
from suppliers.models import Plant, Tier


class SupplierListForm(SupplierFilterForm):
    """Search, month, tier, plant, level; every part may be missing."""

    orders = ORDERS
    field_order = ("q", "month", "tier", "plant", "level", "grade", "with_rejects", "order")

    month = forms.ChoiceField(label=_("Month"), required=False)
    plant = forms.TypedChoiceField(
        label=_("Delivers to plant"), required=False, coerce=int, empty_value=None
    )
    level = forms.ChoiceField(label=_("Level"), required=False)
    with_rejects = forms.BooleanField(label=_("Only with rejects"), required=False)

    def __init__(
        self,
        *args: Any,
        months: Iterable[Month],
        tiers: Iterable[Tier],
        plants: Iterable[Plant],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, tiers=tiers, **kwargs)
        self.offer("month", [(str(month), _written(month)) for month in months])
        self.offer("plant", [NOTHING, *((plant.pk, plant.code) for plant in plants)])
        self.offer("level", LEVELS)

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
