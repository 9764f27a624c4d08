"""A table's columns as normalised text, ready to be copied into the staging table.

Every distinct value of a column is read once: a month's file has thousands of documents
but few suppliers, parts and days.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

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


@dataclass
class Column:
    """One mapped column: its cells as they stand, and each distinct one trimmed."""

    cells: list[str]
    native: bool

    @cached_property
    def texts(self) -> dict[str, None]:
        """The distinct cells as they stand."""
        return dict.fromkeys(self.cells)

    @cached_property
    def joined(self) -> str:
        """The cells in one text, to look at all of them at once."""
        return "\0".join(self.cells)

    @cached_property
    def plain(self) -> bool:
        """Whether no cell has anything to trim, to unwrap or to escape."""
        return cells.are_plain(self.joined)

    @cached_property
    def trimmed(self) -> dict[str, str]:
        """Each distinct cell trimmed."""
        if self.plain:
            return {text: text for text in self.texts}
        return {
            text: cells.clean(text if self.native else text.removeprefix(decimals.NATIVE))
            for text in self.texts
        }

    @property
    def distinct(self) -> Iterable[str]:
        """The distinct trimmed texts."""
        return dict.fromkeys(self.trimmed.values())

    def fits(self, one: Field) -> bool:
        """Whether every cell can be stored in a text field as it stands."""
        return (
            one.type is FieldType.TEXT
            and one.name not in cells.VOCABULARIES
            and self.plain
            and (not (one.required or one.default) or "" not in self.cells)
            and not (one.slug and cells.UNFIT.search(self.joined.replace("\0", "")))
            and max(map(len, self.cells)) <= one.max_length
        )


def normalise(table: Table, kind: Kind, mapped: Mapped, choices: Choices) -> Normal:
    """Read every mapped column; FileError when the file leaves a question open."""
    kept = _rows_with_content(table)
    if not kept:
        raise FileError("no_rows")
    columns = {
        name: _column(table, heading, kept, native=kind.field(name).type in NUMERIC)
        for name, heading in mapped.items()
    }
    mark = choices.decimal_mark or _decimal_mark(kind, mapped, columns)
    orders = _date_orders(kind, mapped, columns, choices)
    numbers = [table.first_row + position for position in kept]
    result = Normal(numbers, {}, _too_wide(table), None, {"mark": mark, "orders": orders})
    zones = Zones(columns.get(kind.plant or ""), choices)
    for name, column in columns.items():
        manner = Manner(mark=mark, order=orders.get(name), today=choices.today)
        _read_column(result, kind.field(name), column, manner, zones)
        if len(result.problems) > MAX_PROBLEMS:
            raise FileError("too_many_problems", limit=MAX_PROBLEMS, column=mapped[name])
    if kind.pieces:
        result.pieces = total(Counter(result.columns.get(kind.pieces, ())))
    return result


def _column(table: Table, heading: str, kept: Sequence[int], *, native: bool) -> Column:
    found = table.columns[table.headings.index(heading)]
    taken = found if len(kept) == len(found) else [found[position] for position in kept]
    return Column(taken, native)


def _rows_with_content(table: Table) -> Sequence[int]:
    """Positions of the rows that are not blank; a column without empty cells settles it."""
    if any("" not in column for column in table.columns):
        return range(table.height)
    filled = map(any, zip(*table.columns, strict=True))
    return [position for position, content in enumerate(filled) if content]


def _decimal_mark(kind: Kind, mapped: Mapped, columns: Mapping[str, Column]) -> str:
    return decimals.decide(
        (mapped[name], column.distinct)
        for name, column in columns.items()
        if kind.field(name).type in NUMERIC
    )


def _date_orders(
    kind: Kind, mapped: Mapped, columns: Mapping[str, Column], choices: Choices
) -> dict[str, str | None]:
    """Decide per column; a column that leaves it open follows the others of the same file."""
    dated = [name for name in columns if kind.field(name).type in DATED]
    if choices.date_order:
        return dict.fromkeys(dated, choices.date_order)
    orders: dict[str, str | None] = {}
    undecided: dict[str, FileError] = {}
    for name in dated:
        try:
            orders[name] = dates.decide(mapped[name], columns[name].distinct)
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


@dataclass(frozen=True)
class Zones:
    """The time zone of each row: its plant's, or the instance's."""

    plants: Column | None
    choices: Choices

    def at(self, position: int) -> str:
        """Return the time zone of the row at a position."""
        if self.plants is None:
            return self.choices.default_zone
        plant = self.plants.trimmed[self.plants.cells[position]]
        return self.choices.zones.get(plant, self.choices.default_zone)


def _read_column(result: Normal, one: Field, column: Column, manner: Manner, zones: Zones) -> None:
    if column.fits(one):
        result.columns[one.name] = column.cells
        return
    read = {text: read_text(trimmed, one, manner) for text, trimmed in column.trimmed.items()}
    texts = {text: for_copy(cell, one) for text, cell in read.items()}
    out = list(map(texts.__getitem__, column.cells))
    odd = {text: cell for text, cell in read.items() if cell.code or cell.moment}
    if odd:
        for position, text in enumerate(column.cells):
            if text in odd:
                cell = _placed(odd[text], zones.at(position), one, manner)
                out[position] = for_copy(cell, one)
                _note(result, position, one, column.trimmed[text], cell)
    result.columns[one.name] = out


def read_text(text: str, one: Field, manner: Manner) -> Cell:
    """Read a trimmed cell, which may be empty."""
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
            CellProblem(result.numbers[position], one.name, cell.code, value, cell.params)
        )


def for_copy(cell: Cell, one: Field) -> str:
    """Write a cell as COPY takes it."""
    if not cell.text:
        return "" if one.type.textual else NULL
    return cell.text.replace("\\", "\\\\")


def total(counted: Mapping[str, int]) -> Decimal:
    """Add up texts of numbers, each as often as it was counted."""
    return sum(
        (Decimal(text) * times for text, times in counted.items() if text != NULL), Decimal(0)
    )
