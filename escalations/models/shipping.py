"""Controlled shipping: its terms, what it covers, and where it stands."""

from typing import Any, ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from escalations import enums, shipping_enums
from escalations.models.episode import EpisodeRowQuerySet
from escalations.models.measure import Measure
from escalations.shipping_workflow import (
    FINAL_STATES,
    TRANSITIONS,
    UNFINISHED,
    ShippingState,
)
from escalations.workflow import Level
from suppliers.models import Part, Plant, Supplier
from suppliers.models.corrections import track_corrections
from suppliers.models.tenancy import TenantQuerySet

SHIPPING_LEVELS = [Level.CS1.value, Level.CS2.value]
EXIT_PRODUCTION_DAYS = 20
EXIT_SHIPMENTS = 5
FINAL = sorted(state.value for state in FINAL_STATES)
# What the entry letter says; from then on nobody changes it.
TERMS = (
    *("defect", "provider", "boundary_samples", "reporting"),
    *("exit_production_days", "exit_shipments", "exit_action_verified"),
)


def allowed_moves() -> str:
    """Return the table's moves as SQL rows (from, to)."""
    moves = {
        (before.value, row.to_state.value)
        for row in TRANSITIONS
        for before in row.from_states
        if before is not row.to_state
    }
    return ", ".join(f"('{before}', '{after}')" for before, after in sorted(moves))


class ShippingQuerySet(EpisodeRowQuerySet):
    """Controlled shippings, read as prose."""

    def unfinished(self) -> Self:
        """Those that have not ended."""
        return self.exclude(state__in=FINAL)

    def newest_first(self) -> Self:
        """Unfinished before ended, level 2 before level 1, then the newest."""
        ended = models.Case(models.When(state__in=FINAL, then=1), default=0)
        return self.annotate(over=ended).order_by("over", "-level", "-entered_on", "-number")


class ShippingRowQuerySet(TenantQuerySet):
    """Rows that hang on a controlled shipping."""

    supplier_path = "shipping__episode__supplier"
    plant_path = "shipping__episode__plant"
    plant_optional = True


@track_corrections
class ControlledShipping(Measure):
    """100 % redundant inspection, by the supplier (CS1) or a third party (CS2).

    Its events are its life; `state` repeats the last one's. `follows` is the level 1 that this
    level 2 took over: together they are one history. The terms are frozen by the entry letter.
    """

    level = models.CharField(_("level"), max_length=20, choices=enums.LEVELS)
    state = models.CharField(
        _("state"),
        max_length=16,
        choices=shipping_enums.SHIPPING_STATES,
        default=ShippingState.ENTERED.value,
    )
    entered_on = models.DateField(_("entered on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    defect = models.TextField(_("defect"), blank=True, default="")
    provider = models.CharField(_("inspection by"), max_length=160, blank=True, default="")
    boundary_samples = models.TextField(_("boundary samples"), blank=True, default="")
    reporting = models.CharField(
        _("reporting rhythm"),
        max_length=12,
        choices=shipping_enums.Reporting,
        default=shipping_enums.Reporting.DAILY,
    )
    exit_production_days = models.PositiveSmallIntegerField(
        _("production days without a find to exit"), default=EXIT_PRODUCTION_DAYS
    )
    exit_shipments = models.PositiveSmallIntegerField(
        _("shipments without a find to exit"), default=EXIT_SHIPMENTS
    )
    exit_action_verified = models.BooleanField(
        _("corrective action verified to exit"), default=True
    )
    confirmed_name = models.CharField(_("confirmed by"), max_length=120, blank=True, default="")
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    follows = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )

    objects: ClassVar[models.Manager[Any]] = ShippingQuerySet.as_manager()

    class Meta:
        verbose_name = _("controlled shipping")
        verbose_name_plural = _("controlled shippings")
        indexes = [
            # what is running: for the list, for escapes, and for every supplier's badge
            Index(
                fields=["state"],
                condition=Q(state__in=sorted(state.value for state in UNFINISHED)),
                name="controlled_shipping_open",
            )
        ]
        constraints = [
            CheckConstraint(
                condition=Q(level__in=SHIPPING_LEVELS), name="controlled_shipping_level_known"
            ),
            CheckConstraint(
                condition=Q(state__in=[state.value for state in ShippingState]),
                name="controlled_shipping_state_known",
            ),
            CheckConstraint(
                condition=Q(reporting__in=shipping_enums.Reporting.values),
                name="controlled_shipping_reporting_known",
            ),
            CheckConstraint(
                condition=Q(exit_production_days__gte=1, exit_shipments__gte=1),
                name="controlled_shipping_exit_positive",
            ),
            CheckConstraint(
                condition=Q(ended_on__isnull=False, state__in=FINAL)
                | Q(ended_on__isnull=True) & ~Q(state__in=FINAL),
                name="controlled_shipping_ended_iff_final",
            ),
            CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_name="")
                | Q(confirmed_at__isnull=False) & ~Q(confirmed_name=""),
                name="controlled_shipping_confirmed_by_a_name",
            ),
            CheckConstraint(
                condition=~Q(state__in=[ShippingState.CONFIRMED, ShippingState.RUNNING])
                | Q(confirmed_at__isnull=False),
                name="controlled_shipping_runs_confirmed",
            ),
            CheckConstraint(
                condition=Q(level=Level.CS1.value)
                | Q(state__in=[ShippingState.ENTERED, *FINAL])
                | ~Q(provider=""),
                name="controlled_shipping_level_2_names_provider",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="controlled_shipping_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="controlled_shipping_entry_stays",
                fields=["number", "episode", "level", "entered_on", "follows"],
            ),
            pgtrigger.Trigger(
                name="controlled_shipping_terms_frozen_by_letter",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.AnyChange(*TERMS),
                func=(
                    "IF OLD.state <> 'entered' THEN RAISE check_violation USING MESSAGE ="
                    " 'the entry letter has fixed the terms', CONSTRAINT ="
                    " 'controlled_shipping_terms_frozen_by_letter'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="controlled_shipping_begins_entered",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__state__df=ShippingState.ENTERED.value),
                func=(
                    "RAISE check_violation USING MESSAGE = 'a controlled shipping begins as"
                    " entered', CONSTRAINT = 'controlled_shipping_begins_entered';"
                ),
            ),
            # generated from the one table in shipping_workflow.py
            pgtrigger.Trigger(
                name="controlled_shipping_moves_by_the_table",
                operation=pgtrigger.UpdateOf("state"),  # type: ignore[no-untyped-call]
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
                func=(
                    "IF (OLD.state, NEW.state) NOT IN "  # our own table
                    f"({allowed_moves()}) THEN RAISE check_violation USING MESSAGE ="
                    " 'a controlled shipping may not go from ' || OLD.state || ' to ' ||"
                    " NEW.state, CONSTRAINT = 'controlled_shipping_moves_by_the_table';"
                    " END IF; RETURN NEW;"
                ),
            ),
        ]

    def get_absolute_url(self) -> str:
        """Return the stable address of its page."""
        return reverse("shipping", args=[self.number])

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return not ShippingState(self.state).is_final

    @property
    def supplier(self) -> Supplier:
        """Whom it is about."""
        supplier: Supplier = self.episode.supplier
        return supplier


def _only_while_entered(name: str, row: str, operation: Any) -> pgtrigger.Trigger:
    """Refuse changes of what an entry letter has listed."""
    return pgtrigger.Trigger(
        name=name,
        operation=operation,
        when=pgtrigger.Before,
        func=(
            "IF (SELECT state FROM escalations_controlledshipping"  # noqa: S608  # our own table
            f" WHERE id = {row}.shipping_id) <> 'entered' THEN RAISE check_violation"
            " USING MESSAGE = 'the entry letter has fixed what is covered', CONSTRAINT ="
            f" '{name}'; END IF; RETURN {row};"
        ),
    )


class ShippingScopeQuerySet(ShippingRowQuerySet):
    """Parts covered; one without a plant is covered at every plant."""

    plant_path = "plant"


class ShippingScope(models.Model):
    """A part that is covered, at one plant or, without one, wherever it is delivered.

    `added_on` is the day it was added before the letter; None: it is covered since the entry.
    """

    shipping = models.ForeignKey(
        ControlledShipping, on_delete=models.PROTECT, related_name="scopes"
    )
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="+")
    plant = models.ForeignKey(
        Plant, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_on = models.DateField(_("added on"), null=True, blank=True)

    objects: models.Manager[Any] = ShippingScopeQuerySet.as_manager()

    class Meta:
        verbose_name = _("part covered")
        verbose_name_plural = _("parts covered")
        constraints = [
            UniqueConstraint(
                fields=["shipping", "part", "plant"],
                nulls_distinct=False,
                name="shipping_scope_unique",
            )
        ]
        triggers = [
            _only_while_entered("shipping_scope_fixed_by_letter", "NEW", pgtrigger.Insert),
            _only_while_entered("shipping_scope_stays_by_letter", "OLD", pgtrigger.Delete),
            pgtrigger.Protect(name="shipping_scope_never_changed", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.plant or ''}".rstrip()
