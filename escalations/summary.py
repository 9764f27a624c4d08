"""What an evaluation did, in words: for the command, the page and the log."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Protocol

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.enums import METRICS_IN_SENTENCE
from escalations.workflow import Level
from scorecards.metrics import Metric

if TYPE_CHECKING:
    from escalations.models import Episode
    from escalations.services.evaluation import Outcome


class Counted(Protocol):
    """What is said of an evaluation; fresh outcomes and stored runs both have it."""

    @property
    def judged_by_metric(self) -> Mapping[str, int]:
        """Supplier-months with a figure, by metric."""

    @property
    def archived(self) -> int:
        """Those of archived suppliers."""

    @property
    def raised_by_level(self) -> Mapping[str, int]:
        """Episodes raised, by level."""

    @property
    def proposed_count(self) -> int:
        """Episodes proposed, which wait for approval."""

    @property
    def joined_count(self) -> int:
        """Months that joined an open episode."""

    @property
    def reviewed_count(self) -> int:
        """Episodes put under review."""


def summary(outcome: Counted) -> str:
    """Say how much was judged and what came of it."""
    judged = ", ".join(_judged(outcome)) or _("no figures")
    if outcome.archived:
        judged += " " + _("(%(count)s supplier-months of archived suppliers)") % {
            "count": f"{outcome.archived:,}"
        }
    came = ", ".join(filter(None, (_raised(outcome), *_came_of(outcome))))
    return _("Judged %(judged)s: %(came)s.") % {"judged": judged, "came": came or _("nothing new")}


def changes(outcome: "Outcome") -> Iterator[str]:
    """Say each episode that was raised or put under review, and each month that joined one."""
    joined = [hit.episode for hit in outcome.joined]
    proposed, lapsed = outcome.proposed, outcome.lapsed
    every = [*outcome.raised, *proposed, *joined, *outcome.reviewed, *lapsed]
    prefetch_related_objects(every, "supplier")
    for episode in outcome.raised:
        yield _line(_("raised"), episode, episode.first_month)
    for episode in proposed:
        yield _line(_("proposed"), episode, episode.first_month)
    for hit in outcome.joined:
        yield _line(_("joined"), hit.episode, hit.month)
    for episode in outcome.reviewed:
        yield _line(_("to review"), episode, episode.last_month)
    for episode in lapsed:
        yield _line(_("watch ended"), episode, episode.last_month)


def _judged(outcome: Counted) -> Iterator[str]:
    for metric, count in sorted(outcome.judged_by_metric.items()):
        yield ngettext(
            "%(count)s supplier-month of %(metric)s",
            "%(count)s supplier-months of %(metric)s",
            count,
        ) % {"count": f"{count:,}", "metric": METRICS_IN_SENTENCE[Metric(metric)]}


def _raised(outcome: Counted) -> str:
    raised = Counter(outcome.raised_by_level)
    if not raised:
        return ""
    return _("%(levels)s raised") % {"levels": _(" and ").join(_levels(raised))}


def _levels(raised: Counter[str]) -> Iterator[str]:
    if count := raised.pop(Level.EIGHT_D.value, 0):
        yield ngettext("%(count)d 8D request", "%(count)d 8D requests", count) % {"count": count}
    if count := raised.pop(Level.CS1.value, 0):
        yield ngettext("%(count)d controlled shipping", "%(count)d controlled shippings", count) % {
            "count": count
        }
    if count := raised.total():
        yield ngettext("%(count)d other level", "%(count)d other levels", count) % {"count": count}


def _came_of(outcome: Counted) -> Iterator[str]:
    if count := outcome.proposed_count:
        yield ngettext(
            "%(count)d level proposed, which waits for approval",
            "%(count)d levels proposed, which wait for approval",
            count,
        ) % {"count": count}
    if count := outcome.joined_count:
        yield ngettext("%(count)d hit joined", "%(count)d hits joined", count) % {"count": count}
    if count := outcome.reviewed_count:
        yield ngettext("%(count)d case to review", "%(count)d cases to review", count) % {
            "count": count
        }


def _line(what: str, episode: "Episode", month: date) -> str:
    level, metric = episode.get_level_display(), episode.get_metric_display()
    return f"{what}: {episode.number} {episode.supplier.code} {level}, {metric}, {month:%Y-%m}"
