"""The fields of each step of an 8D, and what makes a step complete.

A step's content is a plain dictionary: texts by field name, and lists of rows for tables. All
values are text as it was typed (days as 2026-11-03, quantities as 12 or 12.5), so that a draft
keeps whatever somebody typed; `problems` says what must be mended before it is submitted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

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


def matters(table: Table, content: Content) -> bool:
    """Return whether a table is asked for, as the fields stand."""
    return table.when is None or content.get(table.when.name) == table.when.value
