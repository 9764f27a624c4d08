"""Which parts and defects an 8D is about: all of them, with those that joined its case later.

Read from the rejects behind the case. What the report was asked for with (`EightD.facts`) is kept
short for reading, and knows nothing of what came afterwards.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from escalations.models import EightD, Episode, EpisodeHit, Finding, RecordHit
from scorecards.metrics import Metric
from scorecards.models import ADDS, CountedReject
from scorecards.periods import Month, Window, window_months

# The number of a part and the code of a defect.
Key = tuple[str, str]


class Abouts:
    """What several 8Ds are about, each read once."""

    def __init__(self) -> None:
        self._known: dict[int, frozenset[Key]] = {}

    def of(self, eight_d: EightD) -> frozenset[Key]:
        """Return the parts and defects; `eight_d` is best selected with its `episode`."""
        if eight_d.pk not in self._known:
            self._known[eight_d.pk] = about(eight_d)
        return self._known[eight_d.pk]


def about(eight_d: EightD) -> frozenset[Key]:
    """Return part numbers and defect codes; of a closed 8D none that joined its case since."""
    episode = eight_d.episode
    until = closed_at(eight_d)
    named = Finding.objects.filter(episode=episode).values_list("facts", flat=True)
    found = {key for facts in named for key in _named(facts)}
    found |= set(_of_records(episode, until))
    if episode.metric == Metric.EXTERNAL_PPM.value:
        found |= set(_of_months(episode, until))
    return frozenset(found)


def rejects_of(eight_d: EightD) -> Q:
    """Return the condition on rejects that an 8D is about them: single ones, or of its months."""
    episode, until = eight_d.episode, closed_at(eight_d)
    hits = _calling(RecordHit.objects.filter(episode=episode), until)
    found = Q(pk__in=hits.order_by().values("judgement__reject"))
    if episode.metric == Metric.EXTERNAL_PPM.value:
        found |= Q(pk__in=_counted(episode, until).order_by().values("reject"))
    return found


def closed_at(eight_d: EightD) -> datetime | None:
    """Return when it was closed, or ended with its case; None where that was taken back."""
    if eight_d.closed_at is None and eight_d.is_taken_back:
        return None
    return eight_d.ended_at


def _named(facts: Iterable[dict[str, Any]]) -> Iterator[Key]:
    for fact in facts:
        for defect in fact.get("defects", []):
            yield fact["part"], defect["code"]


def _of_records(episode: Episode, until: datetime | None) -> Any:
    hits = _calling(RecordHit.objects.filter(episode=episode), until)
    return hits.order_by().values_list("judgement__part__number", "judgement__defect_code__code")


def _of_months(episode: Episode, until: datetime | None) -> Any:
    keys = _counted(episode, until).values_list("part__number", "reject__defect_code__code")
    return keys.order_by().distinct()


def _counted(episode: Episode, until: datetime | None) -> Any:
    """Return what counted in the windows of the months that breached, as far as it is its own."""
    rows = CountedReject.objects.filter(
        ADDS, supplier=episode.supplier_id, month__in=_months(episode, until)
    )
    if episode.plant_id is not None:
        rows = rows.filter(plant=episode.plant_id)
    if episode.part_id is not None:
        rows = rows.filter(part=episode.part_id)
    return rows


def _months(episode: Episode, until: datetime | None) -> set[date]:
    """Return the months in the windows; that of a case a person began is the one it began with."""
    hits = _calling(EpisodeHit.objects.filter(episode=episode), until)
    ends = list(hits.values_list("month", "judgement__window"))
    if not ends:
        ends = [(episode.first_month, Window.MONTH.value)]
    return {
        month.first_day
        for end, window in ends
        for month in window_months(Window(window), end=Month.of(end))
    }


def _calling(hits: Any, until: datetime | None) -> Any:
    """Return the hits that still call for a case; all, where somebody confirmed it without any."""
    rows = hits.filter(Q() if until is None else Q(joined_at__lte=until))
    calling = rows.filter(breaching=True)
    return calling if calling.exists() else rows
