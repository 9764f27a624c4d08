"""API tokens: only their digest is kept, and each ends on a day known from the start."""

import hashlib
from datetime import datetime
from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from suppliers import enums
from suppliers.models.users import User


def digest_of(token: str) -> str:
    """Return what is stored of a token; it is random, so a plain hash cannot be reversed."""
    return hashlib.sha256(token.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Tokens, by whether they still open anything."""

    def usable(self, *, at: datetime) -> Self:
        """Tokens that are neither expired nor revoked and whose user is active."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at, user__is_active=True)


@pghistory.track(exclude=["digest", "last_used_on"])
class ApiToken(models.Model):
    """Lets another system read as `user`, within `scopes`, until `expires_at`."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("used by"), max_length=120)
    scopes = ArrayField(
        models.CharField(max_length=12, choices=enums.TokenScope), verbose_name=_("may read")
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("issued at"), db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, editable=False)
    last_used_on = models.DateField(_("last used on"), null=True, blank=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            CheckConstraint(
                condition=Q(scopes__contained_by=enums.TokenScope.values, scopes__len__gt=0),
                name="api_token_scopes_known",
            ),
            CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="api_token_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.name}"
