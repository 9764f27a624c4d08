"""What other systems may write: checked field by field, spelt as the API reads it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from suppliers import enums
from suppliers.dispute_workflow import ANSWERS, DECIDING
from suppliers.models import DefectCode, Delivery, Part, Plant, Supplier
from suppliers.services.rejects import NewReject, Sorting
from suppliers.services.verdicts import Analysis, Split

NOTHING = Decimal(0)
REASON = 2_000


class Input(serializers.Serializer[Any]):
    """Refuses fields nobody reads: a misspelt quantity would silently be 0."""

    def to_internal_value(self, data: Any) -> Any:
        """Check the fields' names, then their values."""
        if isinstance(data, Mapping):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                message = _("There is no such field.")
                raise serializers.ValidationError({str(name): [message] for name in unknown})
        return super().to_internal_value(data)


def pieces(**options: Any) -> serializers.DecimalField:
    """Return a field for pieces: a number or its text, with up to three decimals."""
    return serializers.DecimalField(max_digits=15, decimal_places=3, **options)


def optional_pieces() -> serializers.DecimalField:
    """Return a field for pieces that are 0 when nothing is said."""
    return pieces(default=NOTHING)


def reason() -> serializers.CharField:
    """Return a field for why."""
    return serializers.CharField(max_length=REASON)


class CodeField(serializers.SlugRelatedField[Any]):
    """A record by its code; what is unknown and what is not the user's are refused alike."""

    def __init__(self, **options: Any) -> None:
        message = _("Nothing has this code.")
        super().__init__(error_messages={"does_not_exist": message, "invalid": message}, **options)

    def get_queryset(self) -> Any:
        """Return the records the user may name."""
        rows: Any = super().get_queryset()
        return rows.visible_to(self.context["request"].user) if rows.model is Supplier else rows


class Attachments(serializers.ListField):
    """Files, in requests of multipart/form-data; without them there is nothing attached."""

    child = serializers.FileField(allow_empty_file=True)

    def to_internal_value(self, data: Any) -> Any:
        """Return the files; the service looks into them."""
        if not isinstance(data, list) or not all(isinstance(file, File) for file in data):
            message = _("Send files, in a request of the type multipart/form-data.")
            raise serializers.ValidationError([message])
        return data


class FilesInput(Input):
    """Files to attach, and perhaps more."""

    attachments = Attachments(default=list)

    @property
    def files(self) -> Any:
        """The files."""
        return self.validated_data["attachments"]

    @property
    def given(self) -> dict[str, Any]:
        """The other fields."""
        data = self.validated_data
        return {name: value for name, value in data.items() if name != "attachments"}


class RejectInput(FilesInput):
    """A complaint to record; plant, complaint and line are its key."""

    supplier = CodeField(slug_field="code", queryset=Supplier.objects.all())
    plant = CodeField(slug_field="code", queryset=Plant.objects.all())
    part = CodeField(slug_field="number", queryset=Part.objects.all())
    complaint = serializers.CharField(max_length=60)
    line = serializers.CharField(max_length=40, allow_blank=True, default="")
    lot = serializers.CharField(max_length=60, allow_blank=True, default="")
    delivery = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, allow_null=True, default=None
    )
    detected_on = serializers.DateField()
    detection_point = serializers.ChoiceField(
        choices=enums.DetectionPoint.choices, default=enums.DetectionPoint.INCOMING.value
    )
    defect_code = CodeField(slug_field="code", queryset=DefectCode.objects.all())
    severity = serializers.ChoiceField(
        choices=enums.Severity.choices, default=enums.Severity.SORTING.value
    )
    suspect_qty = pieces()
    checked_qty = optional_pieces()
    confirmed_qty = optional_pieces()
    released_qty = optional_pieces()
    defects = serializers.IntegerField(
        min_value=0, max_value=2_147_483_647, allow_null=True, default=None
    )
    machine = serializers.CharField(max_length=60, allow_blank=True, default="")
    shift = serializers.CharField(max_length=20, allow_blank=True, default="")
    cost = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True, default=None)
    cost_currency = serializers.CharField(max_length=3, allow_blank=True, default="")

    def validate_delivery(self, value: int | None) -> Delivery | None:
        """Find the receipt among those the user may see."""
        if value is None:
            return None
        visible = Delivery.objects.visible_to(self.context["request"].user)
        delivery: Delivery | None = visible.filter(pk=value).first()
        if delivery is None:
            raise serializers.ValidationError(_("No delivery has this id."))
        return delivery

    @property
    def new(self) -> NewReject:
        """The reject as it was sent."""
        return NewReject(**self.given)

    @property
    def said(self) -> frozenset[str]:
        """The fields that were sent; the others have what is usual."""
        return frozenset(self.initial_data)


class DetailsInput(Input):
    """Details of a known reject; what is left out stays as it is, null or "" takes it away."""

    machine = serializers.CharField(max_length=60, allow_blank=True, required=False)
    shift = serializers.CharField(max_length=20, allow_blank=True, required=False)
    cost = serializers.DecimalField(
        max_digits=14, decimal_places=2, allow_null=True, required=False
    )
    cost_currency = serializers.CharField(max_length=3, allow_blank=True, required=False)
    lot = serializers.CharField(max_length=60, allow_blank=True, required=False)
    detection_point = serializers.ChoiceField(choices=enums.DetectionPoint.choices, required=False)
    reason = serializers.CharField(max_length=REASON, allow_blank=True, default="")
    seen = serializers.IntegerField(min_value=0, allow_null=True, default=None)

    @property
    def details(self) -> dict[str, Any]:
        """The details that were sent."""
        about = ("reason", "seen")
        return {name: value for name, value in self.validated_data.items() if name not in about}


class SortingInput(Input):
    """What sorting found so far."""

    checked_qty = pieces()
    confirmed_qty = pieces()
    released_qty = pieces()
    defects = serializers.IntegerField(
        min_value=0, max_value=2_147_483_647, allow_null=True, default=None
    )
    reason = reason()
    seen = serializers.IntegerField(min_value=0, allow_null=True, default=None)

    @property
    def found(self) -> Sorting:
        """The quantities."""
        about = ("reason", "seen")
        given = {name: value for name, value in self.validated_data.items() if name not in about}
        return Sorting(**given)


class DecisionInput(FilesInput):
    """Why; and the number of the newest verdict the sender knows, 0 for none."""

    reason = reason()
    seen = serializers.IntegerField(min_value=0, allow_null=True, default=None)


class RejectVerdictInput(DecisionInput):
    """A verdict on a reject; the confirmed pieces are those of the three together."""

    supplier_qty = pieces()
    own_qty = optional_pieces()
    third_party_qty = optional_pieces()
    released_qty = optional_pieces()

    @property
    def decided(self) -> Split:
        """The quantities."""
        return split_of(self.validated_data)


class ReturnVerdictInput(DecisionInput):
    """A verdict on a warranty return."""

    outcome = serializers.ChoiceField(choices=enums.WarrantyOutcome.choices)
    accepted_pct = serializers.DecimalField(max_digits=5, decimal_places=2)

    @property
    def decided(self) -> Analysis:
        """The outcome and the share."""
        given = self.validated_data
        return Analysis(outcome=given["outcome"], accepted_pct=given["accepted_pct"])


class DisputeInput(FilesInput):
    """What a supplier disagrees with; `claimed_qty` are the pieces that do not count."""

    reason = serializers.ChoiceField(choices=enums.DisputeReason.choices)
    claimed_qty = pieces()
    statement = serializers.CharField(max_length=REASON)


class AppealInput(FilesInput):
    """Why the answer should be looked at again."""

    reason = reason()


class AnswerInput(FilesInput):
    """An answer; upholding a reject's dispute needs the pieces, a return's outcome and share.

    A published line's needs neither: its records are decided one by one before.
    """

    action = serializers.ChoiceField(
        choices=[(action.value, action.label) for action in ANSWERS],
    )
    reason = reason()
    supplier_qty = pieces(required=False)
    own_qty = optional_pieces()
    third_party_qty = optional_pieces()
    released_qty = optional_pieces()
    outcome = serializers.ChoiceField(choices=enums.WarrantyOutcome.choices, required=False)
    accepted_pct = serializers.DecimalField(max_digits=5, decimal_places=2, required=False)

    def validate(self, attrs: Any) -> Any:
        """Ask for the verdict of the record's kind where the dispute is upheld."""
        if attrs["action"] in {action.value for action in DECIDING}:
            missing = [name for name in self._needed if name not in attrs]
            if missing:
                message = _("Upholding a dispute needs this field.")
                raise serializers.ValidationError({name: [message] for name in missing})
        return attrs

    @property
    def _needed(self) -> tuple[str, ...]:
        if self.context["dispute"].published_line:
            return ()
        of_reject = self.context["dispute"].reject_id is not None
        return ("supplier_qty",) if of_reject else ("outcome", "accepted_pct")

    @property
    def chosen(self) -> enums.DisputeAction:
        """The answer."""
        return enums.DisputeAction(self.validated_data["action"])

    @property
    def decided(self) -> Split | Analysis | None:
        """The verdict; None where the dispute is rejected."""
        given = self.validated_data
        if self.chosen not in DECIDING or self.context["dispute"].published_line:
            return None
        if self.context["dispute"].reject_id is not None:
            return split_of(given)
        return Analysis(outcome=given["outcome"], accepted_pct=given["accepted_pct"])


def split_of(given: Mapping[str, Any]) -> Split:
    """Return the quantities of a verdict on a reject."""
    names = ("released_qty", "supplier_qty", "own_qty", "third_party_qty")
    return Split(**{name: given[name] for name in names})
