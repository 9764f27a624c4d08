"""Forms of controlled shipping: entry, terms, decisions."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from escalations.enums import CASE_METRICS, LEVEL_NAMES, LEVELS
from escalations.models import ControlledShipping
from escalations.models.shipping import SHIPPING_LEVELS, ShippingQuerySet
from escalations.queries.shipping_lanes import Lane
from escalations.services.opening import AT_ONCE
from escalations.services.shipping_terms import Terms
from escalations.shipping_enums import SHIPPING_STATES, Reporting
from escalations.workflow import Level
from suppliers.forms.quantities import reason_field
from suppliers.models import Part, Plant

ANY = ("", _("All"))
SHIPPING_LEVEL_CHOICES = [choice for choice in LEVELS if choice[0] in SHIPPING_LEVELS]
MOST_DAYS = 365


def levels_to_ask_for(levels: Collection[Level]) -> list[tuple[str, str]]:
    """Return levels as choices; of those that are only proposed, that they are."""
    return [
        (
            level.value,
            capfirst(str(LEVEL_NAMES[level]))
            if level in AT_ONCE
            else _("%(level)s – proposed to the quality manager")
            % {"level": capfirst(str(LEVEL_NAMES[level]))},
        )
        for level in levels
    ]


def shipping_level_choices() -> list[tuple[str, str]]:
    """Return the levels of controlled shipping as somebody may ask for them."""
    return levels_to_ask_for([Level(level) for level in SHIPPING_LEVELS])


class ShippingFilter(forms.Form):
    """Which controlled shippings a list shows; an impossible value is said and ignored."""

    supplier = forms.CharField(label=_("Supplier: code or name"), required=False, max_length=160)
    part = forms.CharField(label=_("Part"), required=False, max_length=60)
    level = forms.ChoiceField(
        label=_("Level"),
        required=False,
        choices=[ANY, ("cs1", _("Level 1")), ("cs2", _("Level 2"))],
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Not ended")), ("all", _("All")), *SHIPPING_STATES],
    )

    def __init__(self, *args: Any, by_supplier: bool, **kwargs: Any) -> None:
        """Offer the supplier field only to people who see several."""
        super().__init__(*args, **kwargs)
        if not by_supplier:
            del self.fields["supplier"]

    def narrow(self, shippings: ShippingQuerySet) -> ShippingQuerySet:
        """Return the controlled shippings that match."""
        chosen = self.cleaned_data if self.is_valid() else {}
        if text := (chosen.get("supplier") or "").strip():
            shippings = shippings.filter(
                Q(episode__supplier__code__icontains=text)
                | Q(episode__supplier__name__icontains=text)
            )
        if part := (chosen.get("part") or "").strip():
            shippings = shippings.filter(scopes__part__number__icontains=part).distinct()
        if chosen.get("level"):
            shippings = shippings.filter(level=chosen["level"])
        state = chosen.get("state", "")
        if not state:
            return shippings.unfinished()
        return shippings if state == "all" else shippings.filter(state=state)


class TermsForm(forms.Form):
    """What the entry letter fixes."""

    lanes = forms.MultipleChoiceField(
        label=_("Parts and plants"), widget=forms.CheckboxSelectMultiple
    )
    defect = forms.CharField(
        label=_("Defect to sort out"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is looked for, so that somebody who sorts can tell good from bad."),
    )
    provider = forms.CharField(
        label=_("Inspection by"),
        max_length=160,
        required=False,
        help_text=_("Level 2: the independent third party. Level 1: empty means the supplier."),
    )
    boundary_samples = forms.CharField(
        label=_("Boundary samples"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Which samples show the limit, and where they are."),
    )
    reporting = forms.ChoiceField(label=_("Reporting rhythm"), choices=Reporting.choices)
    exit_production_days = forms.IntegerField(
        label=_("Production days without a find to exit"), min_value=1, max_value=MOST_DAYS
    )
    exit_shipments = forms.IntegerField(
        label=_("Shipments without a find to exit"), min_value=1, max_value=MOST_DAYS
    )
    exit_action_verified = forms.BooleanField(
        label=_("The corrective action must be verified (D6 of the 8D accepted)"), required=False
    )

    def __init__(self, *args: Any, lanes: Sequence[Lane], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lanes = {key_of(lane): lane for lane in lanes}
        chosen: Any = self.fields["lanes"]
        chosen.choices = [(key, str(lane)) for key, lane in self._lanes.items()]

    @property
    def chosen_lanes(self) -> list[tuple[Part, Plant | None]]:
        """The parts and plants that were ticked."""
        chosen = [self._lanes[key] for key in self.cleaned_data["lanes"]]
        return [(lane.part, lane.plant) for lane in chosen]

    @property
    def terms(self) -> Terms:
        """The rest."""
        names = Terms.__dataclass_fields__
        return Terms(**{name: self.cleaned_data[name] for name in names})


def key_of(lane: Lane) -> str:
    """Return how a part and plant are named in a form."""
    return f"{lane.part.pk}-{lane.plant.pk if lane.plant else 0}"


class EntryForm(TermsForm):
    """An entry by hand: its level and subject, its terms, and why.

    What follows a level 1 is a level 2 of the same subject, so it asks for neither.
    """

    level = forms.ChoiceField(label=_("Level"), choices=shipping_level_choices)
    metric = forms.ChoiceField(label=_("About"), choices=CASE_METRICS)
    reason = reason_field(_("Why"), help_text=_("Stays with the case; the supplier can read it."))
    field_order = ("level", "metric", "reason", "lanes", "defect", "provider", "boundary_samples")

    def __init__(self, *args: Any, follows: ControlledShipping | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._follows = follows
        if follows is not None:
            del self.fields["level"], self.fields["metric"]
            provider = self.fields["provider"]
            provider.required = True
            provider.help_text = _("The independent third party that inspects.")

    def clean(self) -> dict[str, Any]:
        """Ask for the third party of level 2."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self._follows is not None:
            cleaned |= {"level": Level.CS2.value, "metric": self._follows.episode.metric}
        if cleaned.get("level") == Level.CS2.value and not cleaned.get("provider"):
            self.add_error("provider", _("Level 2 needs the third party that inspects."))
        return cleaned


class ConfirmForm(forms.Form):
    """Under whose name the entry letter is confirmed."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    reason = forms.CharField(required=False, widget=forms.HiddenInput)


class ConfirmForSupplierForm(ConfirmForm):
    """The same, by supplier quality on the supplier's behalf."""

    name = forms.CharField(label=_("Who confirmed, at the supplier"), max_length=120)
    reason = reason_field(
        _("How it was confirmed"), help_text=_("For example: by mail of 12 November.")
    )


class WhyForm(forms.Form):
    """A decision that only needs its reason."""

    reason = reason_field(_("Why"))


class LeaveOutForm(forms.Form):
    """Why a plant needs no inspection."""

    reason = reason_field(
        _("Why"), help_text=_("Stays with the record for ever. The supplier does not read it.")
    )


class EscapeForm(WhyForm):
    """Which reject got past the sorting, or did not."""

    reject = forms.CharField(
        label=_("Complaint number"),
        max_length=102,
        help_text=_("Of a reject of this supplier, as its record says: number or number/line."),
    )
