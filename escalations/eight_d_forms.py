"""Forms of the 8D pages: filters, reviews, dates, scores, documents."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from escalations.eight_d_enums import CRITERION_NAMES, MILESTONE_NAMES
from escalations.eight_d_workflow import Action

MILESTONES = [(one.value, name) for one, name in MILESTONE_NAMES.items()]
MOST_NUMBER = 2**31 - 1


def plain(*actions: Action) -> list[tuple[str, str]]:
    """Return actions as choices that nobody sees: they are buttons."""
    return [(action.value, action.value) for action in actions]


def _comment(help_text: Any, *, label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
    )


class EightDFilter(forms.Form):
    """Which 8Ds a list shows."""

    supplier = forms.CharField(label=_("Supplier: code or name"), required=False, max_length=160)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Open")),
            ("supplier", _("Open, the supplier's turn")),
            ("customer", _("Open, the customer's turn")),
            ("closed", _("Closed or ended")),
            ("all", _("All")),
        ],
    )
    overdue = forms.BooleanField(label=_("Overdue only"), required=False)

    def __init__(self, *args: Any, by_supplier: bool, **kwargs: Any) -> None:
        """Offer the supplier field only to people who see several."""
        super().__init__(*args, **kwargs)
        if not by_supplier:
            del self.fields["supplier"]

    def narrow(self, eight_ds: Any) -> Any:
        """Return the 8Ds that match by what the database knows."""
        chosen = self.cleaned_data if self.is_valid() else {}
        if wanted := chosen.get("supplier"):
            eight_ds = eight_ds.filter(
                Q(episode__supplier__code__icontains=wanted)
                | Q(episode__supplier__name__icontains=wanted)
            )
        state = chosen.get("state")
        if state == "all":
            return eight_ds
        if state == "closed":
            return eight_ds.exclude(pk__in=eight_ds.unfinished().values("pk"))
        return eight_ds.unfinished()

    def keep(self, rows: list[Any]) -> list[Any]:
        """Return the rows that match by whose turn it is and how the dates stand."""
        chosen = self.cleaned_data if self.is_valid() else {}
        if chosen.get("state") in ("supplier", "customer"):
            customer = chosen["state"] == "customer"
            rows = [row for row in rows if row.turn.customer is customer]
        return [row for row in rows if row.overdue] if chosen.get("overdue") else rows


class ReviewForm(forms.Form):
    """What the customer says to a submitted step."""

    action = forms.ChoiceField(choices=plain(Action.ACCEPT, Action.RETURN, Action.REOPEN))
    # The revision that was read: another one is not answered by it.
    revision = forms.IntegerField(min_value=1, max_value=MOST_NUMBER)
    comment = _comment(
        _("Needed to return a step: say what is missing. Both sides read it; it stays."),
        label=_("Comment"),
    )


class ExtensionForm(forms.Form):
    """A wish for a later date."""

    milestone = forms.ChoiceField(label=_("Step"), choices=MILESTONES)
    until = forms.DateField(
        label=_("Later date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    comment = _comment("", label=_("Reason"))


class ExtensionAnswerForm(forms.Form):
    """The answer to a wish for a later date."""

    milestone = forms.ChoiceField(choices=MILESTONES)
    # The number of the wish that was read: another date is not granted by it.
    wish = forms.IntegerField(min_value=1, max_value=MOST_NUMBER)
    action = forms.ChoiceField(choices=plain(Action.GRANT, Action.REFUSE))
    comment = _comment(_("Needed to refuse."), label=_("Comment"))


class ReportForm(forms.Form):
    """Closing a report, or taking it up again."""

    action = forms.ChoiceField(choices=plain(Action.CLOSE, Action.RESUME))
    comment = _comment(_("Both sides read it, and it stays for ever."), label=_("Reason"))


class ScoreForm(forms.Form):
    """The ten criteria with 0, 1 or 2 points each."""

    comment = _comment("", label=_("Comment"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one, name in CRITERION_NAMES.items():
            self.fields[one.value] = forms.TypedChoiceField(
                label=str(name),
                coerce=int,
                choices=[(0, _("0 – not met")), (1, _("1 – in part")), (2, _("2 – met"))],
                widget=forms.RadioSelect,
            )
        self.order_fields([*(one.value for one in CRITERION_NAMES), "comment"])

    @property
    def points(self) -> dict[str, int]:
        """The points by criterion."""
        return {one.value: self.cleaned_data[one.value] for one in CRITERION_NAMES}


class DocumentForm(forms.Form):
    """An 8D as a JSON file."""

    document = forms.FileField(
        label=_("8D as JSON"),
        help_text=_("As it is exported here. Steps in review or accepted stay as they are."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )
    other_number = forms.CharField(
        label=_("Number in the file, where it is another"),
        required=False,
        max_length=80,
        help_text=_("Only where the file has the number of another system: confirms that."),
    )
