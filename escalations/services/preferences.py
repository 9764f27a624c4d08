"""What people choose for themselves."""

from datetime import time

from django.db import transaction

from escalations.models import MailPreference
from suppliers.models import User


@transaction.atomic
def choose(  # one argument for each choice of the page
    *,
    user: User,
    language: str,
    daily_summary: bool,
    reminders: bool,
    quiet_from: time | None,
    quiet_until: time | None,
    time_zone: str,
) -> None:
    """Keep somebody's own choices: the language of mails and pages, and what may wait."""
    User.objects.filter(pk=user.pk).update(language=language)
    MailPreference.objects.update_or_create(
        user=user,
        defaults={
            "daily_summary": daily_summary,
            "reminders": reminders,
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "time_zone": time_zone,
        },
    )
