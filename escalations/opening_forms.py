"""The form that begins a case: at which level, about what, what was found, and why."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.enums import CASE_METRICS, OTHER_REASON
from escalations.queries.opening import parts_of, plants_for
from escalations.services.opening import NewCase
from escalations.shipping_forms import levels_to_ask_for
from escalations.workflow import LEVELS_TO_PROPOSE, Level
from suppliers.access import AnyUser
from suppliers.enums import Severity
from suppliers.forms.quantities import reason_field
from suppliers.models import DefectCode, Part, Plant, Supplier


def level_choices() -> list[tuple[str, str]]:
    """Return the levels somebody may ask for; of the harder ones, that they are only proposed."""
    return levels_to_ask_for(LEVELS_TO_PROPOSE)


class CaseForm(forms.Form):
    """A case of one supplier's."""

    level = forms.ChoiceField(label=_("Level"), choices=level_choices)
    metric = forms.ChoiceField(label=_("About"), choices=CASE_METRICS)
    found = forms.CharField(
        label=_("What was found"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Facts, as the supplier has to answer them: what, where, how many, since when. "
            "Begins the problem description of the 8D, or the defect to be sorted out."
        ),
    )
    plant = forms.ModelChoiceField(
        label=_("Plant"),
        queryset=Plant.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("Every plant"),
        help_text=_("Only where the case is about this plant alone."),
    )
    parts = forms.ModelMultipleChoiceField(
        label=_("Parts"),
        queryset=Part.objects.none(),
        to_field_name="number",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "With one part the case is about that part alone. Controlled shipping needs at least "
            "one: it is what will be inspected."
        ),
    )
    defect_code = forms.ModelChoiceField(
        label=_("Defect code"),
        queryset=DefectCode.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("None"),
        help_text=_("Without one, a repeat of the defect is not recognised later."),
    )
    severity = forms.ChoiceField(
        label=_("Severity"),
        required=False,
        choices=[("", _("Not known")), *Severity.choices],
        help_text=_("Sets the dates of the 8D."),
    )
    reason = reason_field(
        _("Reason"),
        help_text=_(
            "Why a case, and at this level. Stays with it for ever; the supplier reads it."
        ),
    )

    def __init__(self, *args: Any, supplier: Supplier, user: AnyUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._supplier = supplier
        plant, parts, code = (self.fields[one] for one in ("plant", "parts", "defect_code"))
        plants = plants_for(user, supplier)
        plant.queryset = plants.rows  # type: ignore[attr-defined]
        if plants.narrowed:
            plant.required, plant.empty_label = True, _("Choose …")  # type: ignore[attr-defined]
        parts.queryset = parts_of(supplier, user=user)  # type: ignore[attr-defined]
        code.queryset = DefectCode.objects.order_by("code")  # type: ignore[attr-defined]
        parts.label_from_instance = _named  # type: ignore[attr-defined]
        code.label_from_instance = _named  # type: ignore[attr-defined]
        plant.label_from_instance = _named  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial = {
                "metric": OTHER_REASON,
                "level": Level.EIGHT_D.value,
                **self.initial,
            }

    @property
    def new(self) -> NewCase:
        """The case as it was asked for."""
        given = self.cleaned_data
        return NewCase(
            supplier=self._supplier,
            level=Level(given["level"]),
            metric=given["metric"],
            found=given["found"],
            reason=given["reason"],
            plant=given["plant"],
            parts=list(given["parts"]),
            defect_code=given["defect_code"],
            severity=given["severity"],
        )


def _named(row: Any) -> str:
    return f"{row.number if isinstance(row, Part) else row.code} {row.name}".rstrip()
