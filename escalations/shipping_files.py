"""A daily log as a file or pasted rows: read by the imports' own ways, all of it or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from escalations.queries.shipping_lanes import Lane
from escalations.services.shipping_log import Day, LogProblemsError, Problem
from suppliers.imports import columns
from suppliers.imports.delimited import read_csv
from suppliers.imports.fields import Field, FieldType, Kind
from suppliers.imports.normal import NULL, Choices, Normal, normalise
from suppliers.imports.problems import CellProblem, FileError, Words
from suppliers.imports.shared_fields import PART, PLANT, ZERO, day, quantity
from suppliers.imports.sniff import is_workbook
from suppliers.models import Part, Plant

MOST_BYTES = 1_000_000
MOST_ROWS = 5_000

LOG = Kind(
    name="shipping_log",
    key=("day", "part", "plant"),
    fields=(
        day(
            "day",
            _("Day"),
            required=True,
            aliases=("date", "on", "sorted_on", "inspected_on", "datum", "tag"),
        ),
        PART,
        PLANT,
        quantity(
            "inspected",
            _("Inspected"),
            required=True,
            minimum=ZERO,
            aliases=("inspected_qty", "checked", "sorted", "geprueft", "sortiert"),
        ),
        quantity(
            "found",
            _("Found"),
            required=True,
            minimum=ZERO,
            aliases=("found_qty", "defective", "nok", "rejected", "gefunden", "fehlerhaft"),
        ),
        Field(
            name="shipments",
            label=_("Shipments"),
            type=FieldType.WHOLE,
            required=True,
            minimum=ZERO,
            maximum=Decimal(10_000),
            aliases=("shipped", "shipments_sent", "sendungen", "lieferungen"),
        ),
        Field(
            name="defect",
            label=_("Defect"),
            max_length=200,
            aliases=("defects", "fault", "fehler", "fehlerbild"),
        ),
        Field(
            name="sorted_by",
            label=_("Sorted by"),
            required=True,
            max_length=120,
            aliases=("by", "inspected_by", "inspector", "shift", "geprueft_von", "pruefer"),
        ),
    ),
)
HEADINGS = tuple(LOG.names)


def read_log(
    data: bytes, *, lanes: Sequence[Lane], today: date, order: str | None = None
) -> list[Day]:
    """Return the days of a delimited text with a heading row.

    Args:
        data: the file's bytes.
        lanes: the parts and plants it may name.
        today: the day it is where the supplier sorts.
        order: whether the day or the month comes first, where the file leaves it open.

    Raises:
        FileError: the file cannot be read as it is.
        LogProblemsError: every row and cell that is wrong, and how to mend it.
    """
    if len(data) > MOST_BYTES:
        raise FileError("too_big", limit=MOST_BYTES // 1_000_000)
    if is_workbook(data[:512]):
        raise FileError("not_a_table", looks_like="XLSX")
    table = read_csv(data)
    mapped = columns.recognise(LOG, table.headings, {})
    if lacking := columns.missing(LOG, mapped):
        raise FileError(
            "columns_missing",
            fields=", ".join(lacking),
            headings=", ".join(filter(None, table.headings)),
        )
    normal = normalise(table, LOG, mapped, Choices(today=today, date_order=order))
    problems = [_worded(one, mapped) for one in normal.problems]
    wrong = {(one.row, one.field) for one in normal.problems}
    days, unknown = _days(normal, lanes, wrong=wrong)
    if problems or unknown:
        raise LogProblemsError(sorted([*problems, *unknown], key=lambda one: one.row))
    return days


def _days(
    normal: Normal, lanes: Sequence[Lane], *, wrong: set[tuple[int, str]]
) -> tuple[list[Day], list[Problem]]:
    parts = {lane.part.number: lane.part for lane in lanes}
    plants = {lane.plant.code: lane.plant for lane in lanes if lane.plant is not None}
    rows = {row for row, _field in wrong}
    days: list[Day] = []
    problems: list[Problem] = []
    for position, number in enumerate(normal.numbers):
        cells = {name: _cell(column[position]) for name, column in normal.columns.items()}
        part, plant = parts.get(cells["part"]), plants.get(cells["plant"])
        if part is None or plant is None:
            problems += [
                _unknown(number, name, cells[name], known)
                for name, known in (("part", parts), ("plant", plants))
                if cells[name] not in known and (number, name) not in wrong
            ]
        elif number not in rows:
            days.append(_day(number, cells, part, plant))
    return days, problems


def _day(number: int, cells: Mapping[str, str], part: Part, plant: Plant) -> Day:
    return Day(
        day=date.fromisoformat(cells["day"]),
        part=part,
        plant=plant,
        inspected_qty=Decimal(cells["inspected"]),
        found_qty=Decimal(cells["found"]),
        shipments=int(Decimal(cells["shipments"])),
        defect=cells.get("defect", ""),
        sorted_by=cells["sorted_by"],
        row=number,
    )


def _cell(text: str) -> str:
    """Undo what COPY would need."""
    return "" if text == NULL else text.replace("\\\\", "\\")


def _unknown(number: int, name: str, value: str, known: Iterable[str]) -> Problem:
    return Problem(
        row=number,
        column=str(LOG.field(name).label),
        value=value,
        message=str(_("The entry letter does not cover it.")),
        remedy=str(_("Write one of: %(known)s.")) % {"known": ", ".join(sorted(known))},
    )


def _worded(problem: CellProblem, mapped: Mapping[str, str]) -> Problem:
    words = Words.of(problem.code, problem.params)
    return Problem(
        row=problem.row,
        column=mapped.get(problem.field, problem.field),
        value=problem.value,
        message=words.what,
        remedy=words.remedy,
    )
