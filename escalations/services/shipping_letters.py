"""Sending the entry letter, which freezes the terms, and the exit letter, which ends it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from escalations.models import ControlledShipping, ShippingLetter
from escalations.notifications.letters import Sending, letter_html
from escalations.queries.shipping_exit import exit_progress, said, today_of
from escalations.services.shipping_exit import settle
from escalations.services.shipping_steps import Mover, locked, move
from escalations.services.telling_shipping import tell_of_shipping
from escalations.shipping_enums import LetterKind
from escalations.shipping_workflow import ShippingAction
from escalations.workflow import Level
from suppliers.models import User


@transaction.atomic
def send_entry_letter(*, shipping: ControlledShipping, by: User, at: datetime) -> ShippingLetter:
    """Send the entry letter: from now on its terms are frozen and the supplier confirms.

    Raises:
        ValidationError: what the terms still lack.
        ForbiddenShippingMoveError: it has been sent, or this is not theirs to do.
    """
    found = locked(shipping)
    if lacking := still_lacking(found):
        raise ValidationError(lacking)
    return _send(found, ShippingAction.SEND_LETTER, LetterKind.ENTRY, by=by, at=at)


@transaction.atomic
def send_exit_letter(*, shipping: ControlledShipping, by: User, at: datetime) -> ShippingLetter:
    """Send the exit letter, which ends the controlled shipping.

    Raises:
        ValidationError: a criterion is not met after all.
        ForbiddenShippingMoveError: it is not ready, or this is not theirs to do.
    """
    found = locked(shipping)
    progress = exit_progress(found, today=today_of(found, at=at))
    if not progress.complete:
        lacking = [one for one in said(progress) if not one.met]
        raise ValidationError([f"{one.name}: {one.why}" for one in lacking])
    settle(found, at=at)
    return _send(found, ShippingAction.END, LetterKind.EXIT, by=by, at=at)


def still_lacking(shipping: ControlledShipping) -> list[str]:
    """Return what has to be completed before the entry letter can be sent."""
    checks = (
        (not shipping.scopes.exists(), _("Name the parts it covers.")),
        (not shipping.defect.strip(), _("Describe the defect that has to be sorted out.")),
        (
            shipping.level == Level.CS2.value and not shipping.provider.strip(),
            _("Name the third party that inspects."),
        ),
    )
    return [text for lacks, text in checks if lacks]


def _send(
    shipping: ControlledShipping,
    action: ShippingAction,
    kind: LetterKind,
    *,
    by: User,
    at: datetime,
) -> ShippingLetter:
    mover = Mover.person(by, shipping, at=at, today=today_of(shipping, at=at))
    event = move(shipping, action, mover=mover)
    letter = ShippingLetter.objects.create(
        shipping=shipping,
        kind=kind.value,
        html=letter_html(shipping, kind, Sending(at=at, by=by)),
        sent_at=at,
        sent_by=by,
    )
    tell_of_shipping(event)
    return letter
