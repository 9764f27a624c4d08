"""A table's columns as normalised text, ready to be copied into the staging table.

Every distinct value of a column is read once: a month's file has thousands of documents
but few suppliers, parts and days.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from suppliers.imports import cells, dates, decimals
from suppliers.imports.cells import Cell, Manner
from suppliers.imports.columns import Mapped
from suppliers.imports.fields import Field, FieldType, Kind
from suppliers.imports.problems import CellProblem, FileError
from suppliers.imports.tables import Table

NULL = "\\N"
MAX_PROBLEMS = 200_000
NUMERIC = (FieldType.NUMBER, FieldType.WHOLE)
DATED = (FieldType.DATE, FieldType.MONTH)


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the file alone cannot settle: asked of a person, or known outside."""

    today: date
    decimal_mark: str | None = None
    date_order: str | None = None
    default_zone: str = "UTC"
    zones: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Normal:
    """Normalised rows: their numbers, one list per field, problems, and the control total."""

    numbers: list[int]
    columns: dict[str, list[str]]
    problems: list[CellProblem]
    pieces: Decimal | None
    decisions: dict[str, object]


def normalise(table: Table, kind: Kind, mapped: Mapped, choices: Choices) -> Normal:
    """Read every mapped column; FileError when the file leaves a question open."""
    raw = _mapped_columns(table, kind, mapped)
    kept = _rows_with_content(table)
    if not kept:
        raise FileError("no_rows")
    if len(kept) < table.height:
        raw = {name: [column[n] for n in kept] for name, column in raw.items()}
    numbers = [table.first_row + position for position in kept]
    mark = choices.decimal_mark or _decimal_mark(kind, mapped, raw)
    orders = _date_orders(kind, mapped, raw, choices)
    result = Normal(numbers, {}, _too_wide(table), None, {"mark": mark, "orders": orders})
    for name, column in raw.items():
        manner = Manner(mark=mark, order=orders.get(name), today=choices.today)
        _read_column(result, kind, name, column, manner, _zones(kind, raw, choices))
        if len(result.problems) > MAX_PROBLEMS:
            raise FileError("too_many_problems", limit=MAX_PROBLEMS, column=mapped[name])
    result.pieces = _total(result, kind)
    return result


def _mapped_columns(table: Table, kind: Kind, mapped: Mapped) -> dict[str, list[str]]:
    raw = {}
    for name, heading in mapped.items():
        column = table.columns[table.headings.index(heading)]
        native = kind.field(name).type in NUMERIC
        trimmed = {
            text: cells.clean(text if native else text.removeprefix(decimals.NATIVE))
            for text in dict.fromkeys(column)
        }
        raw[name] = list(map(trimmed.__getitem__, column))
    return raw


def _rows_with_content(table: Table) -> list[int]:
    filled = map(any, zip(*table.columns, strict=True))
    return [position for position, content in enumerate(filled) if content]


def _decimal_mark(kind: Kind, mapped: Mapped, raw: Mapping[str, list[str]]) -> str:
    return decimals.decide(
        (mapped[name], dict.fromkeys(column))
        for name, column in raw.items()
        if kind.field(name).type in NUMERIC
    )


def _date_orders(
    kind: Kind, mapped: Mapped, raw: Mapping[str, list[str]], choices: Choices
) -> dict[str, str | None]:
    """Decide per column; a column that leaves it open follows the others of the same file."""
    dated = [name for name in raw if kind.field(name).type in DATED]
    if choices.date_order:
        return dict.fromkeys(dated, choices.date_order)
    orders: dict[str, str | None] = {}
    undecided: dict[str, FileError] = {}
    for name in dated:
        try:
            orders[name] = dates.decide(mapped[name], dict.fromkeys(raw[name]))
        except FileError as error:
            if error.code != "date_order_unknown":
                raise
            undecided[name] = error
    decided = set(filter(None, orders.values()))
    for name, question in undecided.items():
        if len(decided) != 1:
            raise question
        orders[name] = next(iter(decided))
    return orders


def _too_wide(table: Table) -> list[CellProblem]:
    return [
        CellProblem(row=table.first_row + position, field="", code="too_many_cells", value="")
        for position in table.too_wide
    ]


def _zones(kind: Kind, raw: Mapping[str, list[str]], choices: Choices) -> "Zones":
    plants = raw.get(kind.plant) if kind.plant else None
    return Zones(plants, choices)


@dataclass(frozen=True)
class Zones:
    """The time zone of each row: its plant's, or the instance's."""

    plants: list[str] | None
    choices: Choices

    def at(self, position: int) -> str:
        """Return the time zone of the row at a position."""
        if self.plants is None:
            return self.choices.default_zone
        return self.choices.zones.get(self.plants[position], self.choices.default_zone)


def _read_column(
    result: Normal, kind: Kind, name: str, column: list[str], manner: Manner, zones: Zones
) -> None:
    one = kind.field(name)
    read = {text: _read(text, one, manner) for text in dict.fromkeys(column)}
    texts = {text: _for_copy(cell, one) for text, cell in read.items()}
    out = list(map(texts.__getitem__, column))
    odd = {text: cell for text, cell in read.items() if cell.code or cell.moment}
    if odd:
        for position, text in enumerate(column):
            if text in odd:
                cell = _placed(odd[text], zones.at(position), one, manner)
                out[position] = _for_copy(cell, one)
                _note(result, position, one, text, cell)
    result.columns[name] = out


def _read(text: str, one: Field, manner: Manner) -> Cell:
    if text:
        return cells.read(text, one, manner)
    return Cell(code="empty") if one.required else Cell(one.default)


def _placed(cell: Cell, zone: str, one: Field, manner: Manner) -> Cell:
    if cell.moment is None:
        return cell
    return cells.read(f"{dates.place(cell.moment, zone):%Y-%m-%d}", one, manner)


def _note(result: Normal, position: int, one: Field, text: str, cell: Cell) -> None:
    if cell.code and len(result.problems) <= MAX_PROBLEMS:
        value = text.removeprefix(decimals.NATIVE)[:200]
        result.problems.append(
            CellProblem(
                result.numbers[position], one.name, cell.code, value, cell.params, cell.warning
            )
        )


def _for_copy(cell: Cell, one: Field) -> str:
    if not cell.text:
        return "" if one.type.textual else NULL
    return cell.text.replace("\\", "\\\\")


def _total(result: Normal, kind: Kind) -> Decimal | None:
    if kind.pieces is None:
        return None
    counted = Counter(result.columns.get(kind.pieces, ()))
    counted.pop(NULL, None)
    return sum((Decimal(text) * times for text, times in counted.items()), Decimal(0))
