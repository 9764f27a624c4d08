"""Rows that need attention, shaped for the screen, the download and the command line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from suppliers.enums import ImportOutcome
from suppliers.imports.fields import Label
from suppliers.imports.kinds import KINDS
from suppliers.imports.problems import Words
from suppliers.models import ImportBatch, ImportRow


@dataclass(frozen=True, kw_only=True)
class ProblemLine:
    """One problem of one row, in words."""

    row: int
    key: str
    outcome: str
    column: str
    value: str
    words: Words

    def __str__(self) -> str:
        where = f"{self.column}: " if self.column else ""
        value = f"“{self.value}” – " if self.value else ""
        return f"row {self.row} ({self.outcome}) {where}{value}{self.words.sentence}"

    @staticmethod
    def headings() -> list[str]:
        """Headings of the download."""
        return [
            _("Row"), _("Key"), _("Outcome"), _("Column"), _("Value"), _("What is wrong"),
            _("What to do"),
        ]  # fmt: skip

    def cells(self) -> list[str]:
        """Cells of the download."""
        return [
            str(self.row), self.key, self.outcome, self.column, self.value, self.words.what,
            self.words.remedy,
        ]  # fmt: skip


def problem_lines(batch: ImportBatch) -> Iterator[ProblemLine]:
    """Yield every problem of a batch in the order of its rows, in the reader's language."""
    yield from lines_of(batch, batch.rows.order_by("number").iterator(chunk_size=2_000))


def lines_of(batch: ImportBatch, rows: Iterable[ImportRow]) -> Iterator[ProblemLine]:
    """Put the problems of rows into words."""
    labels = {one.name: one.label for one in KINDS[batch.kind].fields}
    for row in rows:
        key = " / ".join(str(value) for value in row.values.values() if value not in (None, ""))
        for problem in row.problems:
            yield _line(row, key, problem, labels)


def _line(
    row: ImportRow, key: str, problem: dict[str, Any], labels: dict[str, Label]
) -> ProblemLine:
    return ProblemLine(
        row=row.number,
        key=key,
        outcome=str(ImportOutcome(row.outcome).label),
        column=problem["column"] or str(labels.get(problem["field"], "")),
        value=problem["value"] or "",
        words=Words.of(problem["code"], problem["params"]),
    )


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One choice of listed rows, as components/tabs.html shows it."""

    label: str
    url: str
    active: bool
    count: int


@dataclass(frozen=True, kw_only=True)
class Listed:
    """The rows that need attention, of one outcome or of all."""

    rows: QuerySet[ImportRow]
    tabs: list[Tab]

    @property
    def total(self) -> int:
        """How many rows are listed over all outcomes."""
        return self.tabs[0].count


def listed_rows(batch: ImportBatch, outcome: str) -> Listed:
    """Return the listed rows of an outcome (all for an unknown one) and the tabs to choose.

    Conflicts a person can decide have a place of their own on the page.
    """
    listed = batch.rows.without_question()
    counts = dict(listed.order_by().values_list("outcome").annotate(rows=Count("pk")))
    chosen = outcome if outcome in counts else ""
    rows = listed.order_by("number")
    tabs = [
        Tab(label=_("All"), url="?", active=not chosen, count=sum(counts.values())),
        *(
            Tab(
                label=str(one.label),
                url=f"?outcome={one}",
                active=one == chosen,
                count=counts[one],
            )
            for one in ORDER
            if one in counts
        ),
    ]
    return Listed(rows=rows.filter(outcome=chosen) if chosen else rows, tabs=tabs)


ORDER = (
    ImportOutcome.REJECTED,
    ImportOutcome.UNMAPPED,
    ImportOutcome.CONFLICT,
    ImportOutcome.DUPLICATE,
    ImportOutcome.VALID,
)


def as_problems(batch: ImportBatch, rows: Iterable[ImportRow]) -> list[dict[str, Any]]:
    """Shape the problems of rows for components/problems.html."""
    return [
        {
            "row": line.row,
            "column": line.column,
            "value": line.value,
            "message": line.words.what,
            "remedy": line.words.remedy,
        }
        for line in lines_of(batch, rows)
    ]
