"""Imports: an uploaded file on its way to facts, or to a list of what must be mended."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from suppliers import enums
from suppliers.models.users import User

# What the importer looks for on every ring.
WAITING = [enums.ImportState.UPLOADED, enums.ImportState.CONFIRMED]


def key_of_upload(_batch: Any, _filename: str) -> str:
    """Name an uploaded file by chance; what it was called is only shown."""
    return f"imports/{uuid.uuid4().hex}"


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Imports, read as prose."""

    def due(self, at: datetime) -> Self:
        """Imports that wait to be read or loaded and whose next attempt has come."""
        return self.filter(state__in=WAITING).filter(
            Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=at)
        )

    def loaded_from(self, batch: "ImportBatch") -> Self:
        """Earlier imports of the very same file as the same kind that were loaded."""
        return self.filter(
            kind=batch.kind, sha256=batch.sha256, state=enums.ImportState.DONE
        ).exclude(pk=batch.pk)


class ImportBatch(models.Model):
    """One uploaded file; work for the importer while `state` is uploaded or confirmed."""

    kind = models.CharField(_("kind"), max_length=20, choices=enums.ImportKind)
    state = models.CharField(
        _("state"), max_length=12, choices=enums.ImportState, default=enums.ImportState.UPLOADED
    )
    file = models.FileField(_("file"), upload_to=key_of_upload, blank=True)
    filename = models.CharField(_("file name"), max_length=200)
    size_bytes = models.PositiveBigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="imports"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), db_default=Now())
    # {"field of the kind": "heading of the file"} as given by hand; the rest is recognised
    mapping = models.JSONField(_("mapping"), default=dict, blank=True)
    # create_parts, create_masters, valid_only, date_order, decimal_mark, expected_rows
    options = models.JSONField(_("options"), default=dict, blank=True)
    # what reading and loading found: headings, mapped columns, rows and pieces per outcome,
    # problems by code, missing and created masters (see services.imports)
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    # {"code": …, "params": {…}} of imports.problems; null while nothing is wrong with the file
    error = models.JSONField(_("error"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            CheckConstraint(
                condition=Q(kind__in=enums.ImportKind.values), name="import_batch_kind_known"
            ),
            CheckConstraint(
                condition=Q(state__in=enums.ImportState.values), name="import_batch_state_known"
            ),
        ]
        indexes = [
            Index(
                fields=["uploaded_at"],
                name="import_batch_waiting",
                condition=Q(state__in=WAITING),
            ),
            Index(fields=["sha256"], name="import_batch_sha256"),
        ]

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("import_batch", args=[self.pk])

    @property
    def rows_in_file(self) -> int | None:
        """Rows the file has; None until it was read."""
        rows: int | None = self.summary.get("rows")
        return rows

    @property
    def rows_loaded(self) -> int | None:
        """Rows that were stored from it; None until it was loaded."""
        rows: int | None = (self.summary.get("loaded") or {}).get("rows")
        return rows

    @property
    def is_waiting(self) -> bool:
        """Whether the importer has something to do with it."""
        return self.state in WAITING


class ImportRow(models.Model):
    """One row of a file that needs attention: its key, its outcome and what is wrong with it."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    values = models.JSONField(_("values"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=enums.ImportOutcome)
    # [{"field": …, "column": …, "code": …, "value": …, "params": {…}}]
    problems = models.JSONField(_("problems"), default=list, blank=True)

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        constraints = [
            UniqueConstraint(fields=["batch", "number"], name="import_row_number_unique"),
            CheckConstraint(
                condition=Q(outcome__in=enums.ImportOutcome.values),
                name="import_row_outcome_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch} row {self.number}"
