"""The form on which a reject is recorded by hand."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from suppliers.access import AnyUser
from suppliers.enums import DetectionPoint, Severity
from suppliers.forms.details import MadeAndCostFields
from suppliers.forms.files import FilesForm
from suppliers.forms.quantities import PiecesField
from suppliers.models import DefectCode, Delivery, Part, Plant, Supplier
from suppliers.queries.receipts import receipts_called
from suppliers.services.rejects import NewReject


class RejectForm(FilesForm, MadeAndCostFields):
    """A complaint: whose, where, what, how many."""

    supplier = forms.CharField(label=_("Supplier"), max_length=40, help_text=_("Its code."))
    plant = forms.ModelChoiceField(label=_("Plant"), queryset=Plant.objects.none())
    part = forms.CharField(label=_("Part"), max_length=60, help_text=_("Its number."))
    delivery = forms.CharField(
        label=_("Delivery"),
        max_length=142,
        required=False,
        help_text=_("Document, document/line or document/line/lot of the receipt, if known."),
    )
    lot = forms.CharField(label=_("Lot"), max_length=60, required=False)
    complaint = forms.CharField(label=_("Complaint number"), max_length=60)
    line = forms.CharField(label=_("Line of the complaint"), max_length=40, required=False)
    detected_on = forms.DateField(
        label=_("Detected on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    detection_point = forms.ChoiceField(label=_("Detection point"), choices=DetectionPoint.choices)
    defect_code = forms.ModelChoiceField(
        label=_("Defect"), queryset=DefectCode.objects.order_by("code", "pk")
    )
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)
    suspect_qty = PiecesField(label=_("Suspect"), help_text=_("Pieces complained about."))
    checked_qty = PiecesField(label=_("Checked"), required=False)
    confirmed_qty = PiecesField(label=_("Confirmed defective"), required=False)
    released_qty = PiecesField(label=_("Released"), required=False)
    defects = forms.IntegerField(
        label=_("Defects"), required=False, min_value=0, max_value=2_147_483_647
    )

    def __init__(self, *args: Any, user: AnyUser, plants: QuerySet[Plant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        chosen: Any = self.fields["plant"]
        chosen.queryset = plants
        codes: Any = self.fields["defect_code"]
        codes.label_from_instance = _named

    def clean_supplier(self) -> Supplier:
        """Find the supplier among those the user may see."""
        code = self.cleaned_data["supplier"].strip()
        visible = Supplier.objects.visible_to(self.user)
        found = visible.filter(code=code).first() or visible.filter(code__iexact=code).first()
        if found is None:
            raise forms.ValidationError(_("No supplier has this code."))
        supplier: Supplier = found
        return supplier

    def clean_part(self) -> Part:
        """Find the part."""
        number = self.cleaned_data["part"].strip()
        part = Part.objects.filter(Q(number=number) | Q(number__iexact=number)).order_by("pk")
        found = part.filter(number=number).first() or part.first()
        if found is None:
            raise forms.ValidationError(_("No part has this number."))
        return found

    def clean(self) -> dict[str, Any]:
        """Find the receipt, which needs supplier, plant and part."""
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("delivery"):
            cleaned["delivery"] = self._receipt(cleaned)
        else:
            cleaned["delivery"] = None
        return cleaned

    def _receipt(self, cleaned: dict[str, Any]) -> Delivery | None:
        if not {"supplier", "plant", "part"} <= cleaned.keys():
            return None
        found = receipts_called(
            cleaned["delivery"],
            supplier=cleaned["supplier"],
            plant=cleaned["plant"],
            part=cleaned["part"],
        )
        if len(found) > 1:
            found = [receipt for receipt in found if receipt.lot == cleaned.get("lot")] or found
        if len(found) == 1:
            return found[0]
        self.add_error(
            "delivery",
            _("Several receipts have this number; write document/line or document/line/lot.")
            if found
            else _("This supplier has no receipt of this part with this number at this plant."),
        )
        return None

    @property
    def new(self) -> NewReject:
        """The reject as it was typed in."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "attachments"}
        return NewReject(**given)

    @property
    def said(self) -> frozenset[str]:
        """The fields in which something was typed or chosen."""
        return frozenset(name for name in self.fields if self[name].value() not in (None, ""))


def _named(code: DefectCode) -> str:
    return f"{code.code} {code.name}".strip()
