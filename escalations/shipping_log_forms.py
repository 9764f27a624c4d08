"""Forms of the daily log: one day, or many as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.queries.shipping_lanes import Lane
from escalations.services.shipping_log import Day
from escalations.shipping_files import MOST_BYTES
from suppliers.forms.quantities import PiecesField
from suppliers.imports import dates


@dataclass(frozen=True, kw_only=True)
class LaneFields:
    """The fields of one part at one plant, as the form's table shows them."""

    lane: Lane
    inspected: Any
    found: Any
    shipments: Any
    defect: Any


class DayForm(forms.Form):
    """One day's sorting: a line per part and plant; a line left empty says nothing."""

    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    sorted_by = forms.CharField(label=_("Sorted by"), max_length=120)
    reason = forms.CharField(
        label=_("Reason of a correction"),
        required=False,
        max_length=2_000,
        help_text=_("Only where the day is in the log already and changes."),
    )

    def __init__(self, *args: Any, lanes: Sequence[Lane], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lanes = list(lanes)
        for number, lane in enumerate(self.lanes):
            for name, field in _lane_fields(lane).items():
                self.fields[f"{name}_{number}"] = field

    @property
    def rows(self) -> Iterator[LaneFields]:
        """The lines of the table."""
        for number, lane in enumerate(self.lanes):
            names = ("inspected", "found", "shipments", "defect")
            yield LaneFields(lane=lane, **{name: self[f"{name}_{number}"] for name in names})

    def clean(self) -> dict[str, Any]:
        """Demand a line, and of each line that says anything what was inspected."""
        cleaned: dict[str, Any] = super().clean() or {}
        said = [number for number in range(len(self.lanes)) if self._says(number, cleaned)]
        for number in said:
            name = f"inspected_{number}"
            if cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, _("How many were inspected? Write 0 if none."))
        if not said and not self.errors:
            raise forms.ValidationError(_("Fill in at least one line; write 0 for a day off."))
        return cleaned

    def _says(self, number: int, cleaned: dict[str, Any]) -> bool:
        names = ("inspected", "found", "shipments", "defect")
        return any(cleaned.get(f"{name}_{number}") not in (None, "") for name in names)

    @property
    def days(self) -> list[Day]:
        """What was typed in."""
        cleaned = self.cleaned_data
        return [
            Day(
                day=cleaned["day"],
                part=lane.part,
                plant=lane.plant,
                inspected_qty=cleaned[f"inspected_{number}"],
                found_qty=cleaned[f"found_{number}"] or Decimal(0),
                shipments=cleaned[f"shipments_{number}"] or 0,
                defect=cleaned[f"defect_{number}"],
                sorted_by=cleaned["sorted_by"],
                row=number + 1,
            )
            for number, lane in enumerate(self.lanes)
            if self._says(number, cleaned) and lane.plant is not None
        ]


class MaybePieces(PiecesField):
    """Pieces; an empty field is not 0 but nothing."""

    def clean(self, value: Any) -> Any:
        """Return the pieces, None where nothing was typed."""
        return None if value in self.empty_values else super().clean(value)


def _lane_fields(lane: Lane) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {
        "inspected": MaybePieces(label=_("Inspected"), required=False),
        "found": MaybePieces(label=_("Found"), required=False),
        "shipments": forms.IntegerField(
            label=_("Shipments"), required=False, min_value=0, max_value=10_000
        ),
        "defect": forms.CharField(label=_("Defect"), required=False, max_length=200),
    }
    for field in fields.values():
        field.widget.attrs["aria-label"] = f"{field.label}: {lane}"
    return fields


class LogFileForm(forms.Form):
    """Days of the log as a file, or pasted from a spreadsheet."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("CSV with a heading row; any delimiter and encoding."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv"}),
    )
    pasted = forms.CharField(
        label=_("Or rows pasted from a spreadsheet"),
        required=False,
        strip=False,
        help_text=_("Copy the cells together with their headings."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    date_order = forms.ChoiceField(
        label=_("Dates such as 03/04/2026"),
        required=False,
        choices=[
            ("", _("decided by the file")),
            (dates.DAY_FIRST, _("day first: 3 April")),
            (dates.MONTH_FIRST, _("month first: 4 March")),
        ],
    )
    reason = forms.CharField(
        label=_("Reason of corrections"),
        required=False,
        max_length=2_000,
        help_text=_("Only where the file changes days that are in the log already."),
    )

    def clean(self) -> dict[str, Any]:
        """Demand exactly one source of rows, of a bearable size."""
        cleaned: dict[str, Any] = super().clean() or {}
        file, pasted = cleaned.get("file"), cleaned.get("pasted", "")
        if file is not None and pasted.strip():
            self.add_error("pasted", _("Choose a file or paste rows, not both."))
        elif file is None and not pasted.strip() and not self.errors:
            self.add_error("file", _("Choose a file, or paste rows below."))
        elif file is not None and file.size > MOST_BYTES:
            self.add_error("file", _("The file is larger than 1 MB; split it by month."))
        return cleaned

    def data_bytes(self) -> bytes:
        """Return the rows as they came."""
        file = self.cleaned_data["file"]
        return bytes(file.read()) if file is not None else self.cleaned_data["pasted"].encode()
