"""What every page needs: navigation by role, roles, and the demo's log-ins."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from suppliers import access
from suppliers.enums import INTERNAL_ROLES, SUPPLIER_ROLES, Role


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One place in the navigation, named by its URL, for the roles that may open it.

    `seeing_all` is True for those alone who see every supplier, because it sums all of them,
    False for the others alone, None for both.
    """

    url_name: str
    label: str | Promise
    roles: frozenset[Role]
    seeing_all: bool | None = None


NAVIGATION = (
    Entry(url_name="our_quality", label=_("Our quality"), roles=SUPPLIER_ROLES),
    Entry(url_name="today", label=_("Today"), roles=frozenset(access.QUALITY)),
    Entry(url_name="my_suppliers", label=_("My suppliers"), roles=frozenset({Role.BUYER})),
    Entry(url_name="suppliers", label=_("Suppliers"), roles=INTERNAL_ROLES),
    Entry(url_name="tiers", label=_("Tiers"), roles=INTERNAL_ROLES, seeing_all=True),
    Entry(url_name="plants", label=_("Plants"), roles=INTERNAL_ROLES, seeing_all=False),
    Entry(url_name="months", label=_("Months"), roles=INTERNAL_ROLES),
    Entry(url_name="escalations", label=_("Escalations"), roles=INTERNAL_ROLES | SUPPLIER_ROLES),
    Entry(url_name="eight_ds", label=_("8Ds"), roles=SUPPLIER_ROLES),
    Entry(url_name="shippings", label=_("Controlled shipping"), roles=SUPPLIER_ROLES),
    Entry(url_name="signals", label=_("Signals"), roles=INTERNAL_ROLES),
    Entry(url_name="disputes", label=_("Disputes"), roles=INTERNAL_ROLES | SUPPLIER_ROLES),
    Entry(url_name="imports", label=_("Imports"), roles=frozenset(access.QUALITY)),
    Entry(url_name="messages", label=_("Messages"), roles=INTERNAL_ROLES),
)


def site(request: HttpRequest) -> dict[str, Any]:
    """Return `nav`, `roles`, `SITE_URL`, `sends_mail` and, in a demo, its log-ins and password."""
    user = getattr(request, "user", None)
    if user is None:
        return {}
    who = access.standing(user)
    return {
        "nav": _navigation(who, request.path),
        "roles": who.roles,
        "SITE_URL": settings.SITE_URL,
        "sends_mail": settings.EMAIL_CONFIGURED,
        "demo_logins": settings.DEMO_LOGINS if settings.DEMO else (),
        "demo_password": settings.DEMO_PASSWORD if settings.DEMO else "",
    }


def _navigation(who: access.Standing, path: str) -> list[dict[str, Any]]:
    return [
        {"label": entry.label, "url": url, "active": path.startswith(url)}
        for entry in NAVIGATION
        if entry.roles & who.roles and entry.seeing_all in {None, who.sees_all}
        for url in (reverse(entry.url_name),)
    ]
