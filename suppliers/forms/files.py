"""A field for several files at once."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from suppliers.services.evidence import ENDINGS, MEGABYTE, MOST_FILES, check_files


class FilesInput(forms.ClearableFileInput):
    """Lets several files be chosen."""

    template_name = "django/forms/widgets/file.html"
    allow_multiple_selected = True


def _help() -> str:
    return gettext("PDF, pictures, text, Word or Excel; up to %(most)s files of %(limit)s MB.") % {
        "most": MOST_FILES,
        "limit": settings.EVIDENCE_MAX_BYTES // MEGABYTE,
    }


class EvidenceField(forms.FileField):
    """Optional files, each refused with what is wrong with it; the value is a list."""

    widget = FilesInput

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Attachments"),
            required=False,
            help_text=lazy(_help, str)(),
            widget=FilesInput(attrs={"accept": ",".join(ENDINGS)}),
            **options,
        )

    def clean(self, data: Any, initial: Any = None) -> "list[File[bytes]]":  # noqa: ARG002  # Django's signature
        """Return the files once all of them are accepted."""
        files = [file for file in (data or []) if file]
        check_files(files)
        return files


class FilesForm(forms.Form):
    """A form that may carry files; an upload that was cut off for its size says so."""

    attachments = EvidenceField()

    def __init__(self, *args: Any, too_big: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_big = too_big
        self.order_fields([name for name in self.fields if name != "attachments"])

    def clean(self) -> dict[str, Any]:
        """Say that files did not arrive."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.too_big:
            raise ValidationError(
                {
                    "attachments": _(
                        "These files are too large together; attach fewer or smaller ones."
                    )
                }
            )
        return cleaned
