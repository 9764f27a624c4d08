"""What is typed into the statistics workbench."""

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from scorecards.enums import ChartMethod
from scorecards.formulas.attribute_charts import ChartKind
from scorecards.formulas.chart_choice import ChartChoice
from scorecards.formulas.frozen_limits import FrozenLimits
from scorecards.formulas.run_rules import RunRule
from scorecards.workbench.conversion import LABELS, Measure
from scorecards.workbench.reading import Problem, Row, read_rows, write_rows
from scorecards.workbench.study import Question

# a word, or digits: no exponent, by which a short text could stand for an endless number
_FROZEN_PART = re.compile(r"[a-z_]{1,20}|[0-9]{1,20}(\.[0-9]{1,20})?", re.ASCII)
LONGEST_TEXT = 60_000
LARGEST_FILE = 200_000
MOST_SIMULATED = 60
AUTOMATIC = ("", _("what the data bears"))
KINDS = [
    AUTOMATIC,
    (ChartKind.P.value, _("p: share of defective parts")),
    (ChartKind.NP.value, _("np: defective parts, same size")),
    (ChartKind.U.value, _("u: defects per unit")),
    (ChartKind.C.value, _("c: defects, same size")),
    (ChartKind.DPMO.value, _("DPMO: defects per million opportunities")),
]
METHODS = [AUTOMATIC, *((v, n) for v, n in ChartMethod.choices if v != ChartMethod.NO_LIMITS)]
RULES = [
    (RunRule.N5.value, _("two of three beyond 2 σ (Western Electric 2, Nelson 5)")),
    (RunRule.N6.value, _("four of five beyond 1 σ (Western Electric 3, Nelson 6)")),
    (RunRule.WE4.value, _("eight on one side (Western Electric 4)")),
    (RunRule.N2.value, _("nine on one side (Nelson 2)")),
    (RunRule.N3.value, _("six rising or falling (Nelson 3)")),
    (RunRule.N4.value, _("fourteen up and down (Nelson 4)")),
    (RunRule.N7.value, _("fifteen within 1 σ (Nelson 7)")),
    (RunRule.N8.value, _("eight outside 1 σ (Nelson 8)")),
]
WESTERN_ELECTRIC = [RunRule.N5.value, RunRule.N6.value, RunRule.WE4.value]


class WorkbenchForm(forms.Form):
    """Rows, chart, limits, rules and a shift; frozen limits travel in hidden fields."""

    counts = forms.CharField(
        label=_("Counts"),
        required=False,
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_("A line a period, as pasted from a spreadsheet: label, count, size."),
    )
    added = forms.CharField(
        label=_("New rows"),
        required=False,
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    file = forms.FileField(label=_("or a CSV or text file"), required=False)
    mode = forms.ChoiceField(
        label=_("They"),
        choices=[("append", _("are appended")), ("replace", _("replace what is there"))],
        widget=forms.RadioSelect,
        initial="append",
        required=False,
    )
    kind = forms.ChoiceField(label=_("Chart"), choices=KINDS, required=False)
    choice = forms.ChoiceField(label=_("Limits"), choices=METHODS, required=False)
    size = forms.DecimalField(
        label=_("Size of every row without one"),
        required=False,
        min_value=Decimal(1),
        max_digits=12,
    )
    opportunities = forms.IntegerField(
        label=_("Opportunities per unit"),
        initial=1,
        required=False,
        min_value=1,
        max_value=10_000_000,
    )
    first = forms.IntegerField(
        label=_("Limits from the first … points"), required=False, min_value=2, max_value=500
    )
    excluded = forms.CharField(
        label=_("Points left out of the limits"),
        required=False,
        max_length=200,
        help_text=_("Their numbers, for example 6, 9."),
    )
    rules = forms.MultipleChoiceField(
        label=_("Run rules"),
        choices=RULES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        initial=WESTERN_ELECTRIC,
    )
    ratio = forms.DecimalField(
        label=_("Simulate a rate of … times the centre"),
        initial=Decimal(2),
        required=False,
        validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(Decimal(10))],
    )
    simulated = forms.IntegerField(
        label=_("for so many points"),
        required=False,
        initial=0,
        min_value=0,
        max_value=MOST_SIMULATED,
    )
    frozen = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    problems: list[Problem]

    def clean_excluded(self) -> tuple[int, ...]:
        """Return the numbers of points to leave out."""
        text = self.cleaned_data["excluded"].strip()
        if not re.fullmatch(r"(\d{1,3}([\s,;]+|$))*", text, re.ASCII):
            raise forms.ValidationError(_("Write numbers of points, apart by commas."))
        return tuple(int(number) for number in re.findall(r"[0-9]+", text))

    def clean_file(self) -> str:
        """Return the file's text."""
        upload = self.cleaned_data["file"]
        if not upload:
            return ""
        if upload.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 200 kB; paste fewer rows."))
        text: str = upload.read().decode("utf-8-sig", "replace")
        if "\x00" in text or text.startswith("PK"):
            raise forms.ValidationError(
                _("This is no text file. Save the sheet as CSV, or paste the cells.")
            )
        return text

    def clean_frozen(self) -> FrozenLimits | None:
        """Return limits frozen before; what does not read is as if nothing were frozen."""
        parts = self.cleaned_data["frozen"].split("|")
        if not all(_FROZEN_PART.fullmatch(part) for part in parts):
            return None
        try:
            kind, choice, counts, sizes, sigma_z = parts
            found = FrozenLimits(
                kind=ChartKind(kind),
                choice=ChartChoice(choice),
                counts=Fraction(Decimal(counts)),
                sizes=Fraction(Decimal(sizes)),
                sigma_z=float(sigma_z),
            )
        except (ValueError, ArithmeticError):
            return None
        fits = 0 <= found.counts < 10**15 and 0 < found.sizes < 10**18
        return found if fits and 1 <= found.sigma_z < 1_000 else None  # noqa: PLR2004

    def clean(self) -> dict[str, Any]:
        """Put new rows behind the old ones, or in their place, and read all of them."""
        cleaned: dict[str, Any] = super().clean() or {}
        new = "\n".join(filter(None, [cleaned.get("added", ""), cleaned.get("file", "")]))
        old = "" if new.strip() and cleaned.get("mode") == "replace" else cleaned.get("counts", "")
        kept, self.problems = read_rows(old)
        added, wrong = read_rows(new, before=len(kept))
        self.problems += [
            replace(one, column=f"{_('new rows')} {one.column}".strip()) for one in wrong
        ]
        cleaned["rows"] = [*kept, *added]
        if not self.problems and not cleaned["rows"] and "counts" not in self.errors:
            self.add_error("counts", _("There are no counts yet; paste some rows."))
        return cleaned

    @property
    def rows(self) -> list[Row]:
        """The rows that were read."""
        found: list[Row] = self.cleaned_data["rows"]
        return found

    @property
    def question(self) -> Question:
        """What is asked of the rows."""
        given = self.cleaned_data
        frozen: FrozenLimits | None = given["frozen"]
        chosen = ChartKind(given["kind"]) if given["kind"] else None
        return Question(
            rows=self.rows,
            kind=frozen.kind if frozen else chosen,
            choice=ChartChoice(given["choice"]) if given["choice"] else None,
            size=given["size"],
            opportunities=given["opportunities"] or 1,
            first=given["first"],
            excluded=given["excluded"],
            rules=[RunRule(rule) for rule in given["rules"]],
            frozen=frozen,
            ratio=Fraction(given["ratio"] or 1),
            simulated=given["simulated"] or 0,
        )

    def again(self, *, frozen: FrozenLimits | None) -> "WorkbenchForm":
        """Return the form to go on with: rows together, new rows empty, limits as they are."""
        data: Any = QueryDict(mutable=True)
        data.update(self.data)
        data["counts"], data["added"] = write_rows(self.rows), ""
        data["mode"] = "append"
        data["frozen"] = "" if frozen is None else frozen_text(frozen)
        return WorkbenchForm(data)


def frozen_text(limits: FrozenLimits) -> str:
    """Write frozen limits so that they read back the same."""
    numbers = (limits.counts, limits.sizes)
    counts, sizes = (Decimal(n.numerator) / Decimal(n.denominator) for n in numbers)
    return "|".join([limits.kind, limits.choice, f"{counts:f}", f"{sizes:f}", repr(limits.sigma_z)])


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
