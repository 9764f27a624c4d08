"""How controlled shipping is written in the API, and what may be written into it."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from escalations.models import (
    ControlledShipping,
    ShippingEvent,
    ShippingLetter,
    ShippingLogEntry,
    ShippingScope,
)
from escalations.queries.shipping_exit import exit_progress, said, today_of
from escalations.services.shipping_log import Day
from suppliers.inputs import Input, pieces
from suppliers.models import Part, Plant
from suppliers.resources import QuantityField


class ScopeSerializer(serializers.ModelSerializer[ShippingScope]):
    """A part that is covered, at one plant or (null) wherever it goes."""

    part = serializers.CharField(source="part.number")
    plant = serializers.CharField(source="plant.code", allow_null=True, default=None)

    class Meta:
        model = ShippingScope
        fields = ("part", "plant")


class LogEntrySerializer(serializers.ModelSerializer[ShippingLogEntry]):
    """A day of the log; a correction has a higher version and its reason."""

    part = serializers.CharField(source="part.number")
    plant = serializers.CharField(source="plant.code")
    inspected = QuantityField(source="inspected_qty")
    found = QuantityField(source="found_qty")
    version = serializers.IntegerField(source="number")

    class Meta:
        model = ShippingLogEntry
        fields = (
            "day",
            "part",
            "plant",
            "inspected",
            "found",
            "shipments",
            "defect",
            "sorted_by",
            "version",
            "reason",
            "recorded_at",
        )


class ShippingEventSerializer(serializers.ModelSerializer[ShippingEvent]):
    """A move or happening, and why."""

    class Meta:
        model = ShippingEvent
        fields = ("number", "action", "from_state", "to_state", "at", "comment")


class LetterSerializer(serializers.ModelSerializer[ShippingLetter]):
    """A letter that was sent; its PDF is at `letters/{kind}/`."""

    class Meta:
        model = ShippingLetter
        fields = ("kind", "sent_at")


class CriterionSerializer(serializers.Serializer[Any]):
    """An exit criterion: how much of how much, and why it is met or not."""

    name = serializers.CharField()
    have = serializers.IntegerField()
    need = serializers.IntegerField()
    met = serializers.BooleanField()
    why = serializers.CharField()


class ExitSerializer(serializers.Serializer[Any]):
    """Progress to exit today."""

    complete = serializers.BooleanField()
    clean_from = serializers.DateField()
    criteria = CriterionSerializer(many=True)
    missing = serializers.ListField(child=serializers.DateField())


class ShippingSerializer(serializers.ModelSerializer[ControlledShipping]):
    """A controlled shipping with its terms, its progress and what happened."""

    supplier = serializers.CharField(source="episode.supplier.code")
    episode = serializers.CharField(source="episode.number")
    follows = serializers.CharField(source="follows.number", allow_null=True, default=None)
    scopes = ScopeSerializer(many=True)
    letters = LetterSerializer(many=True)
    events = ShippingEventSerializer(source="shipping_events", many=True)
    exit = serializers.SerializerMethodField()

    class Meta:
        model = ControlledShipping
        fields = (
            "number",
            "supplier",
            "episode",
            "follows",
            "level",
            "state",
            "entered_on",
            "ended_on",
            "scopes",
            "defect",
            "provider",
            "boundary_samples",
            "reporting",
            "exit_production_days",
            "exit_shipments",
            "exit_action_verified",
            "confirmed_name",
            "confirmed_at",
            "letters",
            "events",
            "exit",
        )

    @extend_schema_field(ExitSerializer)
    def get_exit(self, shipping: ControlledShipping) -> dict[str, Any]:
        """Return the progress to exit as of today where the supplier sorts."""
        found = self.context.get("progress", {}).get(shipping.pk)
        if found is None:
            found = exit_progress(shipping, today=today_of(shipping, at=self.context["at"]))
        return dict(
            ExitSerializer(
                {
                    "complete": found.complete,
                    "clean_from": found.clean_from,
                    "criteria": said(found, ended=not shipping.is_open),
                    "missing": found.missing,
                }
            ).data
        )


class DayInput(Input):
    """One day's sorting of a part at a plant."""

    day = serializers.DateField()
    part = serializers.CharField(max_length=60)
    plant = serializers.CharField(max_length=40)
    inspected = pieces(min_value=0)
    found = pieces(min_value=0)
    shipments = serializers.IntegerField(min_value=0, max_value=10_000, default=0)
    defect = serializers.CharField(max_length=200, allow_blank=True, default="")
    sorted_by = serializers.CharField(max_length=120)


class LogInput(Input):
    """Days to be logged: all of them or none; a reason where days known already change."""

    days = serializers.ListField(child=DayInput(), min_length=1, max_length=1_000)
    reason = serializers.CharField(max_length=2_000, allow_blank=True, default="")

    def to_days(self, lanes: Any) -> list[Day]:
        """Return the days with their parts and plants.

        Raises:
            ValidationError: a part or plant that is not covered.
        """
        parts: dict[str, Part] = {lane.part.number: lane.part for lane in lanes}
        plants: dict[str, Plant] = {lane.plant.code: lane.plant for lane in lanes if lane.plant}
        days, errors = [], []
        for number, given in enumerate(self.validated_data["days"], start=1):
            part, plant = parts.get(given["part"]), plants.get(given["plant"])
            if part is None or plant is None:
                field = "part" if part is None else "plant"
                errors.append({field: [_("The entry letter does not cover it.")]})
                continue
            errors.append({})
            days.append(_day(given, part, plant, row=number))
        if any(errors):
            raise serializers.ValidationError({"days": errors})
        return days


def _day(given: Any, part: Part, plant: Plant, *, row: int) -> Day:
    return Day(
        day=given["day"],
        part=part,
        plant=plant,
        inspected_qty=given["inspected"],
        found_qty=given["found"],
        shipments=given["shipments"],
        defect=given["defect"],
        sorted_by=given["sorted_by"],
        row=row,
    )


class ConfirmInput(Input):
    """Under whose name the letter is confirmed; who confirms for the supplier says how."""

    name = serializers.CharField(max_length=120)
    reason = serializers.CharField(max_length=2_000, allow_blank=True, default="")
