"""The gaps between a supplier's rejects as pictures that lead to the rejects."""

from collections.abc import Callable, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from scorecards.periods import Month
from scorecards.pictures.figure import Picture, quantity_text
from scorecards.pictures.rare_events import gap_pictures
from scorecards.queries.control import ControlSeries
from scorecards.queries.rare_events import RareEvents, rare_events


def rare_pictures(
    series: ControlSeries, *, last: Month, url: Callable[[Month], str]
) -> Sequence[Picture]:
    """Return the views that take the place of thin months; none where a chart of counts does.

    `url` leads from a month to the rejects behind it.
    """
    found = rare_events(series, last=last)
    if found is None:
        return ()
    return gap_pictures(found.judged, so_far=_so_far(found), url=lambda day: url(Month.of(day)))


def _so_far(found: RareEvents) -> str:
    words = _(
        "Since the newest reject of %(newest)s up to %(last)s: %(parts)s parts, %(days)s days."
    )
    text = words % {
        "newest": date_format(found.newest),
        "last": date_format(found.last_day),
        "parts": quantity_text(found.since_parts),
        "days": quantity_text(found.since_days),
    }
    if found.rate is None:
        text += " " + _("There are no limits until a baseline with a reject in it is accepted.")
    return text
