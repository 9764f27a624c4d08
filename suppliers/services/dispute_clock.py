"""Until when an answer is owed: working days of the plant that the record concerns."""

from datetime import date, datetime, timedelta

from suppliers.dispute_workflow import ANSWER_WORKING_DAYS
from suppliers.models import Dispute, Supplier
from suppliers.queries.dispute_days import Concern, day_in, plant_of
from suppliers.working_days import add_working_days, public_holidays

# Five working days never reach further than this.
HORIZON = timedelta(days=40)


def concern_of(dispute: Dispute) -> Concern:
    """Return what sets a dispute's clock: its record, or of a published line the supplier."""
    supplier: Supplier = dispute.supplier
    return supplier if dispute.published_line else dispute.record


def answer_due_on(concern: Concern, *, at: datetime) -> date:
    """Return the last day of an answer: five working days on in the plant's calendar."""
    supplier = concern if isinstance(concern, Supplier) else concern.supplier
    place = plant_of(concern) or supplier
    today = day_in(place.time_zone, at=at)
    free = public_holidays(country=place.country, first=today, last=today + HORIZON)
    return add_working_days(today, ANSWER_WORKING_DAYS, holidays=free)
