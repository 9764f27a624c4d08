"""Imports: an uploaded file on its way to facts, or to a list of what must be mended."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from suppliers import enums
from suppliers.models.users import User


class ImportBatch(models.Model):
    """One uploaded file; work for the importer while `state` is uploaded or confirmed."""

    kind = models.CharField(_("kind"), max_length=20, choices=enums.ImportKind)
    state = models.CharField(
        _("state"), max_length=12, choices=enums.ImportState, default=enums.ImportState.UPLOADED
    )
    file = models.FileField(_("file"), upload_to="imports/%Y/%m/")
    filename = models.CharField(_("file name"), max_length=200)
    size_bytes = models.PositiveBigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="imports"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), db_default=Now())
    # {"header of the file": "field of the kind"}; null until recognised or mapped by hand
    mapping = models.JSONField(_("mapping"), null=True, blank=True)
    # {"create_missing": bool, "valid_only": bool, …}
    options = models.JSONField(_("options"), default=dict, blank=True)
    # what reading and loading found: headers, counts per outcome, totals, created masters
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    error = models.TextField(_("error"), blank=True, default="")
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

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
            # what the importer looks for on every ring
            Index(
                fields=["uploaded_at"],
                name="import_batch_waiting",
                condition=Q(state__in=[enums.ImportState.UPLOADED, enums.ImportState.CONFIRMED]),
            )
        ]

    def __str__(self) -> str:
        return self.filename


class ImportRow(models.Model):
    """One row of a file: its normalised values, its outcome and what is wrong with it."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    values = models.JSONField(_("values"))
    outcome = models.CharField(_("outcome"), max_length=12)
    # [{"column": …, "code": …, "value": …}]
    problems = models.JSONField(_("problems"), default=list, blank=True)

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        constraints = [
            UniqueConstraint(fields=["batch", "number"], name="import_row_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.batch} row {self.number}"
