"""Imports: an uploaded file on its way to facts, or to a list of what must be mended."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import CheckConstraint, Count, Index, Q, UniqueConstraint
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from suppliers import access, enums
from suppliers.models.users import User

# What the importer looks for on every ring.
WAITING = [enums.ImportState.UPLOADED, enums.ImportState.CONFIRMED]
# Everything a worker has to do with imports: these, and taking back.
WORKED_ON = [*WAITING, enums.ImportState.UNDOING]


def key_of_upload(_batch: Any, _filename: str) -> str:
    """Name an uploaded file by chance; what it was called is only shown."""
    return f"imports/{uuid.uuid4().hex}"


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Imports, read as prose."""

    def due(self, at: datetime) -> Self:
        """Imports that wait to be read or loaded and whose next attempt has come."""
        return self._due(WAITING, at)

    def undo_due(self, at: datetime) -> Self:
        """Imports that wait to be taken back and whose next attempt has come."""
        return self._due([enums.ImportState.UNDOING], at)

    def _due(self, states: Sequence[str], at: datetime) -> Self:
        return self.filter(state__in=states).filter(
            Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=at)
        )

    def visible_to(self, user: access.AnyUser) -> Self:
        """Every import, for those who are not narrowed; else the user's own."""
        return self.filter(access.imports_visible_to(user))

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
    undone_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    undo_reason = models.TextField(_("why it was taken back"), blank=True, default="")

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
            CheckConstraint(
                condition=Q(undone_at__isnull=True) & ~Q(state=enums.ImportState.UNDONE)
                | Q(undone_at__isnull=False, state=enums.ImportState.UNDONE) & ~Q(undo_reason=""),
                name="import_batch_undone_with_reason",
            ),
        ]
        indexes = [
            Index(
                fields=["uploaded_at"],
                name="import_batch_waiting",
                condition=Q(state__in=WORKED_ON),
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
        """Whether a worker has something to do with it."""
        return self.state in WORKED_ON


# A fact's row names the stored record; a master's is found by its code. Rows of one file that
# contradict each other are mended in the file.
IN_QUESTION = Q(outcome=enums.ImportOutcome.CONFLICT) & (
    Q(record__isnull=False)
    | Q(batch__kind__in=[enums.ImportKind.SUPPLIERS, enums.ImportKind.PARTS])
    & Q(problems__contains=[{"code": "stored_differs"}])
    & ~Q(problems__contains=[{"code": "row_differs"}])
)


@dataclass(frozen=True, kw_only=True)
class ConflictTally:
    """How many rows of an import are in conflict, and how far they are decided."""

    conflicts: int
    undecided: int
    replaced: int


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    """Listed rows, read as prose."""

    def conflicts(self) -> Self:
        """Rows whose key is stored with other values, which a person can decide."""
        return self.filter(IN_QUESTION)

    def without_question(self) -> Self:
        """Every other row."""
        return self.exclude(IN_QUESTION)

    def undecided(self) -> Self:
        """Conflicts nobody has decided yet."""
        return self.conflicts().filter(decision="")

    def tally(self) -> "ConflictTally":
        """Count conflicts, those nobody has decided, and those replaced, in one query."""
        undecided = Count("pk", filter=Q(decision=""))
        replaced = Count("pk", filter=Q(decision=enums.ConflictDecision.REPLACE))
        counts = self.conflicts().aggregate(
            conflicts=Count("pk"), undecided=undecided, replaced=replaced
        )
        return ConflictTally(**counts)

    def replaced(self) -> Self:
        """Conflicts in which the file's values have taken the place of the stored ones."""
        return self.filter(decision=enums.ConflictDecision.REPLACE)


class ImportRow(models.Model):
    """One row of a file that needs attention: its key, its outcome and what is wrong with it."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    values = models.JSONField(_("values"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=enums.ImportOutcome)
    # [{"field": …, "column": …, "code": …, "value": …, "params": {…}}]
    problems = models.JSONField(_("problems"), default=list, blank=True)
    # a row in conflict: id of the stored record, and its values in question by column, as
    # stored and as the file has them
    record = models.BigIntegerField(_("stored record"), null=True, blank=True)
    stored = models.JSONField(_("stored values"), default=dict, blank=True)
    wanted = models.JSONField(_("values of the file"), default=dict, blank=True)
    decision = models.CharField(
        _("decision"), max_length=8, choices=enums.ConflictDecision, blank=True, default=""
    )
    reason = models.TextField(_("reason"), blank=True, default="")
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        constraints = [
            UniqueConstraint(fields=["batch", "number"], name="import_row_number_unique"),
            CheckConstraint(
                condition=Q(outcome__in=enums.ImportOutcome.values),
                name="import_row_outcome_known",
            ),
            CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True)
                | Q(decision=enums.ConflictDecision.KEEP, decided_at__isnull=False)
                | Q(decision=enums.ConflictDecision.REPLACE, decided_at__isnull=False)
                & ~Q(reason=""),
                name="import_row_decided_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch} row {self.number}"


@pghistory.track()
class ImportMapping(models.Model):
    """Which columns of one source's files feed which fields; found again by their headings."""

    kind = models.CharField(_("kind"), max_length=20, choices=enums.ImportKind)
    name = models.CharField(_("name"), max_length=80)
    # headings as they stood in the file it was saved from
    headings = models.JSONField(_("headings"))
    # of the normalised headings (imports.columns.fingerprint): how a file is recognised
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    # {"field": "heading of the file"}; "" for a field without a column
    mapping = models.JSONField(_("mapping"))
    # date_order, decimal_mark
    options = models.JSONField(_("options"), default=dict, blank=True)
    saved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    saved_at = models.DateTimeField(_("saved at"), db_default=Now())

    class Meta:
        verbose_name = _("saved mapping")
        verbose_name_plural = _("saved mappings")
        constraints = [
            UniqueConstraint(fields=["kind", "name"], name="import_mapping_name_unique"),
            UniqueConstraint(fields=["kind", "fingerprint"], name="import_mapping_headings_unique"),
            CheckConstraint(condition=~Q(name=""), name="import_mapping_named"),
            CheckConstraint(
                condition=Q(kind__in=enums.ImportKind.values), name="import_mapping_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
