"""What pages ask of their reader beside what `suppliers/context.py` gives."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from escalations.queries.holds import business_waiting
from escalations.queries.preferences import wishes_of
from suppliers.holds import business_holds


def clock(request: HttpRequest) -> dict[str, Any]:
    """Return `viewer_zone`, the time zone of the profile; looked up where a page writes a time."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"viewer_zone": settings.TIME_ZONE}
    return {"viewer_zone": SimpleLazyObject(lambda: wishes_of([user.pk])[user.pk].zone)}


def holds(request: HttpRequest) -> dict[str, Any]:
    """Return what forbids new business, looked up where a page names a supplier.

    `business_holds` in force by supplier code; `business_waiting`, what is asked meanwhile of those
    with whom it waits for a decision.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"business_holds": {}, "business_waiting": {}}
    return {
        "business_holds": SimpleLazyObject(lambda: business_holds(user)),
        "business_waiting": SimpleLazyObject(lambda: business_waiting(user)),
    }
