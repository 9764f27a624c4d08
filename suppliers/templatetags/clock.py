"""Writing points of time by the reader's clock, and saying which clock that is."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.formats import date_format

register = template.Library()


@register.filter
def when(at: datetime | None, zone: str) -> str:
    """Write date and time in a time zone, with its name: "12 November 2026, 09:00 CET"."""
    return _written(at, zone, "DATETIME_FORMAT")


@register.filter
def when_short(at: datetime | None, zone: str) -> str:
    """Write the same briefly."""
    return _written(at, zone, "SHORT_DATETIME_FORMAT")


def _written(at: datetime | None, zone: str, form: str) -> str:
    if at is None:
        return ""
    local = timezone.localtime(at, ZoneInfo(str(zone)) if zone else None)
    return f"{date_format(local, form)} {local.tzname()}"
