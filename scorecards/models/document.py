"""The PDF of a published scorecard: work to be done, then a file."""

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Index, Q
from django.utils.translation import gettext_lazy as _

from scorecards.models.scorecard import Scorecard
from scorecards.models.work import WorkItem, WorkState, work_state_known
from suppliers.models.lasting import never_emptied


class ScorecardDocument(WorkItem):
    """One scorecard's PDF and how far it is; once it is ready it is never another.

    A later version does not touch it: copies that carry a mark are drawn when asked for.
    """

    scorecard = models.OneToOneField(
        Scorecard, on_delete=models.PROTECT, primary_key=True, related_name="document"
    )
    file = models.CharField(_("file"), max_length=200, blank=True, default="")
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, default="")
    size_bytes = models.PositiveIntegerField(_("size in bytes"), null=True)

    class Meta:
        verbose_name = _("PDF of a scorecard")
        verbose_name_plural = _("PDFs of scorecards")
        constraints = [
            work_state_known("scorecard_document_state_known"),
            CheckConstraint(
                condition=~Q(state=WorkState.READY) | ~Q(file="") & Q(finished_at__isnull=False),
                name="scorecard_document_ready_has_file",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="scorecard_document_unchanged_once_ready",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=WorkState.READY.value),
            ),
            pgtrigger.Protect(name="scorecard_document_never_deleted", operation=pgtrigger.Delete),
            never_emptied("scorecard_document_never_emptied"),
        ]
        # what is due; ready ones, nearly all, stay out of it
        indexes = [
            Index(
                fields=["next_attempt_at"],
                name="scorecard_document_due",
                condition=Q(state__in=[WorkState.WAITING, WorkState.WORKING]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.scorecard_id} ({self.state})"
