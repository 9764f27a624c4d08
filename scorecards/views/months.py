"""The month a page is about: asked for in the address, or the one to open with."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from scorecards.periods import InvalidMonthError, Month
from scorecards.queries.months import ActivitySpan


def running_month() -> Month:
    """Return the month that today lies in, in the time zone of the installation."""
    return Month.of(timezone.localdate())


def asked_month(request: HttpRequest) -> Month | None:
    """Return the month of `?month=`; None without one or when it is none."""
    try:
        return Month.parse(request.GET.get("month", ""))
    except InvalidMonthError:
        return None


def query_with_month(request: HttpRequest, month: Month) -> QueryDict:
    """Return the query of the address with the month that is shown, for filter forms."""
    query = request.GET.copy()
    query["month"] = str(month)
    return query


def month_context(span: ActivitySpan, month: Month) -> dict[str, Any]:
    """Return what `components/month_switch.html` and the page's title need."""
    return {
        "month": month,
        "months": span.choices(month),
        "running": month == running_month(),
        "previous_month": month.minus(1) if month > span.first else None,
        "next_month": month.plus(1) if month < span.latest else None,
    }
