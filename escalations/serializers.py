"""How escalations are written in the API."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from escalations.enums import CASE_METRICS, LEVELS
from escalations.models import ControlledShipping, EightD, Episode, EpisodeHit, EpisodeStep
from escalations.queries.opening import parts_of, plants_for
from escalations.queries.shown import Shown
from escalations.reasons import plant_of
from escalations.services.opening import NewCase
from escalations.workflow import LEVELS_TO_PROPOSE, Level
from scorecards.serializers.month import MonthField
from suppliers.enums import Severity
from suppliers.inputs import REASON, CodeField, Input
from suppliers.models import DefectCode, Part, Plant, Supplier
from suppliers.resources import QuantityField


class HitSerializer(serializers.ModelSerializer[EpisodeHit]):
    """A month that passed the threshold, with what was compared."""

    month = MonthField()
    numerator = QuantityField(source="judgement.counted_qty")
    denominator = QuantityField(source="judgement.received_qty")
    provisional = QuantityField(source="judgement.provisional_qty")
    ppm = QuantityField(source="judgement.ppm", allow_null=True)
    comparator = serializers.CharField(source="judgement.comparator")
    threshold_ppm = QuantityField(source="judgement.threshold_ppm")

    class Meta:
        model = EpisodeHit
        fields = (
            "month",
            "breaching",
            "numerator",
            "denominator",
            "provisional",
            "ppm",
            "comparator",
            "threshold_ppm",
        )


class StepSerializer(serializers.ModelSerializer[EpisodeStep]):
    """A move from one state to the next, and why."""

    class Meta:
        model = EpisodeStep
        fields = ("number", "action", "from_state", "to_state", "at", "reason")

    def to_representation(self, instance: EpisodeStep) -> dict[str, Any]:
        """Leave out a reason that names a plant whose facts the user does not see."""
        row: dict[str, Any] = super().to_representation(instance)
        plant, request = plant_of(instance.because), self.context.get("request")
        if plant and request is not None:
            shown = Shown.to(request.user, instance.episode.supplier_id)
            row["reason"] = "" if shown.hides([{"plant": plant}]) else row["reason"]
        return row


class EightDSerializer(serializers.ModelSerializer[EightD]):
    """The 8D request: until when which steps are due."""

    class Meta:
        model = EightD
        fields = (
            "number",
            "problem",
            "requested_on",
            "d3_due_on",
            "d5_due_on",
            "d6_due_on",
            "d8_due_on",
        )


class ControlledShippingSerializer(serializers.ModelSerializer[ControlledShipping]):
    """Controlled shipping, and what ends it."""

    class Meta:
        model = ControlledShipping
        fields = (
            "number",
            "level",
            "entered_on",
            "exit_production_days",
            "exit_shipments",
            "exit_action_verified",
        )


class EpisodeSerializer(serializers.ModelSerializer[Episode]):
    """A level at which a supplier is held, from its first breach to its end."""

    supplier = serializers.CharField(source="supplier.code")
    plant = serializers.CharField(source="plant.code", allow_null=True, default=None)
    part = serializers.CharField(source="part.number", allow_null=True, default=None)
    first_month = MonthField()
    last_month = MonthField()
    found = serializers.CharField(source="finding.text", default="")
    hits = HitSerializer(many=True)
    steps = StepSerializer(many=True)
    eight_d = serializers.SerializerMethodField()
    controlled_shipping = serializers.SerializerMethodField()

    class Meta:
        model = Episode
        fields = (
            "number",
            "supplier",
            "plant",
            "part",
            "metric",
            "level",
            "state",
            "raised_on",
            "raised_at",
            "first_month",
            "last_month",
            "ended_at",
            "found",
            "hits",
            "steps",
            "eight_d",
            "controlled_shipping",
        )

    @extend_schema_field(EightDSerializer(allow_null=True))
    def get_eight_d(self, episode: Episode) -> dict[str, Any] | None:
        """Return the 8D request, where the level demands one."""
        found = getattr(episode, "eightd", None)
        if found is None:
            return None
        request = self.context.get("request")
        shown = Shown.to(None if request is None else request.user, episode.supplier_id)
        return {**EightDSerializer(found).data, "problem": shown.text(found.problem, found.facts)}

    @extend_schema_field(ControlledShippingSerializer(allow_null=True))
    def get_controlled_shipping(self, episode: Episode) -> dict[str, Any] | None:
        """Return the controlled shipping, where the level demands it."""
        found = getattr(episode, "controlledshipping", None)
        return None if found is None else ControlledShippingSerializer(found).data


class CaseInput(Input):
    """A case that a person begins; above controlled shipping level 1 it is only proposed."""

    supplier = CodeField(slug_field="code", queryset=Supplier.objects.all())
    level = serializers.ChoiceField(
        choices=[choice for choice in LEVELS if Level(choice[0]) in LEVELS_TO_PROPOSE]
    )
    metric = serializers.ChoiceField(choices=CASE_METRICS)
    found = serializers.CharField(max_length=REASON)
    reason = serializers.CharField(max_length=REASON)
    plant = CodeField(
        slug_field="code", queryset=Plant.objects.all(), allow_null=True, default=None
    )
    parts = serializers.ListField(
        child=CodeField(slug_field="number", queryset=Part.objects.all()),
        default=list,
        max_length=100,
    )
    defect_code = CodeField(
        slug_field="code", queryset=DefectCode.objects.all(), allow_null=True, default=None
    )
    severity = serializers.ChoiceField(choices=Severity.choices, allow_blank=True, default="")

    def validate(self, attrs: Any) -> Any:
        """Take plants that are the sender's, and parts that are the supplier's."""
        plants = plants_for(self.context["request"].user, attrs["supplier"])
        if plants.narrowed and attrs["plant"] not in plants.rows:
            message = _("Name one of the plants you answer for: %(plants)s.") % {
                "plants": ", ".join(plant.code for plant in plants.rows)
            }
            raise serializers.ValidationError({"plant": [message]})
        known = set(parts_of(attrs["supplier"], user=self.context["request"].user))
        foreign = [part.number for part in attrs["parts"] if part not in known]
        if foreign:
            message = _("The supplier does not deliver these parts: %(parts)s.") % {
                "parts": ", ".join(foreign)
            }
            raise serializers.ValidationError({"parts": [message]})
        return attrs

    @property
    def new(self) -> NewCase:
        """The case as it was asked for."""
        given = self.validated_data
        parts = list(dict.fromkeys(given["parts"]))
        return NewCase(**given | {"level": Level(given["level"]), "parts": parts})
