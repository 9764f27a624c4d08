"""How somebody wants to be told of what may wait."""

from datetime import time

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from suppliers.models import User
from suppliers.models.corrections import track_corrections
from suppliers.models.masters import validate_time_zone

EVENING, MORNING = time(20), time(6)


@track_corrections
class MailPreference(models.Model):
    """One person's choices; who has none has the defaults. What is urgent is always sent."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, related_name="mail_preference", verbose_name=_("user")
    )
    daily_summary = models.BooleanField(
        _("one daily summary instead of single mails"), default=True
    )
    reminders = models.BooleanField(_("reminders"), default=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True, default=EVENING)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True, default=MORNING)
    # "": the supplier's for its people, else the product's
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, validators=[validate_time_zone]
    )

    class Meta:
        verbose_name = _("mail preference")
        verbose_name_plural = _("mail preferences")
        constraints = [
            CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="mail_preference_quiet_from_and_until",
            )
        ]

    def __str__(self) -> str:
        return str(self.user)
