"""What is owed while controlled shipping goes on: letter, confirmation, log, end."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from escalations.enums import Audience
from escalations.models import ControlledShipping
from escalations.owed import Owed, Scope
from escalations.shipping_workflow import ShippingState

# Who does what next, by state; a state that is not named here is over.
NEXT: dict[ShippingState, tuple[Audience, Promise, Promise]] = {
    ShippingState.ENTERED: (
        Audience.QUALITY,
        gettext_lazy("%(number)s: entry letter to be sent"),
        gettext_lazy("Complete and send it"),
    ),
    ShippingState.LETTER_SENT: (
        Audience.SUPPLIER,
        gettext_lazy("%(number)s: entry letter to be confirmed"),
        gettext_lazy("Confirm it"),
    ),
    ShippingState.CONFIRMED: (
        Audience.SUPPLIER,
        gettext_lazy("%(number)s: inspection to be begun and logged daily"),
        gettext_lazy("Open the log"),
    ),
    ShippingState.RUNNING: (
        Audience.SUPPLIER,
        gettext_lazy("%(number)s: what was inspected, found and shipped, daily"),
        gettext_lazy("Open the log"),
    ),
    ShippingState.EXIT_READY: (
        Audience.QUALITY,
        gettext_lazy("%(number)s: exit criteria met"),
        gettext_lazy("End it"),
    ),
}


def owed_on_shipping(scope: Scope) -> Iterator[Owed]:
    """Yield the next thing of every controlled shipping that goes on."""
    rows = scope.rows(ControlledShipping.objects.unfinished(), supplier="episode__supplier")
    for shipping in rows.select_related("episode__supplier").order_by("pk"):
        owner, what, action = NEXT[ShippingState(shipping.state)]
        supplier = shipping.episode.supplier
        yield Owed(
            key=f"shipping-{shipping.pk}-{shipping.state}",
            owner=owner,
            what=str(what) % {"number": shipping.number},
            action=str(action),
            url=shipping.get_absolute_url(),
            since=shipping.entered_on,
            level=shipping.level,
            supplier_id=supplier.pk,
            supplier_code=supplier.code,
            supplier_name=supplier.name,
        )
