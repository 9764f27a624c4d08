"""A file of new rows, read piece by piece into what COPY takes, while there is nothing to say.

Whatever needs a second look (a problem, an unknown code, a reversal, a question that
only the whole file answers) makes the whole file odd: it is then read and judged the long way.
What is not odd is read by the very functions of the long way (`normal`, `cells`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suppliers.imports import cells, dates, decimals, sniff
from suppliers.imports.cells import Manner
from suppliers.imports.columns import Mapped
from suppliers.imports.delimited import even_columns
from suppliers.imports.fields import Field, Kind
from suppliers.imports.normal import (
    DATED,
    NULL,
    NUMERIC,
    Choices,
    Column,
    for_copy,
    read_text,
    total,
)
from suppliers.imports.tables import MAX_COLUMNS

if TYPE_CHECKING:
    from suppliers.imports.child import Straight

# The cells of a piece stay in the processor's cache: eight times as much takes twice as long.
PIECE_CHARACTERS = 128 * 1024
# Pieces written at once: enough to sort, few enough to overlap with the database's own work.
TOGETHER = 8


class OddError(Exception):
    """The file needs the long way."""


@dataclass(frozen=True)
class Text:
    """A delimited text: its headings, and the lines below them."""

    headings: list[str]
    body: str
    mark: str

    def pieces(self) -> Iterator[list[list[str]]]:
        """Yield the columns of each piece; OddError when not every line has as many cells."""
        start = 0
        while start < len(self.body):
            end = self.body.find("\n", start + PIECE_CHARACTERS)
            end = len(self.body) if end < 0 else end
            piece = even_columns(self.body[start:end], self.mark, len(self.headings))
            if piece is None:
                raise OddError
            yield piece
            start = end + 1


def opened(path: Path, found: dict[str, Any]) -> Text:
    """Read a file whose first line has the headings; OddError for any other."""
    data = path.read_bytes()
    if sniff.is_workbook(data[:512]):
        raise OddError
    text, encoding = sniff.decode(data)
    mark = sniff.delimiter(text)
    head, _, body = text.replace("\r\n", "\n").rstrip("\n").partition("\n")
    headings = [heading.strip() for heading in head.split(mark)]
    ragged = '"' in head or not headings[-1] or len(headings) > MAX_COLUMNS
    if ragged or not body or sniff.declared_delimiter(text):
        raise OddError
    found.update(type="csv", above=0, encoding=encoding, delimiter=mark, headings=headings)
    return Text(headings, body, mark)


@dataclass
class Rows:
    """Turns the columns of pieces into lines; remembers each spelling it has read."""

    kind: Kind
    mapped: Mapped
    choices: Choices
    straight: "Straight"
    rows: int = 0
    mark: str | None = None
    orders: dict[str, str | None] = field(default_factory=dict)
    pieces: Counter[str] = field(default_factory=Counter)
    # field → spelling → what is written
    known: dict[str, dict[str, str]] = field(default_factory=dict)
    # supplier → lines taken and not written yet
    taken: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.known = {name: {**self.straight["ids"].get(name, {})} for name in self.mapped}
        dated = (name for name in self.mapped if self.kind.field(name).type in DATED)
        self.orders = dict.fromkeys(dated, self.choices.date_order)

    @property
    def columns(self) -> list[str]:
        """What each line says, in its order: the file's fields, then what is the same for all."""
        own = [name for name in self.mapped if name not in self.straight["absent"]]
        if "unit" in own:
            own.append("unit_quantity")
        return own + [name for name in self.straight["constants"] if name not in own]

    def take(self, piece: Mapping[str, list[str]]) -> None:
        """Read a piece into lines for COPY."""
        done = {name: self._column(self.kind.field(name), own) for name, own in piece.items()}
        self.rows += len(done["supplier"])
        self.pieces.update(done["quantity"])
        if "unit" in done:
            pairs = zip(done["unit"], done["quantity"], strict=True)
            done["unit_quantity"] = [quantity if unit else NULL for unit, quantity in pairs]
        own = [done[name] for name in self.columns if name in done]
        rest = [self.straight["constants"][name] for name in self.columns if name not in done]
        lines = map("\t".join, zip(*own, repeat("\t".join(rest))))  # one is endless
        taken = self.taken
        for supplier, line in zip(done["supplier"], lines, strict=True):
            taken[supplier].append(line)

    def written(self) -> bytes:
        """Return the lines taken since the last time, those of one supplier together.

        That is the order of an index whose pages would else be visited at random.
        """
        lines = "".join(f"{line}\n" for line in map("\n".join, self.taken.values()))
        self.taken.clear()
        return lines.encode()

    def _column(self, one: Field, own: list[str]) -> Sequence[str]:
        if one.name not in self.looked_at and Column(own, native=False).fits(one):
            return own
        known = self.known[one.name]
        try:
            return list(map(known.__getitem__, own))
        except KeyError:
            for text in set(own).difference(known):
                known[text] = self._read(one, text)
        return list(map(known.__getitem__, own))

    @cached_property
    def looked_at(self) -> set[str]:
        """Fields whose texts are not stored as they stand, whatever they are."""
        return {*self.straight["ids"], *self.straight["absent"], "unit"}

    def _read(self, one: Field, text: str) -> str:
        native = one.type in NUMERIC
        trimmed = cells.clean(text if native else text.removeprefix(decimals.NATIVE))
        manner = Manner(
            mark=self._mark(trimmed) if native else decimals.POINT,
            order=self._order(one, trimmed) if one.type in DATED else None,
            today=self.choices.today,
        )
        cell = read_text(trimmed, one, manner)
        if cell.code or cell.moment or (cell.text and one.name in self.straight["absent"]):
            raise OddError
        if one.name == "unit" and cell.text.lower() not in ("", *self.straight["piece_units"]):
            raise OddError
        ids = self.straight["ids"].get(one.name)
        if ids is None:
            return for_copy(cell, one)
        if cell.text not in ids:
            raise OddError
        return ids[cell.text]

    def _mark(self, text: str) -> str:
        """Return the mark by which a number is read; odd while the file has not shown it."""
        if self.choices.decimal_mark:
            return self.choices.decimal_mark
        shown = decimals.mark_shown_by(text)
        if shown and self.mark not in (None, shown):
            raise OddError
        if shown is None and self.mark is None and decimals.could_be_either(text):
            raise OddError
        self.mark = self.mark or shown
        return self.mark or decimals.POINT

    def _order(self, one: Field, text: str) -> str | None:
        """Return the order of a date; odd while its column has not shown it."""
        if self.choices.date_order:
            return self.choices.date_order
        shown, order = dates.order_shown_by(text), self.orders[one.name]
        if shown and order not in (None, shown):
            raise OddError
        if shown is None and order is None and dates.could_be_either(text):
            raise OddError
        self.orders[one.name] = order or shown
        return self.orders[one.name]

    def found(self) -> dict[str, Any]:
        """Return what the long way would have found."""
        return {
            "rows": self.rows,
            "pieces": str(total(self.pieces)),
            "mark": self.choices.decimal_mark or self.mark or decimals.POINT,
            "orders": self.orders,
        }
