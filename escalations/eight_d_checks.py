"""What makes the content of a step of an 8D storable, and complete."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from escalations.eight_d_schema import (
    FORMS,
    MOST,
    MOST_ROWS,
    Content,
    Field,
    Kind,
    Row,
    Table,
    matters,
)
from escalations.eight_d_workflow import Discipline

SURROGATE: Final = re.compile("[\ud800-\udfff]")


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
