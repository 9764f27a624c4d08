"""End the cases of level 1 whose controlled shipping a level 2 had taken over before ADR 27.

Only what is certain: the level 1's own history says that it was taken over, the level 2 that names it
is of the same supplier and subject, its case is in force, and itself it is not over. Where one of them
has ended since, people have decided about both, and a quality manager ends what is left.
"""

from typing import Any

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

IN_FORCE = ["open", "acknowledged", "monitoring", "under_review"]
OVER = ["ended", "withdrawn"]


def end(apps: Apps, _schema: Any) -> None:
    """Write the engine's own move, dated today: that is when it is made."""
    now = timezone.now()
    shipping = apps.get_model("escalations", "ControlledShipping")
    taken = shipping.objects.filter(
        level="cs1",
        state="upgraded",
        shipping_events__action="upgrade",
        episode__level="cs1",
        episode__state__in=IN_FORCE,
        followed_by__level="cs2",
        followed_by__episode__state__in=IN_FORCE,
        followed_by__episode__supplier=F("episode__supplier"),
        followed_by__episode__metric=F("episode__metric"),
    )
    taken = taken.exclude(followed_by__state__in=OVER)
    for before in taken.distinct().select_related("episode").order_by("pk"):
        after = shipping.objects.select_related("episode").get(follows=before)
        because = {
            "why": "taken_over",
            "before": before.number,
            "after": after.number,
            "case": after.episode.number,
        }
        _end(apps, before.episode, because, at=now)


def _end(apps: Apps, episode: Any, because: dict[str, str], *, at: Any) -> None:
    step = apps.get_model("escalations", "EpisodeStep")
    last = step.objects.filter(episode=episode).aggregate(last=Max("number"))["last"] or 0
    with override(settings.LANGUAGE_CODE):
        reason = _("%(after)s takes over %(before)s; case %(case)s goes on.") % because
    step.objects.create(
        episode=episode,
        number=last + 1,
        action="take_over",
        from_state=episode.state,
        to_state="closed",
        at=at,
        reason=reason,
        because=because,
    )
    episode.state, episode.ended_at = "closed", at
    episode.save()


class Migration(migrations.Migration):
    dependencies = [("escalations", "0017_terms_of_what_was_found")]

    operations = [migrations.RunPython(end, migrations.RunPython.noop)]
