"""The fields of a step as a page shows them: named, with what was typed and what is wrong."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from escalations import eight_d_wording as wording
from escalations import reasons
from escalations.eight_d_checks import Problem
from escalations.eight_d_schema import (
    ASPECTS,
    FORMS,
    MOST,
    PLACES,
    Content,
    Field,
    Kind,
    Row,
    Table,
    blank,
)
from escalations.eight_d_workflow import Discipline
from escalations.models import EightD

EMPTY_ROWS: Final = 2
# Tables that offer a row for each of these, whatever else was saved.
READY_MADE: Final = {"stock": ("place", PLACES), "is_is_not": ("aspect", ASPECTS)}
# Digits of a row number that a form may send.
MOST_DIGITS: Final = 4


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A single value under its name; `key` is the name it is sent under."""

    key: str
    label: str
    kind: str
    value: str
    shown: str
    required: bool
    most: int
    help: str = ""
    errors: Sequence[str] = ()
    choices: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A row of a table."""

    number: int
    cells: Sequence[Cell]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A field (`cell`) or a table (`entries`) of a step's form."""

    name: str
    label: str
    help: str
    errors: Sequence[str] = ()
    cell: Cell | None = None
    entries: Sequence[Entry] = ()
    spare: Entry | None = None
    needs_field: str = ""
    needs_value: str = ""
    columns: Sequence[str] = field(default_factory=tuple)


def form_parts(
    discipline: Discipline, content: Content, *, problems: Sequence[Problem] = ()
) -> list[Part]:
    """Return a step's form with some empty rows, and each problem at its field."""
    errors = _by_field(problems)
    return [
        _table(one, content, errors) if isinstance(one, Table) else _single(one, content, errors)
        for one in FORMS[discipline]
    ]


def read_parts(discipline: Discipline, content: Content) -> list[Part]:
    """Return what was written, without empty rows and without fields left empty."""
    found = []
    for one in FORMS[discipline]:
        value: Any = content.get(one.name)
        if not value:
            continue
        if isinstance(one, Table):
            entries = [_entry(one, number, row, {}) for number, row in enumerate(value, 1)]
            columns = [wording.label(column.name) for column in one.columns]
            found.append(
                Part(
                    name=one.name,
                    label=wording.label(one.name),
                    help="",
                    entries=entries,
                    columns=columns,
                )
            )
        else:
            found.append(_single(one, content, {}))
    return found


def typed(discipline: Discipline, sent: Mapping[str, str]) -> Content:
    """Return the content of a form as it was sent; rows are `table-0-column`."""
    content = blank(discipline)
    for one in FORMS[discipline]:
        if isinstance(one, Table):
            content[one.name] = _typed_rows(one, sent)
        else:
            content[one.name] = sent.get(one.name, "")
    return content


def prefilled(eight_d: EightD, discipline: Discipline) -> Content:
    """Return what a step begins with: the facts of the breach."""
    content = blank(discipline)
    if discipline is Discipline.D2:
        content["problem"] = reasons.problem(eight_d)
        content["affected"] = [_affected(fact) for fact in eight_d.facts]
    return content


def summary_of_problems(discipline: Discipline, problems: Sequence[Problem]) -> list[str]:
    """Return the problems as lines, in the order of the form."""
    return [wording.named(discipline, problem) for problem in problems]


def _affected(fact: Mapping[str, Any]) -> Row:
    defects = ", ".join(defect["name"] for defect in fact.get("defects", []))
    return {
        "part": fact.get("part", ""),
        "plant": fact.get("plant", ""),
        "defect": defects[:200],
        "quantity": fact.get("counted", ""),
    }


def _by_field(problems: Sequence[Problem]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        found[problem.field].append(wording.said(problem))
    return found


def _single(one: Field, content: Content, errors: Mapping[str, list[str]]) -> Part:
    cell = _cell(one, one.name, str(content.get(one.name, "")), errors.get(one.name, ()))
    return Part(name=one.name, label=cell.label, help=cell.help, errors=cell.errors, cell=cell)


def _table(one: Table, content: Content, errors: Mapping[str, list[str]]) -> Part:
    blank_row: Row = {column.name: "" for column in one.columns}
    typed_rows: Any = content.get(one.name) or []
    rows = [*typed_rows, *_ready_made(one, typed_rows, blank_row)]
    shown = [*rows, *[blank_row] * EMPTY_ROWS] if not one.covers or not rows else [*rows, blank_row]
    return Part(
        name=one.name,
        label=wording.label(one.name),
        help=str(wording.HELP.get(one.name, "")),
        errors=errors.get(one.name, ()),
        entries=[_entry(one, number, row, errors) for number, row in enumerate(shown, 1)],
        spare=_entry(one, 0, blank_row, {}),
        needs_field=one.when.name if one.when else "",
        needs_value=one.when.value if one.when else "",
    )


def _ready_made(one: Table, rows: Sequence[Row], blank_row: Row) -> list[Row]:
    """Return the rows a table offers and nobody has filled in; a draft leaves them out."""
    column, choices = READY_MADE.get(one.name, ("", ()))
    filled = {row.get(column) for row in rows}
    return [blank_row | {column: choice} for choice in choices if choice not in filled]


def _entry(one: Table, number: int, row: Row, errors: Mapping[str, list[str]]) -> Entry:
    index = "__row__" if number == 0 else str(number - 1)
    return Entry(
        number=number,
        cells=[
            _cell(
                column,
                f"{one.name}-{index}-{column.name}",
                row.get(column.name, ""),
                errors.get(f"{one.name}.{number}.{column.name}", ()),
            )
            for column in one.columns
        ],
    )


def _cell(one: Field, key: str, value: str, errors: Sequence[str]) -> Cell:
    choices = [("", _("Choose …")), *((name, wording.choice(name)) for name in one.choices)]
    return Cell(
        key=key,
        label=wording.label(one.name),
        kind=one.kind.value,
        value=value,
        shown=wording.choice(value) if one.kind is Kind.CHOICE else value,
        required=one.required,
        most=MOST[one.kind],
        help=str(wording.HELP.get(one.name, "")),
        errors=errors,
        choices=choices if one.kind is Kind.CHOICE else (),
    )


def _typed_rows(one: Table, sent: Mapping[str, str]) -> list[Row]:
    start = f"{one.name}-"
    numbers = {
        int(number)
        for key in sent
        if key.startswith(start)
        for number in [key.removeprefix(start).split("-", 1)[0]]
        if number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS
    }
    return [
        {column.name: sent.get(f"{start}{number}-{column.name}", "") for column in one.columns}
        for number in sorted(numbers)
    ]
