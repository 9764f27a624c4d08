"""The search of a list of plants, parts, commodities or defect codes."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from scorecards.enums import ScopeKind
from scorecards.periods import Month
from scorecards.queries.figures import Key
from suppliers.models import DefectCode, Part, Plant

# What is searched, and what a list's rows are told apart by.
SEARCHED: Final[dict[ScopeKind, tuple[QuerySet[Any], tuple[str, ...], str]]] = {
    ScopeKind.PLANT: (Plant.objects.all(), ("code", "name"), "pk"),
    ScopeKind.PART: (Part.objects.all(), ("number", "name", "commodity"), "pk"),
    ScopeKind.COMMODITY: (Part.objects.exclude(commodity=""), ("commodity",), "commodity"),
    ScopeKind.DEFECT_CODE: (DefectCode.objects.all(), ("code", "name"), "pk"),
}


class SliceListForm(forms.Form):
    """Search by what a row is called, and a month."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    month = forms.ChoiceField(label=_("Month"), required=False)

    def __init__(self, *args: Any, kind: ScopeKind, months: Iterable[Month], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        field: Any = self.fields["month"]
        field.choices = [(str(month), date_format(month.first_day, "F Y")) for month in months]

    @property
    def keys(self) -> set[Key] | None:
        """What matches; None when nothing was searched for."""
        self.is_valid()
        text = self.cleaned_data.get("q", "").strip()
        if not text:
            return None
        rows, columns, key = SEARCHED[self.kind]
        matching = Q()
        for column in columns:
            matching |= Q(**{f"{column}__icontains": text})
        return set(rows.filter(matching).order_by().values_list(key, flat=True))
