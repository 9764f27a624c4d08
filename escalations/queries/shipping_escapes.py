"""Which rejects escaped a controlled shipping: by the rule, or as a person has ruled."""

from datetime import date
from typing import Any

from django.db.models import DateField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Greatest

from escalations.models import ControlledShipping, ShippingEscape, ShippingEvent, ShippingScope
from suppliers.models import Reject, RejectVerdict


def escapes_by_rule(shipping: ControlledShipping) -> QuerySet[Reject]:
    """Return rejects that count as escapes unless a person rules otherwise.

    A covered part at a covered plant, detected after the day it was entered, or added, where the
    supplier sorts and at that plant; not of a receipt from before that day; and not one whose
    newest verdict leaves nothing to the supplier, or all of which sorting released.
    """
    return _escapes(
        supplier=shipping.episode.supplier_id,
        entered_on=shipping.entered_on,
        entered_at=_entered_at(shipping.pk),
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
        entered_at=_entered_at(OuterRef(OuterRef("pk"))),
        covered=ShippingScope.objects.filter(shipping=this),
    )
    ruled = ShippingEscape.objects.filter(shipping=this, reject=OuterRef("pk"))
    return Exists(by_rule.filter(~Exists(ruled), detected_on__lte=until))


def _entered_at(shipping: int | OuterRef) -> Any:
    """Return when it was entered."""
    rows = ShippingEvent.objects.filter(shipping=shipping, number=1)
    return Subquery(rows.values("at")[:1])


def _day_at_plant(at: Any) -> Any:
    """Return the day a moment was on at the plant of a reject."""
    return Cast(Func(F("plant__time_zone"), at, function="timezone"), DateField())


def _day(day: date | OuterRef) -> Any:
    known = Value(day) if isinstance(day, date) else day
    return Cast(known, DateField())


def _escapes(
    *,
    supplier: int | OuterRef,
    entered_on: date | OuterRef,
    entered_at: Any,
    covered: QuerySet[ShippingScope],
) -> QuerySet[Reject]:
    # east of the supplier the day of entry may be the next one already: what was found on it
    # brought the controlled shipping and did not escape it
    day_of_entry = Greatest(_day(entered_on), _day_at_plant(entered_at))
    # what was added between entry and letter is inspected from the day it was added
    here = covered.filter(Q(plant=None) | Q(plant=OuterRef("plant")), part=OuterRef("part")).filter(
        Q(added_on=None)
        | Q(added_on__lt=OuterRef("detected_on")) & Q(added_on__lt=OuterRef("arrived_on"))
    )
    newest = RejectVerdict.objects.filter(reject=OuterRef("pk")).order_by("-number")
    found: QuerySet[Reject] = (
        Reject.objects.annotate(arrived_on=Coalesce("delivery__received_on", Value(date.max)))
        .annotate(day_of_entry=day_of_entry)
        .filter(Exists(here), supplier=supplier, detected_on__gt=F("day_of_entry"))
        .filter(Q(delivery=None) | Q(delivery__received_on__gt=F("day_of_entry")))
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
