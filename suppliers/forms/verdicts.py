"""Forms on which records are sorted and decided."""

from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from suppliers.counted import counter
from suppliers.enums import WarrantyOutcome
from suppliers.forms.files import FilesForm
from suppliers.forms.quantities import PiecesField, reason_field
from suppliers.models import Reject, RejectVerdict, WarrantyReturn, WarrantyVerdict
from suppliers.services.rejects import Sorting
from suppliers.services.verdicts import Analysis, Split

FOUND: Final = ("checked_qty", "confirmed_qty", "released_qty", "defects")


class SortingForm(forms.Form):
    """What sorting found so far; `seen` is the version that the person had before them."""

    checked_qty = PiecesField(label=_("Checked"), help_text=_("Pieces sorted so far, in all."))
    confirmed_qty = PiecesField(label=_("Confirmed defective"))
    released_qty = PiecesField(
        label=_("Released"), help_text=_("Found good and given back for use.")
    )
    defects = forms.IntegerField(
        label=_("Defects"),
        required=False,
        min_value=0,
        max_value=2_147_483_647,
        help_text=_("Where defects are counted: at least one for each confirmed piece."),
    )
    reason = reason_field(_("Who sorted, where and how"))
    seen = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def begun(reject: Reject, version: int) -> dict[str, Any]:
        """Return what the form begins with: what the record says."""
        return {name: getattr(reject, name) for name in FOUND} | {"seen": version}

    @property
    def found(self) -> Sorting:
        """What was typed in."""
        return Sorting(**{name: self.cleaned_data[name] for name in FOUND})


class SplitFields(forms.Form):
    """How many pieces are released, and for whom the confirmed ones count."""

    supplier_qty = PiecesField(
        label=_("Confirmed, the supplier's"), help_text=_("These count in the supplier's PPM.")
    )
    own_qty = PiecesField(label=_("Confirmed, our own"), required=False)
    third_party_qty = PiecesField(
        label=_("Confirmed, a third party's"),
        required=False,
        help_text=_("For example the carrier's."),
    )
    released_qty = PiecesField(label=_("Released"), required=False)

    @property
    def split(self) -> Split:
        """What was typed in."""
        names = ("released_qty", "supplier_qty", "own_qty", "third_party_qty")
        return Split(**{name: self.cleaned_data[name] for name in names})


class AnalysisFields(forms.Form):
    """What the analysis said, and the share that the supplier accepts."""

    analysis = forms.ChoiceField(label=_("Analysis"), choices=WarrantyOutcome.choices)
    accepted_pct = forms.DecimalField(
        label=_("Share the supplier accepts (%)"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        help_text=_("0 unless the return is confirmed."),
    )

    @property
    def split(self) -> Analysis:
        """What was typed in."""
        given = self.cleaned_data
        return Analysis(outcome=given["analysis"], accepted_pct=given["accepted_pct"])


class SeenForm(FilesForm):
    """Which verdict the person had before them, so that nobody overrules unseen."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = reason_field()


class RejectVerdictForm(SplitFields, SeenForm):
    """A verdict on a reject."""

    field_order = (
        *("supplier_qty", "own_qty", "third_party_qty", "released_qty"),
        *("reason", "attachments"),
    )


class ReturnVerdictForm(AnalysisFields, SeenForm):
    """A verdict on a warranty return."""

    field_order = ("analysis", "accepted_pct", "reason", "attachments")


def split_of(reject: Reject, newest: RejectVerdict | None, *, less: Decimal = Decimal(0)) -> Any:
    """Return the quantities to begin with: the newest verdict's, else what sorting found."""
    counted = counter().counted(reject)
    if newest is None:
        begun = {"released_qty": reject.released_qty}
        if less:
            found = counted.quantity
        else:
            found = reject.confirmed_qty if reject.checked_qty else reject.suspect_qty
        found = min(found, reject.suspect_qty - reject.released_qty)
    else:
        names = ("released_qty", "own_qty", "third_party_qty")
        begun = {name: getattr(newest, name) for name in names}
        found = newest.supplier_qty
    if less and counted.quantity:
        # of a lot, the share of the pieces is the share of the lot
        left = max(counted.quantity - less, Decimal(0)) / counted.quantity
        found = (found * left).quantize(Decimal("0.001"), ROUND_FLOOR)
    return {**begun, "supplier_qty": found}


def analysis_of(
    returned: WarrantyReturn, newest: WarrantyVerdict | None, *, less: Decimal = Decimal(0)
) -> Any:
    """Return the share to begin with: the newest verdict's, else the claim's."""
    left = max(counter().counted(returned).quantity - less, Decimal(0)) / returned.quantity * 100
    outcome = WarrantyOutcome.CONFIRMED.value if newest is None else newest.outcome
    return {"analysis": outcome, "accepted_pct": round(left, 2)}
