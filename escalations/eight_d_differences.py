"""What changed between two versions of a step, word by word; pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from escalations.eight_d_schema import FORMS, Content, Row, Table
from escalations.eight_d_workflow import Discipline

WORD = re.compile(r"\S+|\s+")
KEPT, ADDED, REMOVED = "kept", "added", "removed"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Words that were kept, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field, or a row's column, that says something else; `row` is 0 for a single field.

    Rows count as in the newer version, removed ones as in the older.
    """

    name: str
    row: int
    column: str
    before: str
    after: str

    @property
    def path(self) -> str:
        """Where it is, as problems name it."""
        return f"{self.name}.{self.row}.{self.column}" if self.row else self.name

    @property
    def pieces(self) -> list[Piece]:
        """The words, in the order in which they read."""
        return list(_pieces(WORD.findall(self.before), WORD.findall(self.after)))


def differences(discipline: Discipline, old: Content, new: Content) -> list[Difference]:
    """Return what changed from one version of a step to another, in the order of the form."""
    found: list[Difference] = []
    for one in FORMS[discipline]:
        before, after = old.get(one.name), new.get(one.name)
        if isinstance(one, Table):
            found.extend(_rows(one, before or [], after or []))
        elif before != after:
            found.append(_difference(one.name, 0, "", str(before or ""), str(after or "")))
    return found


def _rows(table: Table, before: Any, after: Any) -> Iterator[Difference]:
    old, new = ([tuple(sorted(row.items())) for row in rows] for rows in (before, after))
    for kind, a_from, a_to, b_from, b_to in SequenceMatcher(None, old, new, False).get_opcodes():
        if kind == "equal":
            continue
        shared = min(a_to - a_from, b_to - b_from)
        for offset in range(shared):
            yield from _row(
                table, b_from + offset + 1, before[a_from + offset], after[b_from + offset]
            )
        for index in range(a_from + shared, a_to):
            yield from _row(table, index + 1, before[index], {})
        for index in range(b_from + shared, b_to):
            yield from _row(table, index + 1, {}, after[index])


def _row(table: Table, number: int, before: Row, after: Row) -> Iterator[Difference]:
    for column in table.columns:
        old, new = before.get(column.name, ""), after.get(column.name, "")
        if old != new:
            yield _difference(table.name, number, column.name, old, new)


def _difference(name: str, row: int, column: str, before: str, after: str) -> Difference:
    return Difference(name=name, row=row, column=column, before=before, after=after)


def _pieces(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    for kind, a_from, a_to, b_from, b_to in SequenceMatcher(
        None, before, after, False
    ).get_opcodes():
        if kind == "equal":
            yield Piece(kind=KEPT, text="".join(after[b_from:b_to]))
            continue
        if a_to > a_from:
            yield Piece(kind=REMOVED, text="".join(before[a_from:a_to]))
        if b_to > b_from:
            yield Piece(kind=ADDED, text="".join(after[b_from:b_to]))
