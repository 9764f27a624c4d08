"""What is typed into the statistics workbench."""

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from scorecards.enums import ChartMethod
from scorecards.formulas.attribute_charts import ChartKind
from scorecards.formulas.chart_choice import ChartChoice
from scorecards.formulas.frozen_limits import FrozenLimits
from scorecards.formulas.run_rules import RunRule
from scorecards.pictures.figure import quantity_text
from scorecards.workbench.gaps import GapKind
from scorecards.workbench.reading import (
    MOST_ROWS,
    Problem,
    Row,
    read_rows,
    too_many_rows,
    write_rows,
)
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
    (GapKind.G.value, _("g: good parts between rare rejects")),
    (GapKind.T.value, _("t: days or hours between rare rejects")),
    (GapKind.THIRD.value, _("parts until every third rare reject")),
]
GAPS = frozenset(kind.value for kind in GapKind)
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
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=format_lazy(
            _(
                "A line a period, as pasted from a spreadsheet: label, count, size; at most {most} "
                "lines. For rare rejects a line a reject: label, and what lies between it and the "
                "one before."
            ),
            most=MOST_ROWS,
        ),
    )
    added = forms.CharField(
        label=_("New rows"),
        required=False,
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

    def clean_counts(self) -> str:
        """Refuse what is too long, by the lines that it has."""
        return _readable(self.cleaned_data["counts"])

    def clean_added(self) -> str:
        """Refuse the same of new rows."""
        return _readable(self.cleaned_data["added"])

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
        if len(cleaned["rows"]) > MOST_ROWS:
            self.add_error("added", too_many_rows(len(cleaned["rows"])))
        if not self.problems and not cleaned["rows"] and "counts" not in self.errors:
            self.add_error("counts", _("There are no counts yet; paste some rows."))
        return cleaned

    @property
    def rows(self) -> list[Row]:
        """The rows that were read."""
        found: list[Row] = self.cleaned_data["rows"]
        return found

    @property
    def gaps(self) -> GapKind | None:
        """How gaps between rejects are to be looked at; None where counts are."""
        kind = self.cleaned_data["kind"]
        return GapKind(kind) if kind in GAPS else None

    @property
    def question(self) -> Question:
        """What is asked of the rows."""
        given = self.cleaned_data
        frozen: FrozenLimits | None = given["frozen"]
        chosen = ChartKind(given["kind"]) if given["kind"] and not self.gaps else None
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


def _readable(text: str) -> str:
    """Return a pasted text that can be read.

    Raises:
        ValidationError: for one that is too long; it says how many lines it has, and how many fit.
    """
    lines = sum(bool(line.strip()) for line in text.splitlines())
    if lines > MOST_ROWS:
        raise forms.ValidationError(too_many_rows(lines))
    if len(text) > LONGEST_TEXT:
        raise forms.ValidationError(
            _(
                "These lines are too long to be counts: %(length)s characters, and at most "
                "%(most)s fit. Keep label, count and size."
            ),
            params={"length": quantity_text(len(text)), "most": quantity_text(LONGEST_TEXT)},
        )
    return text


def frozen_text(limits: FrozenLimits) -> str:
    """Write frozen limits so that they read back the same."""
    numbers = (limits.counts, limits.sizes)
    counts, sizes = (Decimal(n.numerator) / Decimal(n.denominator) for n in numbers)
    return "|".join([limits.kind, limits.choice, f"{counts:f}", f"{sizes:f}", repr(limits.sigma_z)])
