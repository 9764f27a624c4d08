"""The draft of a scoring scheme: for each criterion its weight, window and table."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scorecards.models.scorecard import SHORTEST_REASON
from scorecards.periods import InvalidMonthError, Month, Window
from scorecards.queries.score_block import criterion_name
from scorecards.scoring import (
    HIGHER_IS_BETTER,
    Band,
    Criterion,
    CriterionRule,
    InvalidSchemeError,
    Scheme,
)

WINDOWS: Final = [
    (Window.MONTH.value, gettext_lazy("Month")),
    (Window.ROLLING_3.value, gettext_lazy("Last 3 months")),
    (Window.ROLLING_6.value, gettext_lazy("Last 6 months")),
    (Window.ROLLING_12.value, gettext_lazy("Last 12 months")),
    (Window.YEAR_TO_DATE.value, gettext_lazy("Year to date")),
]
# What `scoring` finds wrong, in the reader's words.
REASONS: Final = {
    "the table needs a step": gettext_lazy("Write at least one line: value = points."),
    "points go from 0 to 100": gettext_lazy("Points go from 0 to 100."),
    "bounds are not below 0": gettext_lazy("Values are not below 0."),
    "points must fall from step to step": gettext_lazy(
        "Points must fall from line to line, and the points beyond must be the fewest."
    ),
    "bounds must rise from step to step": gettext_lazy("Values must rise from line to line."),
    "bounds must fall from step to step": gettext_lazy("Values must fall from line to line."),
    "at least one criterion must count": gettext_lazy("Give at least one criterion a weight."),
    "grade A must begin above grade B, both between 0 and 100": gettext_lazy(
        "Grade A must begin above grade B, both between 0 and 100."
    ),
}


class SchemeForm(forms.Form):
    """Everything a version consists of; a weight of 0 leaves a criterion out."""

    grade_a = forms.DecimalField(label=gettext_lazy("Grade A from"), max_digits=4, decimal_places=1)
    grade_b = forms.DecimalField(label=gettext_lazy("Grade B from"), max_digits=4, decimal_places=1)
    months_needed = forms.IntegerField(
        label=gettext_lazy("Provisional with fewer months of data than"), min_value=0, max_value=12
    )
    first_month = forms.CharField(
        label=gettext_lazy("Holds for months from"),
        max_length=7,
        help_text=gettext_lazy("A month like 2026-03. Published months stay as they are."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("At least ten characters; needed to put it into force."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for criterion in Criterion:
            self.fields.update(_fields_of(criterion))

    @property
    def criteria(self) -> Iterator[dict[str, Any]]:
        """Yield each criterion with its bound fields, for the template."""
        for criterion in Criterion:
            fields = [self[f"{criterion.value}_{name}"] for name in FIELD_NAMES]
            yield {"name": criterion_name(criterion), "slug": criterion.value, "fields": fields}

    @property
    def general(self) -> Iterator[Any]:
        """Yield the bound fields that belong to no criterion."""
        for name in ("grade_a", "grade_b", "months_needed", "first_month", "reason"):
            yield self[name]

    def clean_first_month(self) -> Month:
        """Return the month."""
        try:
            return Month.parse(self.cleaned_data["first_month"])
        except InvalidMonthError as error:
            raise forms.ValidationError(_("Write a month like 2026-03.")) from error

    def clean(self) -> dict[str, Any]:
        """Build the scheme; what contradicts itself is told beside the field."""
        given: dict[str, Any] = super().clean() or {}
        if self.errors:
            return given
        rules = [rule for rule in map(self._rule, Criterion) if rule is not None]
        if self.errors:
            return given
        try:
            given["scheme"] = Scheme(
                version=given["seen"] + 1,
                rules=tuple(rules),
                grade_a=given["grade_a"],
                grade_b=given["grade_b"],
                months_needed=given["months_needed"],
            )
        except InvalidSchemeError as error:
            self.add_error(None, str(REASONS.get(error.reason, error.reason)))
        return given

    def demand_reason(self) -> bool:
        """Complain about a reason that is too short; return whether it is long enough."""
        if len(self.cleaned_data.get("reason", "").strip()) >= SHORTEST_REASON:
            return True
        text = _("Give a reason of at least %(count)d characters.")
        self.add_error("reason", text % {"count": SHORTEST_REASON})
        return False

    def _rule(self, criterion: Criterion) -> CriterionRule | None:
        weight = self.cleaned_data[f"{criterion.value}_weight"]
        if not weight:
            return None
        try:
            return CriterionRule(
                criterion=criterion,
                window=Window(self.cleaned_data[f"{criterion.value}_window"]),
                weight=weight,
                bands=self.cleaned_data[f"{criterion.value}_table"],
                otherwise=self.cleaned_data[f"{criterion.value}_otherwise"],
            )
        except InvalidSchemeError as error:
            message = str(REASONS.get(error.reason, error.reason))
            self.add_error(f"{criterion.value}_table", message)
            return None


class TableField(forms.CharField):
    """A piecewise table as lines `value = points`."""

    widget = forms.Textarea

    def clean(self, value: Any) -> Any:
        """Return the bands, in the order they were written."""
        text = super().clean(value)
        return tuple(_band(number, line) for number, line in _lines(text))


FIELD_NAMES: Final = ("weight", "window", "table", "otherwise")


def _fields_of(criterion: Criterion) -> dict[str, forms.Field]:
    higher = criterion in HIGHER_IS_BETTER
    line = gettext_lazy("One line each: from this value on = points, the best first.")
    upper = gettext_lazy("One line each: up to this value = points, the best first.")
    return {
        f"{criterion.value}_weight": forms.DecimalField(
            label=gettext_lazy("Weight"),
            min_value=0,
            max_digits=5,
            decimal_places=2,
            help_text=gettext_lazy("0 leaves it out."),
        ),
        f"{criterion.value}_window": forms.ChoiceField(
            label=gettext_lazy("Window"), choices=WINDOWS
        ),
        f"{criterion.value}_table": TableField(
            label=gettext_lazy("Points by value"),
            required=False,
            max_length=2_000,
            widget=forms.Textarea(attrs={"rows": 6}),
            help_text=line if higher else upper,
        ),
        f"{criterion.value}_otherwise": forms.DecimalField(
            label=gettext_lazy("Points beyond the last line"), max_digits=5, decimal_places=2
        ),
    }


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, line


def _band(number: int, line: str) -> Band:
    bound, _equals, points = line.partition("=")
    try:
        band = Band(bound=_decimal(bound), points=_decimal(points))
    except InvalidOperation as error:
        message = _("Line %(number)s: write it like 25 = 90, not “%(line)s”.")
        raise forms.ValidationError(message % {"number": number, "line": line.strip()}) from error
    return band


def _decimal(text: str) -> Decimal:
    number = Decimal(text.strip().replace(",", "."))
    if not number.is_finite():
        raise InvalidOperation
    return number


def initial_of(scheme: Scheme, *, first_month: Month) -> dict[str, Any]:
    """Return what the form begins with: the rules of a version."""
    begun: dict[str, Any] = {
        "grade_a": scheme.grade_a,
        "grade_b": scheme.grade_b,
        "months_needed": scheme.months_needed,
        "first_month": str(first_month),
        "seen": scheme.version,
    }
    rules = {rule.criterion: rule for rule in scheme.rules}
    for criterion in Criterion:
        begun |= _initial_rule(criterion, rules.get(criterion))
    return begun


def _initial_rule(criterion: Criterion, rule: CriterionRule | None) -> dict[str, Any]:
    bands = () if rule is None else rule.bands
    values = {
        "weight": 0 if rule is None else rule.weight,
        "window": Window.MONTH.value if rule is None else rule.window.value,
        "table": "\n".join(f"{band.bound:f} = {band.points:f}" for band in bands),
        "otherwise": 0 if rule is None else rule.otherwise,
    }
    return {f"{criterion.value}_{name}": value for name, value in values.items()}
