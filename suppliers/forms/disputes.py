"""Forms of disputes: opening, answering, appealing, and the filters of their list."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from suppliers.dispute_workflow import DECIDING
from suppliers.enums import DisputeAction, DisputeReason, DisputeState
from suppliers.forms.files import FilesForm
from suppliers.forms.quantities import PiecesField, reason_field
from suppliers.forms.verdicts import AnalysisFields, SplitFields
from suppliers.models.disputes import DisputeQuerySet

ANY = ("", _("All"))
OPEN = ("", _("Waiting for an answer"))
EVERY = "all"


class DisputeForm(FilesForm):
    """What a supplier disagrees with, and why."""

    reason = forms.ChoiceField(label=_("What is wrong"), choices=DisputeReason.choices)
    claimed_qty = PiecesField(
        label=_("Pieces that do not count in your view"),
    )
    statement = reason_field(
        _("Statement"),
        help_text=_("What you found, and how the customer can see it. Both sides read it."),
    )

    def __init__(self, *args: Any, most: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["claimed_qty"].help_text = _(
            "At most %(most)s: what can count against you."
        ) % {"most": most}


class AppealForm(FilesForm):
    """Why a quality manager should look again."""

    reason = reason_field(
        _("Why the answer should be looked at again"),
        help_text=_("A quality manager answers. There is one appeal; its answer is final."),
    )


class AnswerFields(FilesForm):
    """The answer, and why; the verdict's fields count where the dispute is upheld."""

    action = forms.ChoiceField(label=_("Answer"), widget=forms.RadioSelect)
    reason = reason_field(help_text=_("The supplier reads it; it becomes the verdict's reason."))

    def __init__(self, *args: Any, actions: Collection[DisputeAction], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [(action.value, action.label) for action in actions]  # type: ignore[attr-defined]

    def full_clean(self) -> None:
        """Ask for no verdict where the dispute is rejected."""
        chosen = self.data.get(self.add_prefix("action"))
        if self.is_bound and chosen not in {action.value for action in DECIDING}:
            for name in set(self.fields) - {"action", "reason", "attachments"}:
                self.fields[name].required = False
        super().full_clean()

    @property
    def chosen(self) -> DisputeAction:
        """The answer."""
        return DisputeAction(self.cleaned_data["action"])

    @property
    def decided(self) -> Any:
        """The verdict it leads to; None where the dispute is rejected."""
        split: Any = getattr(self, "split", None)
        return split if self.chosen in DECIDING else None


class RejectAnswerForm(SplitFields, AnswerFields):
    """The answer to a dispute of a reject."""

    field_order = (
        *("action", "supplier_qty", "own_qty", "third_party_qty", "released_qty"),
        *("reason", "attachments"),
    )


class ReturnAnswerForm(AnalysisFields, AnswerFields):
    """The answer to a dispute of a warranty return."""

    field_order = ("action", "analysis", "accepted_pct", "reason", "attachments")


class LineAnswerForm(AnswerFields):
    """The answer to a dispute of a published line; its records were decided one by one."""

    field_order = ("action", "reason", "attachments")
    reason = reason_field(help_text=_("The supplier reads it, beside the verdicts' own reasons."))


class DisputeFilter(forms.Form):
    """Which disputes a list shows; an impossible value is said and ignored."""

    supplier = forms.CharField(label=_("Supplier: code or name"), required=False, max_length=160)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[OPEN, (EVERY, _("All")), *DisputeState.choices],
    )
    reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=[ANY, *DisputeReason.choices]
    )

    def __init__(self, *args: Any, by_supplier: bool, **kwargs: Any) -> None:
        """Offer the supplier field only to people who see several."""
        super().__init__(*args, **kwargs)
        if not by_supplier:
            del self.fields["supplier"]

    def narrow(self, disputes: DisputeQuerySet) -> DisputeQuerySet:
        """Return the disputes that match."""
        chosen = self.cleaned_data if self.is_valid() else {}
        if text := (chosen.get("supplier") or "").strip():
            disputes = disputes.filter(
                Q(supplier__code__icontains=text) | Q(supplier__name__icontains=text)
            )
        if chosen.get("reason"):
            disputes = disputes.filter(reason=chosen["reason"])
        state = chosen.get("state", "")
        if not state:
            return disputes.unsettled()
        return disputes if state == EVERY else disputes.filter(state=state)
