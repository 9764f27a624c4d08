"""Which rejects escaped a controlled shipping: by the rule, or as a person has ruled."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from escalations.models import ControlledShipping, ShippingEscape, ShippingScope
from suppliers.models import Reject, RejectVerdict


def escapes_by_rule(shipping: ControlledShipping) -> QuerySet[Reject]:
    """Return rejects that count as escapes unless a person rules otherwise.

    A covered part at a covered plant, detected after the day it was entered, or added; not of a
    receipt from before that day; and not one whose newest verdict leaves nothing to the supplier,
    or all of which sorting released.
    """
    return _escapes(
        supplier=shipping.episode.supplier_id,
        entered_on=shipping.entered_on,
        covered=ShippingScope.objects.filter(shipping=shipping),
    )


def escapes_not_ruled_on(*, until: date) -> Exists:
    """Return the condition that a controlled shipping has an escape by the rule and no ruling.

    Of rejects detected until that day. Served by the rejects' index on supplier and day.
    """
    this = OuterRef(OuterRef("pk"))
    by_rule = _escapes(
        supplier=OuterRef("episode__supplier"),
        entered_on=OuterRef("entered_on"),
        covered=ShippingScope.objects.filter(shipping=this),
    )
    ruled = ShippingEscape.objects.filter(shipping=this, reject=OuterRef("pk"))
    return Exists(by_rule.filter(~Exists(ruled), detected_on__lte=until))


def _escapes(
    *, supplier: int | OuterRef, entered_on: date | OuterRef, covered: QuerySet[ShippingScope]
) -> QuerySet[Reject]:
    # what was added between entry and letter is inspected from the day it was added
    here = covered.filter(Q(plant=None) | Q(plant=OuterRef("plant")), part=OuterRef("part")).filter(
        Q(added_on=None)
        | Q(added_on__lt=OuterRef("detected_on")) & Q(added_on__lt=OuterRef("arrived_on"))
    )
    newest = RejectVerdict.objects.filter(reject=OuterRef("pk")).order_by("-number")
    found: QuerySet[Reject] = (
        Reject.objects.annotate(arrived_on=Coalesce("delivery__received_on", Value(date.max)))
        .filter(Exists(here), supplier=supplier, detected_on__gt=entered_on)
        .filter(Q(delivery=None) | Q(delivery__received_on__gt=entered_on))
        .annotate(answered_for=Subquery(newest.values("supplier_qty")[:1]))
        .filter(Q(answered_for=None) | Q(answered_for__gt=0))
        .exclude(released_qty__gte=F("suspect_qty"), suspect_qty__gt=0)
    )
    return found


def is_escape(shipping: ControlledShipping, reject: Reject) -> bool:
    """Whether a reject escaped it: as its newest ruling says, else by the rule."""
    if reject.supplier_id != shipping.episode.supplier_id:
        return False
    ruled = ShippingEscape.objects.filter(shipping=shipping, reject=reject).order_by("-number")
    newest = ruled.first()
    if newest is not None:
        return bool(newest.counts)
    return escapes_by_rule(shipping).filter(pk=reject.pk).exists()
