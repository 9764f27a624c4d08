"""Messages: rows written with the step that causes them, sent later, never forgotten."""

from functools import reduce
from operator import or_
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from escalations import enums
from escalations.audiences import pace_of
from escalations.enums import MessageKind, MessageState
from escalations.models.attachment import Attachment
from escalations.models.episode_step import EpisodeStep
from escalations.models.message_advice import advice_on
from scorecards.models import SignOffStep
from scorecards.periods import Month
from suppliers import access
from suppliers.models import DisputeStep, Supplier, User
from suppliers.models.tenancy import TenantQuerySet

ATTEMPTS = 8
# Kinds whose rows have a column of their own; all others are named by `about_id`.
COLUMNS = {
    MessageKind.CASE: "step",
    MessageKind.DISPUTE: "dispute_step",
    MessageKind.SIGN_OFF: "sign_off_step",
}


def _about_one_thing() -> Q:
    """Exactly the column of its kind is filled."""
    columns = [*COLUMNS.values(), "about_id"]

    def only(filled: str) -> Q:
        return Q(**{f"{column}__isnull": column != filled for column in columns})

    others = ~Q(kind__in=sorted(kind.value for kind in COLUMNS)) & only("about_id")
    return reduce(or_, (Q(kind=kind) & only(column) for kind, column in COLUMNS.items()), others)


class MessageQuerySet(TenantQuerySet):
    """Messages; the ledger is for the OEM's people only."""

    def visible_to(self, user: access.AnyUser) -> Self:
        """Rows of suppliers an insider may see; a supplier's people see none.

        Whoever is narrowed to plants sees what was sent to it.
        """
        if not access.is_internal(user):
            return self.none()
        return super().visible_to(user).filter(access.messages_visible_to(user))

    def with_content(self) -> Self:
        """With what rendering reads, in a constant number of queries."""
        return self.select_related(
            "supplier",
            "recipient",
            "attachment",
            "digest",
            "dispute_step__dispute__supplier",
            "dispute_step__dispute__reject",
            "dispute_step__dispute__warranty_return",
            "sign_off_step__scorecard__supplier",
        )


class Message(models.Model):
    """One mail to one person about one row: what happened, never what is.

    A step of a case, a dispute or a sign-off is named by its own column, any other row by
    `kind` and `about_id`; `about_name` is what people call it. With a case's step go those that
    are told together with it. A daily summary holds those it tells (`collected`) and has no
    supplier of its own.

    Subject, bodies and attachment are empty until they are first rendered for sending, and
    never change afterwards. Without a recipient the row says who should have got it.
    """

    kind = models.CharField(_("about"), max_length=16, choices=enums.message_kinds)
    event = models.CharField(_("event"), max_length=24, choices=enums.message_events)
    audience = models.CharField(_("for"), max_length=12, choices=enums.Audience)
    step = models.ForeignKey(
        EpisodeStep, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    dispute_step = models.ForeignKey(
        DisputeStep, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    sign_off_step = models.ForeignKey(
        SignOffStep, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    about_id = models.BigIntegerField(_("row"), null=True, blank=True)
    about_name = models.CharField(_("name of what it is about"), max_length=80, blank=True)
    steps = models.ManyToManyField(EpisodeStep, related_name="told_by")
    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    digest = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="collected"
    )
    metric = models.CharField(_("metric"), max_length=16, choices=enums.CASE_METRICS, blank=True)
    month = models.DateField(_("month"))
    level_before = models.CharField(
        _("level before"), max_length=20, choices=enums.LEVELS, blank=True
    )
    level_after = models.CharField(
        _("level after"), max_length=20, choices=enums.LEVELS, blank=True
    )
    recipient = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    address = models.EmailField(_("address"), blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=200, unique=True)
    state = models.CharField(_("state"), max_length=12, choices=MessageState)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("next attempt at"))
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    error = models.TextField(_("last error"), blank=True)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    attachment = models.ForeignKey(
        Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    created_at = models.DateTimeField(_("created at"))
    # Who decided by hand to retry or discard, and when.
    handled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    handled_at = models.DateTimeField(_("handled at"), null=True, blank=True)

    objects: models.Manager[Any] = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            Index(
                fields=["due_at"],
                condition=Q(state__in=[MessageState.WAITING, MessageState.SENDING]),
                name="message_to_send",
            ),
            Index(fields=["-created_at", "-id"], name="message_newest"),
        ]
        constraints = [
            UniqueConstraint(
                fields=[
                    "kind",
                    "step",
                    "dispute_step",
                    "sign_off_step",
                    "about_id",
                    "event",
                    "audience",
                    "recipient",
                ],
                nulls_distinct=False,
                name="message_once_per_step_and_recipient",
            ),
            CheckConstraint(condition=_about_one_thing(), name="message_about_one_thing"),
            CheckConstraint(
                condition=Q(kind=MessageKind.DIGEST) | Q(supplier__isnull=False),
                name="message_of_a_supplier_unless_digest",
            ),
            CheckConstraint(
                condition=Q(state=MessageState.SUMMED_UP, digest__isnull=False)
                | ~Q(state=MessageState.SUMMED_UP) & Q(digest__isnull=True),
                name="message_summed_up_by_a_digest",
            ),
            CheckConstraint(condition=Q(state__in=MessageState.values), name="message_state_known"),
            CheckConstraint(
                condition=Q(
                    recipient__isnull=True,
                    state__in=[MessageState.NO_RECIPIENT, MessageState.DISCARDED],
                )
                | Q(recipient__isnull=False) & ~Q(state=MessageState.NO_RECIPIENT) & ~Q(address=""),
                name="message_addressed_unless_no_recipient",
            ),
            CheckConstraint(
                condition=Q(state=MessageState.SENT, sent_at__isnull=False)
                | ~Q(state=MessageState.SENT) & Q(sent_at__isnull=True),
                name="message_sent_at_iff_sent",
            ),
            CheckConstraint(
                condition=~Q(state=MessageState.SENDING) | Q(claimed_at__isnull=False),
                name="message_sending_is_claimed",
            ),
            CheckConstraint(
                condition=Q(handled_by__isnull=True, handled_at__isnull=True)
                | Q(handled_by__isnull=False, handled_at__isnull=False),
                name="message_handled_by_and_at",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="message_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="message_unchanged_once_rendered",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=~pgtrigger.Q(old__text="")
                & (
                    pgtrigger.Q(old__subject__df=pgtrigger.F("new__subject"))
                    | pgtrigger.Q(old__text__df=pgtrigger.F("new__text"))
                    | pgtrigger.Q(old__html__df=pgtrigger.F("new__html"))
                    | pgtrigger.Q(old__attachment_id__df=pgtrigger.F("new__attachment_id"))
                    | pgtrigger.Q(old__message_id__df=pgtrigger.F("new__message_id"))
                ),
                func=(
                    "RAISE check_violation USING MESSAGE ="
                    " 'a mail that was rendered is never changed',"
                    " CONSTRAINT = 'message_unchanged_once_rendered';"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.message_id

    def get_absolute_url(self) -> str:
        """Return the message's page in the ledger."""
        return reverse("message", args=[self.pk])

    @property
    def title(self) -> str:
        """The subject, or before it is rendered what it will be about."""
        if self.subject:
            return self.subject
        if self.kind == MessageKind.DIGEST:
            return gettext("%(event)s of %(day)s") % {
                "event": self.get_event_display(),
                "day": self.about_name,
            }
        if self.kind not in COLUMNS:
            return gettext("%(supplier)s: %(event)s, %(about)s") % {
                "supplier": self.supplier,
                "event": self.get_event_display(),
                "about": self.about_name,
            }
        if self.sign_off_step is not None:
            return gettext("%(supplier)s: %(event)s, %(month)s") % {
                "supplier": self.supplier,
                "event": self.get_event_display(),
                "month": f"{self.month:%Y-%m}",
            }
        return gettext("%(supplier)s: %(event)s, %(metric)s, %(month)s") % {
            "supplier": self.supplier,
            "event": self.get_event_display(),
            "metric": self.get_metric_display(),
            "month": f"{self.month:%Y-%m}",
        }

    @property
    def about(self) -> str:
        """What people call what it is about: a number, a record, a version."""
        if self.about_name:
            return self.about_name
        if self.dispute_step is not None:
            return str(self.dispute_step.dispute.subject)
        if self.sign_off_step is not None:
            version = self.sign_off_step.scorecard.version
            return gettext("version %(version)s") % {"version": version}
        return "" if self.step is None else str(self.step.episode.number)

    @property
    def advice(self) -> str:
        """What to do about it; empty when nothing is to be done."""
        state, audience = MessageState(self.state), enums.Audience(self.audience)
        return advice_on(state, audience, supplier=str(self.supplier), attempts=ATTEMPTS)

    @property
    def pace(self) -> enums.Pace:
        """How soon it is told."""
        return pace_of(enums.MessageEvent(self.event), enums.Audience(self.audience))

    @property
    def in_month(self) -> Month:
        """The month the message is about."""
        return Month.of(self.month)
