"""How facts are written in the API: codes for references, text for pieces."""

from django.urls import reverse
from rest_framework import serializers

from suppliers.models import (
    DefectCode,
    Delivery,
    Dispute,
    DisputeStep,
    Evidence,
    Reject,
    RejectVerdict,
    WarrantyReturn,
    WarrantyVerdict,
)
from suppliers.resources import QuantityField


def code(source: str) -> serializers.CharField:
    """Return a field with the code of a referenced record."""
    return serializers.CharField(source=source, read_only=True)


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """A goods-receipt line; `reverses` is the id of the delivery it takes back."""

    supplier = code("supplier.code")
    plant = code("plant.code")
    part = code("part.number")
    quantity = QuantityField()
    unit_quantity = QuantityField(allow_null=True)
    ordered_quantity = QuantityField(allow_null=True)
    reverses = serializers.IntegerField(source="reverses_id", allow_null=True)

    class Meta:
        model = Delivery
        fields = (
            "id",
            "supplier",
            "plant",
            "part",
            "document",
            "line",
            "lot",
            "received_on",
            "quantity",
            "unit",
            "unit_quantity",
            "kind",
            "promised_on",
            "ordered_quantity",
            "reverses",
            "recorded_at",
        )


class DefectCodeSerializer(serializers.ModelSerializer[DefectCode]):
    """What was wrong."""

    class Meta:
        model = DefectCode
        fields = ("code", "name", "category", "counts")


class RejectVerdictSerializer(serializers.ModelSerializer[RejectVerdict]):
    """A decision on a reject; of several the one with the highest number holds."""

    confirmed_qty = QuantityField()
    released_qty = QuantityField()
    supplier_qty = QuantityField()
    own_qty = QuantityField()
    third_party_qty = QuantityField()
    decided_by = serializers.CharField(read_only=True)

    class Meta:
        model = RejectVerdict
        fields = (
            "number",
            "confirmed_qty",
            "released_qty",
            "supplier_qty",
            "own_qty",
            "third_party_qty",
            "reason",
            "decided_by",
            "decided_at",
        )


class RejectSerializer(serializers.ModelSerializer[Reject]):
    """A complaint about delivered parts, with every decision on it.

    `version` is how often it was changed since it was recorded.
    """

    supplier = code("supplier.code")
    plant = code("plant.code")
    part = code("part.number")
    delivery = serializers.IntegerField(source="delivery_id", allow_null=True)
    defect_code = DefectCodeSerializer()
    suspect_qty = QuantityField()
    checked_qty = QuantityField()
    confirmed_qty = QuantityField()
    released_qty = QuantityField()
    version = serializers.IntegerField(read_only=True)
    verdicts = RejectVerdictSerializer(many=True)

    class Meta:
        model = Reject
        fields = (
            "id",
            "supplier",
            "plant",
            "part",
            "delivery",
            "complaint",
            "line",
            "lot",
            "detected_on",
            "detection_point",
            "defect_code",
            "severity",
            "suspect_qty",
            "checked_qty",
            "confirmed_qty",
            "released_qty",
            "defects",
            "machine",
            "shift",
            "cost",
            "cost_currency",
            "version",
            "verdicts",
            "recorded_at",
        )


class WarrantyVerdictSerializer(serializers.ModelSerializer[WarrantyVerdict]):
    """A decision on a warranty return; of several the one with the highest number holds."""

    accepted_pct = QuantityField()
    decided_by = serializers.CharField(read_only=True)

    class Meta:
        model = WarrantyVerdict
        fields = ("number", "outcome", "accepted_pct", "reason", "decided_by", "decided_at")


class WarrantyReturnSerializer(serializers.ModelSerializer[WarrantyReturn]):
    """A part that failed in the field, with every decision on it."""

    supplier = code("supplier.code")
    part = code("part.number")
    quantity = QuantityField()
    accepted_pct = QuantityField()
    verdicts = WarrantyVerdictSerializer(many=True)

    class Meta:
        model = WarrantyReturn
        fields = (
            "id",
            "supplier",
            "part",
            "claim",
            "line",
            "received_on",
            "failed_on",
            "built_on",
            "mileage_km",
            "months_in_service",
            "quantity",
            "accepted_pct",
            "verdicts",
            "recorded_at",
        )


class DisputeStepSerializer(serializers.ModelSerializer[DisputeStep]):
    """A move of a dispute; `by` is empty where the clock moved it."""

    by = serializers.SerializerMethodField()
    verdict = serializers.SerializerMethodField()

    class Meta:
        model = DisputeStep
        fields = ("number", "action", "from_state", "to_state", "at", "by", "reason", "verdict")

    def get_by(self, step: DisputeStep) -> str:
        """Return the person's name."""
        return "" if step.by is None else str(step.by)

    def get_verdict(self, step: DisputeStep) -> int | None:
        """Return the number of the verdict it led to."""
        verdict = step.reject_verdict or step.warranty_verdict
        return None if verdict is None else verdict.number


class DisputeSerializer(serializers.ModelSerializer[Dispute]):
    """A supplier's disagreement with a record or a published line (`2026-03/external_ppm`)."""

    supplier = code("supplier.code")
    reject = serializers.IntegerField(source="reject_id", allow_null=True)
    warranty_return = serializers.IntegerField(source="warranty_return_id", allow_null=True)
    published_line = serializers.CharField()
    claimed_qty = QuantityField()
    with_manager = serializers.BooleanField()
    steps = DisputeStepSerializer(many=True)

    class Meta:
        model = Dispute
        fields = (
            "id",
            "supplier",
            "reject",
            "warranty_return",
            "published_line",
            "reason",
            "claimed_qty",
            "statement",
            "state",
            "outcome",
            "due_on",
            "with_manager",
            "opened_at",
            "steps",
        )


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    """A file about a record or a dispute; `file` is where its bytes are."""

    supplier = code("supplier.code")
    reject = serializers.IntegerField(source="reject_id", allow_null=True)
    warranty_return = serializers.IntegerField(source="warranty_return_id", allow_null=True)
    dispute = serializers.IntegerField(source="dispute_id", allow_null=True)
    file = serializers.SerializerMethodField()

    class Meta:
        model = Evidence
        fields = (
            "id",
            "supplier",
            "reject",
            "warranty_return",
            "dispute",
            "verdict",
            "name",
            "content_type",
            "size_bytes",
            "sha256",
            "uploaded_at",
            "file",
        )

    def get_file(self, evidence: Evidence) -> str:
        """Return the address of the bytes."""
        return reverse("api_evidence-file", args=[evidence.pk])
