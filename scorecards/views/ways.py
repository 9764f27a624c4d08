"""The ways a customer's figures are split, as tabs over the pages that list them."""

from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from scorecards.periods import Month
from suppliers.access import standing

# Sums over suppliers that one may not see are for those alone who see every supplier.
SUMS: Final = (("tiers", _("Tiers")), ("groups", _("Groups")))
SPLITS: Final = (
    ("plants", _("Plants")),
    ("parts", _("Parts")),
    ("commodities", _("Commodities")),
    ("defect_codes", _("Defect codes")),
)


def ways(request: HttpRequest, *, here: str, month: Month | None) -> list[dict[str, Any]]:
    """Return the tabs for `components/tabs.html`, each with the month that is shown."""
    open_to = (*SUMS, *SPLITS) if standing(request.user).sees_all else SPLITS
    asked = f"?month={month}" if month else ""
    return [
        {"label": label, "url": f"{reverse(name)}{asked}", "active": name == here, "count": None}
        for name, label in open_to
    ]
