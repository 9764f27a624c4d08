"""Files that went out with messages, kept once each."""

import hashlib

import pgtrigger
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class AttachmentManager(models.Manager["Attachment"]):
    """Keeps equal files once."""

    def keep(self, *, name: str, content: bytes) -> "Attachment":
        """Return the stored file of these bytes, storing it the first time."""
        digest = hashlib.sha256(content).hexdigest()
        kept, _created = self.get_or_create(sha256=digest, defaults={"name": name, "data": content})
        return kept


class Attachment(models.Model):
    """The bytes of a file that went out; kept so that a retry sends the same."""

    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=120)
    data = models.BinaryField(_("content"))
    created_at = models.DateTimeField(_("created at"), db_default=Now())

    objects = AttachmentManager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        triggers = [pgtrigger.Protect(name="attachment_unchanged", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.name
