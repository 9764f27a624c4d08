"""What an evaluation did, in words: for the command, the page and the log."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Protocol

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.workflow import Level

if TYPE_CHECKING:
    from escalations.models import Episode
    from escalations.services.evaluation import Outcome


class Counted(Protocol):
    """What is said of an evaluation; fresh outcomes and stored runs both have it."""

    @property
    def judged(self) -> int:
        """Supplier-months with a figure."""

    @property
    def archived(self) -> int:
        """Those of archived suppliers."""

    @property
    def raised_by_level(self) -> Mapping[str, int]:
        """Episodes raised, by level."""

    @property
    def joined_count(self) -> int:
        """Months that joined an open episode."""

    @property
    def reviewed_count(self) -> int:
        """Episodes put under review."""


def summary(outcome: Counted) -> str:
    """Say how much was judged and what came of it."""
    judged = ngettext(
        "Judged %(count)s supplier-month", "Judged %(count)s supplier-months", outcome.judged
    ) % {"count": f"{outcome.judged:,}"}
    if outcome.archived:
        judged += _(" (%(count)s of archived suppliers)") % {"count": f"{outcome.archived:,}"}
    return f"{judged}: {'; '.join(_came_of(outcome)) or _('nothing new')}."


def changes(outcome: "Outcome") -> Iterator[str]:
    """Say each episode that was raised or put under review, and each month that joined one."""
    joined = [hit.episode for hit in outcome.joined]
    prefetch_related_objects([*outcome.raised, *joined, *outcome.reviewed], "supplier")
    for episode in outcome.raised:
        yield _line(_("raised"), episode, episode.first_month)
    for hit in outcome.joined:
        yield _line(_("joined"), hit.episode, hit.month)
    for episode in outcome.reviewed:
        yield _line(_("to review"), episode, episode.last_month)


def _came_of(outcome: Counted) -> Iterator[str]:
    raised = Counter(outcome.raised_by_level)
    if count := raised.pop(Level.EIGHT_D.value, 0):
        yield ngettext("%(count)d 8D request raised", "%(count)d 8D requests raised", count) % {
            "count": count
        }
    if count := raised.pop(Level.CS1.value, 0):
        yield ngettext(
            "%(count)d controlled shipping raised", "%(count)d controlled shippings raised", count
        ) % {"count": count}
    if count := raised.total():
        yield ngettext("%(count)d other level raised", "%(count)d other levels raised", count) % {
            "count": count
        }
    if count := outcome.joined_count:
        yield ngettext("%(count)d hit joined", "%(count)d hits joined", count) % {"count": count}
    if count := outcome.reviewed_count:
        yield ngettext("%(count)d case to review", "%(count)d cases to review", count) % {
            "count": count
        }


def _line(what: str, episode: "Episode", month: date) -> str:
    level, metric = episode.get_level_display(), episode.get_metric_display()
    return f"{what}: {episode.number} {episode.supplier.code} {level}, {metric}, {month:%Y-%m}"
