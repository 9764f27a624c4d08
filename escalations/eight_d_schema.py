"""The fields of each step of an 8D, and what makes a step complete.

A step's content is a plain dictionary: texts by field name, and lists of rows for tables. All
values are text as it was typed (days as 2026-11-03, quantities as 12 or 12.5), so that a draft
keeps whatever somebody typed; `problems` says what must be mended before it is submitted.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from escalations.eight_d_workflow import Discipline

Row = dict[str, str]
Content = dict[str, str | list[Row]]


class Kind(StrEnum):
    """How a field is typed and checked."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    QUANTITY = "quantity"
    CHOICE = "choice"


MOST: Final = {Kind.LINE: 200, Kind.TEXT: 5_000, Kind.DAY: 40, Kind.QUANTITY: 40, Kind.CHOICE: 40}
MOST_ROWS: Final = 50
SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class When:
    """A field or table that only matters while another field has a value."""

    name: str
    value: str


@dataclass(frozen=True)
class Field:
    """A single value; `past` for a day that cannot lie ahead."""

    name: str
    kind: Kind = Kind.LINE
    required: bool = field(default=True, kw_only=True)
    choices: tuple[str, ...] = field(default=(), kw_only=True)
    past: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class Table:
    """Rows of values; each value of the column `covers` must appear."""

    name: str
    columns: tuple[Field, ...]
    at_least: int = field(default=1, kw_only=True)
    covers: str = field(default="", kw_only=True)
    when: When | None = field(default=None, kw_only=True)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong: `field` is the name, or table.row.column with rows from 1."""

    field: str
    code: str
    value: str = ""


class ShapeError(ValueError):
    """The content has fields that do not exist, or values that are no text."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(", ".join(f"{one.field}: {one.code}" for one in problems))


FIVE_WHYS, ISHIKAWA = "five_whys", "ishikawa"
CAUSES: Final = ("occurrence", "non_detection")
PLACES: Final = ("supplier", "transit", "customer")
BRANCHES: Final = ("man", "machine", "material", "method", "measurement", "environment")
ASPECTS: Final = ("what", "where", "when", "how_many")
FINDINGS: Final = ("confirmed", "possible", "excluded")
DONE_OR_NOT: Final = ("updated", "not_needed")
RESPONSIBILITY: Final = ("open", "accepted", "not_accepted")
LEAST_WHYS, LEAST_BRANCHES = 2, 2


def _text(name: str, *, required: bool = True) -> Field:
    return Field(name, Kind.TEXT, required=required)


def _cause(name: str) -> tuple[Field | Table, ...]:
    """One of the two root causes: how it was found, and what it is."""
    method = f"{name}_method"
    return (
        Field(method, Kind.CHOICE, choices=(FIVE_WHYS, ISHIKAWA)),
        Table(
            f"{name}_whys",
            (Field("because"),),
            at_least=LEAST_WHYS,
            when=When(name=method, value=FIVE_WHYS),
        ),
        Table(
            f"{name}_branches",
            (
                Field("branch", Kind.CHOICE, choices=BRANCHES),
                Field("possible_cause"),
                Field("finding", Kind.CHOICE, choices=FINDINGS),
            ),
            at_least=LEAST_BRANCHES,
            when=When(name=method, value=ISHIKAWA),
        ),
        _text(f"{name}_cause"),
        _text(f"{name}_proof"),
    )


FORMS: Final[Mapping[Discipline, tuple[Field | Table, ...]]] = {
    Discipline.D1: (
        Field("champion"),
        Table("team", (Field("name"), Field("role"), Field("contact", required=False))),
    ),
    Discipline.D2: (
        _text("problem"),
        Table(
            "affected",
            (
                Field("part"),
                Field("plant", required=False),
                Field("defect", required=False),
                Field("quantity", Kind.QUANTITY),
            ),
        ),
        Table(
            "is_is_not",
            (
                Field("aspect", Kind.CHOICE, choices=ASPECTS),
                Field("is"),
                Field("is_not", required=False),
            ),
            at_least=1,
        ),
    ),
    Discipline.D3: (
        Table(
            "containment",
            (Field("action"), Field("owner"), Field("done_on", Kind.DAY, past=True)),
        ),
        Table(
            "stock",
            (
                Field("place", Kind.CHOICE, choices=PLACES),
                Field("quantity", Kind.QUANTITY),
                Field("checked", Kind.QUANTITY),
                Field("found", Kind.QUANTITY),
            ),
            covers="place",
        ),
        _text("result"),
        Field("marking", required=False),
        Field("clean_from", Kind.DAY, required=False),
    ),
    Discipline.D4: (
        *_cause("occurrence"),
        *_cause("non_detection"),
        Field("responsibility", Kind.CHOICE, choices=RESPONSIBILITY),
        _text("responsibility_note", required=False),
    ),
    Discipline.D5: (
        Table(
            "chosen",
            (
                Field("action"),
                Field("against", Kind.CHOICE, choices=CAUSES),
                Field("why"),
                Field("owner"),
                Field("planned_on", Kind.DAY),
            ),
            covers="against",
        ),
    ),
    Discipline.D6: (
        Table(
            "implemented",
            (
                Field("action"),
                Field("owner"),
                Field("done_on", Kind.DAY, past=True),
                Field("evidence"),
            ),
        ),
        _text("verification"),
        Field("verified_on", Kind.DAY, past=True),
        Field("containment_ended_on", Kind.DAY, required=False, past=True),
    ),
    Discipline.D7: (
        Field("fmea", Kind.CHOICE, choices=DONE_OR_NOT),
        Field("fmea_note"),
        Field("control_plan", Kind.CHOICE, choices=DONE_OR_NOT),
        Field("control_plan_note"),
        Table(
            "similar",
            (
                Field("part"),
                Field("risk"),
                Field("action", required=False),
                Field("done_on", Kind.DAY, required=False),
            ),
            at_least=0,
        ),
        _text("lessons", required=False),
    ),
    Discipline.D8: (
        _text("summary"),
        _text("recognition", required=False),
        Field("informed", required=False),
    ),
    Discipline.SHORT: (
        Field("known_from"),
        _text("known_cause"),
        _text("why_again"),
        _text("known_action"),
        Field("effective_from", Kind.DAY),
        _text("affected_lots"),
        _text("contained"),
    ),
}


def blank(discipline: Discipline) -> Content:
    """Return the content nobody has typed anything into."""
    return {one.name: [] if isinstance(one, Table) else "" for one in FORMS[discipline]}


def shaped(discipline: Discipline, raw: Any) -> Content:
    """Return content with every field of the step and no other; blank rows are left out.

    Raises:
        ShapeError: for fields that do not exist, and for values that are no text or too long.
    """
    found: list[Problem] = []
    content = _shape(discipline, raw, found)
    if found:
        raise ShapeError(found)
    return content


def problems(discipline: Discipline, content: Content, *, today: date) -> list[Problem]:
    """Return what must be mended before the step can be submitted, in the order of the form."""
    return [
        problem
        for one in FORMS[discipline]
        for problem in (
            _table_problems(one, content, today)
            if isinstance(one, Table)
            else _value_problems(one, one.name, str(content.get(one.name, "")), today)
        )
    ]


def matters(table: Table, content: Content) -> bool:
    """Return whether a table is asked for, as the fields stand."""
    return table.when is None or content.get(table.when.name) == table.when.value


def _shape(discipline: Discipline, raw: Any, found: list[Problem]) -> Content:
    if not isinstance(raw, Mapping):
        found.append(Problem(field="", code="no_object"))
        return {}
    known = {one.name for one in FORMS[discipline]}
    found.extend(
        Problem(field=storable(name), code="unknown") for name in sorted(map(str, set(raw) - known))
    )
    content: Content = {}
    for one in FORMS[discipline]:
        if isinstance(one, Table):
            content[one.name] = _rows(one, raw.get(one.name, []), found)
        else:
            content[one.name] = _value(one, one.name, raw.get(one.name, ""), found)
    return content


def _rows(table: Table, raw: Any, found: list[Problem]) -> list[Row]:
    if not isinstance(raw, list):
        found.append(Problem(field=table.name, code="no_list"))
        return []
    if len(raw) > MOST_ROWS:
        found.append(Problem(field=table.name, code="too_many_rows", value=str(MOST_ROWS)))
        return []
    rows = [_row(table, f"{table.name}.{number}", one, found) for number, one in enumerate(raw, 1)]
    return [row for row in rows if not _is_blank(table, row)]


def _row(table: Table, path: str, raw: Any, found: list[Problem]) -> Row:
    if not isinstance(raw, Mapping):
        found.append(Problem(field=path, code="no_object"))
        return {}
    known = {column.name for column in table.columns}
    found.extend(
        Problem(field=f"{path}.{storable(name)}", code="unknown")
        for name in sorted(map(str, set(raw) - known))
    )
    return {
        column.name: _value(column, f"{path}.{column.name}", raw.get(column.name, ""), found)
        for column in table.columns
    }


def _is_blank(table: Table, row: Row) -> bool:
    """A row in which at most a choice was made, which forms offer ready made, says nothing."""
    typed = [one for one in table.columns if one.kind is not Kind.CHOICE] or table.columns
    return not any(row.get(column.name) for column in typed)


def _value(one: Field, path: str, raw: Any, found: list[Problem]) -> str:
    if not isinstance(raw, str):
        found.append(Problem(field=path, code="no_text"))
        return ""
    text = storable(raw.replace("\r\n", "\n")).strip()
    if len(text) > MOST[one.kind]:
        found.append(Problem(field=path, code="too_long", value=str(MOST[one.kind])))
    return text


def storable(text: str) -> str:
    """Return a text without NUL, and with a mark for half a surrogate pair, as JSON may spell it.

    Neither is a character, and neither can be stored or shown.
    """
    return SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\x00", ""))


def _table_problems(table: Table, content: Content, today: date) -> Iterator[Problem]:
    if not matters(table, content):
        return
    rows: Any = content.get(table.name, [])
    if len(rows) < table.at_least:
        yield Problem(field=table.name, code="too_few_rows", value=str(table.at_least))
    for number, row in enumerate(rows, 1):
        for column in table.columns:
            path = f"{table.name}.{number}.{column.name}"
            yield from _value_problems(column, path, row.get(column.name, ""), today)
    if table.covers and rows:
        column = next(one for one in table.columns if one.name == table.covers)
        said = {row.get(table.covers) for row in rows}
        for choice in column.choices:
            if choice not in said:
                yield Problem(field=table.name, code="not_covered", value=choice)


def _value_problems(one: Field, path: str, value: str, today: date) -> Iterator[Problem]:
    if not value:
        if one.required:
            yield Problem(field=path, code="missing")
    elif one.kind is Kind.CHOICE and value not in one.choices:
        yield Problem(field=path, code="no_choice", value=value)
    elif one.kind is Kind.QUANTITY and quantity(value) is None:
        yield Problem(field=path, code="no_quantity", value=value)
    elif one.kind is Kind.DAY:
        yield from _day_problems(one, path, value, today)


def _day_problems(one: Field, path: str, value: str, today: date) -> Iterator[Problem]:
    found = day(value)
    if found is None:
        yield Problem(field=path, code="no_day", value=value)
    elif one.past and found > today:
        yield Problem(field=path, code="ahead", value=value)


def day(value: str) -> date | None:
    """Return the day a text says, None when it says none."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def quantity(value: str) -> Decimal | None:
    """Return the quantity a text says, None when it says none or a negative one."""
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    return found if found.is_finite() and found >= 0 else None
