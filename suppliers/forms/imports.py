"""Forms of the import pages: what to upload, and which column feeds which field."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _

from suppliers.enums import ConflictDecision, ImportKind
from suppliers.imports import dates, decimals
from suppliers.imports.columns import Mapped
from suppliers.imports.fields import Kind
from suppliers.imports.problems import FileError

MEGABYTE = 1024 * 1024
MOST_PASTED = 2_000_000
SHORTEST_REASON = 10
PASTED_NAME = "pasted.txt"


class UploadForm(forms.Form):
    """A file, or rows pasted from a spreadsheet, and what they hold."""

    kind = forms.ChoiceField(label=_("What is in the file"), choices=ImportKind.choices)
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        help_text=_("CSV with any delimiter and encoding, or XLSX."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    # no max_length: browsers would cut the text there and say nothing
    pasted = forms.CharField(
        label=_("Or rows pasted from a spreadsheet"),
        required=False,
        strip=False,
        help_text=_("Copy the cells together with their headings."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    create_parts = forms.BooleanField(
        label=_("Create parts that are not known yet"), required=False
    )

    def __init__(
        self,
        *args: Any,
        too_big: bool = False,
        too_much_pasted: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.too_big = too_big
        # more than the server takes into memory, so the text itself never got here
        self.too_much_pasted = too_much_pasted

    def clean(self) -> dict[str, Any]:
        """Demand exactly one source of rows."""
        cleaned: dict[str, Any] = super().clean() or {}
        file, pasted = cleaned.get("file"), cleaned.get("pasted", "")
        if self.too_much_pasted or len(pasted) > MOST_PASTED:
            self.add_error("pasted", too_much_pasted())
        elif self.too_big:
            limit = settings.IMPORT_MAX_BYTES // MEGABYTE
            self.add_error("file", str(FileError("too_big", limit=limit)))
        elif file is not None and pasted.strip():
            self.add_error("pasted", _("Choose a file or paste rows, not both."))
        elif file is None and not pasted.strip():
            self.add_error("file", _("Choose a file, or paste rows below."))
        elif file is not None and file.size == 0:
            self.add_error("file", str(FileError("file_empty")))
        return cleaned

    def source(self) -> "tuple[File[bytes], str]":
        """Return the valid form's rows as a file, with its name."""
        file = self.cleaned_data["file"]
        if file is not None:
            return file, file.name
        content = ContentFile(self.cleaned_data["pasted"].encode(), name=PASTED_NAME)
        return content, str(_("Pasted rows"))


def too_much_pasted() -> str:
    """Say that a file is the way for that many rows."""
    said = _(
        "More was pasted than the %(limit)s characters allowed; nothing of it was taken."
        " Save the rows as a CSV or XLSX file and choose that file."
    )
    return str(said) % {"limit": f"{MOST_PASTED:,}"}


class ColumnsForm(forms.Form):
    """One choice of a column per field of the kind, and the answers a file may ask for."""

    date_order = forms.ChoiceField(
        label=_("Dates such as 03/04/2026"),
        required=False,
        choices=[
            ("", _("decided by the file")),
            (dates.DAY_FIRST, _("day first: 3 April")),
            (dates.MONTH_FIRST, _("month first: 4 March")),
        ],
    )
    decimal_mark = forms.ChoiceField(
        label=_("Decimal mark"),
        required=False,
        choices=[
            ("", _("decided by the file")),
            (decimals.POINT, _("point: 1.5")),
            (decimals.COMMA, _("comma: 1,5")),
        ],
    )
    create_parts = forms.BooleanField(label=_("Create unknown parts"), required=False)
    create_masters = forms.BooleanField(
        label=_("Create unknown plants, defect codes, tiers and groups"), required=False
    )

    def __init__(
        self,
        *args: Any,
        kind: Kind,
        headings: Sequence[str],
        samples: Sequence[Sequence[str]],
        mapped: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        choices = [("", _("— no column —")), *_choices(headings, samples)]
        for one in kind.fields:
            self.fields[_name(one.name)] = forms.ChoiceField(
                label=str(one.label),
                required=one.required,
                choices=choices,
                initial=mapped.get(one.name, ""),
                help_text=str(one.help),
                error_messages={"required": _("Choose the column that holds this.")},
            )

    def columns(self) -> list[forms.BoundField]:
        """Return the fields that choose columns, in the order of the kind."""
        return [self[_name(name)] for name in self.kind.names]

    def answers(self) -> list[forms.BoundField]:
        """Return the other fields."""
        return [self[name] for name in self.base_fields]

    @property
    def mapping(self) -> Mapped:
        """Heading per field of the valid form; empty for a field without a column."""
        return {name: self.cleaned_data[_name(name)] for name in self.kind.names}

    @property
    def options(self) -> dict[str, Any]:
        """Answers of the valid form, as an import keeps them."""
        return {
            "date_order": self.cleaned_data["date_order"] or None,
            "decimal_mark": self.cleaned_data["decimal_mark"] or None,
            **{
                name: self.cleaned_data[name]
                for name in ("create_parts", "create_masters")
                if name in self.cleaned_data
            },
        }


def _name(field: str) -> str:
    return f"column-{field}"


def _choices(headings: Sequence[str], samples: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """Offer each heading with the first values below it."""
    shown = zip(headings, samples, strict=False)
    return [
        (heading, f"{heading} ({', '.join(first)})" if first else heading)
        for heading, first in shown
        if heading
    ]


class ConflictsForm(forms.Form):
    """Which conflicts are decided how, and why."""

    CHOSEN, ALL = "chosen", "all"

    decision = forms.ChoiceField(choices=ConflictDecision.choices, widget=forms.HiddenInput)
    scope = forms.ChoiceField(
        label=_("Which rows"),
        choices=[(CHOSEN, _("The rows chosen above")), (ALL, _("All rows that are not decided"))],
        widget=forms.RadioSelect,
        initial=CHOSEN,
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        help_text=_("Needed to replace: at least ten letters; it is kept with the change."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, numbers: Sequence[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rows"] = forms.MultipleChoiceField(
            required=False, choices=[(str(number), str(number)) for number in numbers]
        )

    def clean(self) -> dict[str, Any]:
        """Demand rows where rows are chosen, and a reason where values are replaced."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("scope") == self.CHOSEN and not cleaned.get("rows"):
            self.add_error("scope", _("Choose rows in the table, or decide all of them."))
        if cleaned.get("decision") == ConflictDecision.REPLACE:
            refuse_short_reason(self, cleaned.get("reason", ""))
        return cleaned

    @property
    def data_rows(self) -> list[str]:
        """Rows ticked in what was sent, so that nothing is lost when it is shown again."""
        return list(self["rows"].value() or ())

    @property
    def numbers(self) -> list[int] | None:
        """Rows of the valid form, None for all."""
        if self.cleaned_data["scope"] == self.ALL:
            return None
        return [int(number) for number in self.cleaned_data["rows"]]


class UndoForm(forms.Form):
    """Why an import is taken back."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("At least ten letters; it is kept with every row that is taken back."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_reason(self) -> str:
        """Demand a reason somebody can understand later."""
        reason: str = self.cleaned_data["reason"]
        refuse_short_reason(self, reason)
        return reason


class MappingNameForm(forms.Form):
    """Under which name the columns of a source are saved."""

    name = forms.CharField(
        label=_("Name of the source"),
        max_length=80,
        help_text=_(
            "For example the system and report: files with these headings are then read so."
        ),
    )


class MappingForm(ColumnsForm):
    """A saved mapping: its name, its columns, and how its files are read."""

    name = forms.CharField(label=_("Name of the source"), max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # what a file may create is asked with the file
        del self.fields["create_parts"], self.fields["create_masters"]


def refuse_short_reason(form: forms.Form, reason: str) -> None:
    """Add an error when a reason says too little."""
    if len(reason.strip()) < SHORTEST_REASON:
        form.add_error("reason", _("Write at least ten letters: who reads it later was not here."))
