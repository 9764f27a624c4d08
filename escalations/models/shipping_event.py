"""What happened to a controlled shipping, and the letters that went out about it."""

from functools import reduce
from operator import or_
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from escalations import shipping_enums
from escalations.models.shipping import ControlledShipping, ShippingRowQuerySet
from escalations.models.shipping_log import ShippingLogEntry
from escalations.shipping_workflow import TRANSITIONS, ShippingAction
from suppliers import access
from suppliers.models import User
from suppliers.models.lasting import append_only


def _in_the_table() -> Q:
    """Rows that repeat a move of shipping_workflow.py: action, from, to."""
    rows = [
        Q(
            action=row.action.value,
            from_state__in=sorted(state.value for state in row.from_states) or [""],
            to_state=row.to_state.value,
        )
        for row in TRANSITIONS
    ]
    return reduce(or_, rows)


class ShippingEventQuerySet(ShippingRowQuerySet):
    """What happened; of a day or a reject, to whoever sees its plant."""

    def visible_to(self, user: access.AnyUser) -> Self:
        """Rows the user may see."""
        found = super().visible_to(user)
        for path in ("entry__plant", "reject__plant"):
            found = found.filter(
                access.rows_visible_to(
                    user, supplier_path=self.supplier_path, plant_path=path, plant_optional=True
                )
            )
        return found


class ShippingEvent(models.Model):
    """One move or happening of a controlled shipping: who, when, why; messages refer to it."""

    shipping = models.ForeignKey(
        ControlledShipping, on_delete=models.PROTECT, related_name="shipping_events"
    )
    number = models.PositiveIntegerField(_("number"))
    action = models.CharField(_("action"), max_length=16, choices=shipping_enums.SHIPPING_ACTIONS)
    from_state = models.CharField(
        _("from"), max_length=16, choices=shipping_enums.SHIPPING_STATES, blank=True
    )
    to_state = models.CharField(_("to"), max_length=16, choices=shipping_enums.SHIPPING_STATES)
    at = models.DateTimeField(_("at"))
    # None: the engine
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    comment = models.TextField(_("comment"), blank=True, default="")
    # The facts of a comment of the engine's own (`reasons.py`); empty for what a person wrote.
    because = models.JSONField(_("facts of the comment"), default=dict, blank=True)
    entry = models.ForeignKey(
        ShippingLogEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reject = models.ForeignKey(
        "suppliers.Reject", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: models.Manager[Any] = ShippingEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of a controlled shipping")
        verbose_name_plural = _("events of controlled shippings")
        constraints = [
            UniqueConstraint(fields=["shipping", "number"], name="shipping_event_number_unique"),
            CheckConstraint(
                condition=Q(action__in=[action.value for action in ShippingAction]),
                name="shipping_event_action_known",
            ),
            CheckConstraint(condition=_in_the_table(), name="shipping_event_in_the_table"),
        ]
        triggers = append_only("shipping_event_append_only")

    def __str__(self) -> str:
        return f"{self.shipping} #{self.number}"


class ShippingLetter(models.Model):
    """A letter as it was sent: the page it was drawn from, and its PDF once it is drawn.

    The PDF depends on the page alone, so it does not matter who draws it first.
    """

    shipping = models.ForeignKey(
        ControlledShipping, on_delete=models.PROTECT, related_name="letters"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=shipping_enums.LetterKind)
    html = models.TextField(_("page"))
    sent_at = models.DateTimeField(_("sent at"))
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    pdf = models.ForeignKey(
        "escalations.Attachment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: models.Manager[Any] = ShippingRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            UniqueConstraint(fields=["shipping", "kind"], name="shipping_letter_one_of_a_kind"),
            CheckConstraint(
                condition=Q(kind__in=shipping_enums.LetterKind.values),
                name="shipping_letter_kind_known",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="shipping_letter_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="shipping_letter_stays_as_sent",
                fields=["shipping", "kind", "html", "sent_at", "sent_by"],
            ),
            pgtrigger.Protect(
                name="shipping_letter_drawn_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__pdf__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipping} {self.kind}"

    @property
    def file_name(self) -> str:
        """The name it is downloaded under."""
        return f"{self.shipping.number}-{self.kind}-letter.pdf"
