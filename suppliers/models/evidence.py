"""Files that prove something; kept under random keys, given out by an authorised view only."""

import uuid
from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import CheckConstraint, Index, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from suppliers import access
from suppliers.models.disputes import Dispute
from suppliers.models.lasting import append_only
from suppliers.models.rejects import Reject
from suppliers.models.tenancy import TenantQuerySet
from suppliers.models.users import User
from suppliers.models.warranty import WarrantyReturn


def random_key(_evidence: models.Model, _name: str) -> str:
    """Return where a file is kept: nothing of its name, nothing that can be guessed."""
    key = uuid.uuid4().hex
    return f"evidence/{key[:2]}/{key}"


class EvidenceQuerySet(TenantQuerySet):
    """Files about records."""

    def visible_to(self, user: access.AnyUser) -> Self:
        """Files about records the user may see."""
        rows = super().visible_to(user)
        if access.standing(user).sees_all:
            return rows
        seen = Reject.objects.visible_to(user).values("pk")
        disputes = Dispute.objects.visible_to(user).values("pk")
        return rows.filter(
            Q(reject__isnull=True) | Q(reject__in=seen),
            Q(dispute__isnull=True) | Q(dispute__in=disputes),
        )


@pghistory.track()
class Evidence(models.Model):
    """A file that proves something about a reject, a return, or a dispute of either."""

    supplier = models.ForeignKey(
        "suppliers.Supplier", on_delete=models.PROTECT, related_name="evidence"
    )
    reject = models.ForeignKey(
        Reject, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    warranty_return = models.ForeignKey(
        WarrantyReturn, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    dispute = models.ForeignKey(
        Dispute, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    # the number of the verdict on its record that it was given with
    verdict = models.PositiveIntegerField(_("verdict"), null=True, blank=True)
    file = models.FileField(_("file"), upload_to=random_key)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=100)
    size_bytes = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded at"), db_default=Now())

    objects: models.Manager[Any] = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        indexes = [Index(fields=["sha256"], name="evidence_sha256")]
        constraints = [
            CheckConstraint(
                condition=Q(reject__isnull=False)
                | Q(warranty_return__isnull=False)
                | Q(dispute__isnull=False),
                name="evidence_about_something",
            ),
            CheckConstraint(
                condition=Q(verdict__isnull=True)
                | Q(reject__isnull=False)
                | Q(warranty_return__isnull=False),
                name="evidence_verdict_of_its_record",
            ),
        ]
        triggers = append_only("evidence_append_only")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address that gives the file to whoever may see it."""
        return reverse("evidence", args=[self.pk])
