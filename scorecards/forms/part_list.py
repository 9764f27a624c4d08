"""The search of the list of parts."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from scorecards.periods import Month
from suppliers.models import Part


class PartListForm(forms.Form):
    """Search by number, name or commodity, and a month."""

    q = forms.CharField(
        label=_("Search number, name or commodity"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    month = forms.ChoiceField(label=_("Month"), required=False)

    def __init__(self, *args: Any, months: Iterable[Month], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["month"]
        field.choices = [(str(month), date_format(month.first_day, "F Y")) for month in months]

    @property
    def part_ids(self) -> list[int] | None:
        """The parts that match; None when nothing was searched for."""
        self.is_valid()
        text = self.cleaned_data.get("q", "").strip()
        if not text:
            return None
        matching = Q(number__icontains=text) | Q(name__icontains=text)
        return list(
            Part.objects.filter(matching | Q(commodity__icontains=text)).values_list(
                "pk", flat=True
            )
        )
