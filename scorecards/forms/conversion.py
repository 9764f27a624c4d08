"""What is typed into the converters and the board-assembly indices."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from scorecards.workbench.conversion import LABELS, Measure


class ConverterForm(forms.Form):
    """A number, what it is, and how many opportunities a unit has."""

    measure = forms.ChoiceField(label=_("From"), choices=[(m.value, LABELS[m]) for m in Measure])
    value = forms.DecimalField(
        label=_("Value"), min_value=Decimal(-2), max_value=Decimal(1_000_000), max_digits=20
    )
    opportunities = forms.IntegerField(
        label=_("Opportunities per unit"), min_value=1, max_value=10_000_000, initial=1
    )


class BoardForm(forms.Form):
    """A lot of boards: opportunities per board and defects on all of them, by class."""

    boards = forms.IntegerField(label=_("Boards"), min_value=1, max_value=10**9)
    component = forms.IntegerField(
        label=_("Components per board, with the bare board"), min_value=0, max_value=10**7
    )
    placement = forms.IntegerField(label=_("Placements per board"), min_value=0, max_value=10**7)
    termination = forms.IntegerField(
        label=_("Terminations per board"), min_value=0, max_value=10**7
    )
    component_defects = forms.IntegerField(label=_("Component defects"), min_value=0, initial=0)
    placement_defects = forms.IntegerField(label=_("Placement defects"), min_value=0, initial=0)
    termination_defects = forms.IntegerField(label=_("Termination defects"), min_value=0, initial=0)
