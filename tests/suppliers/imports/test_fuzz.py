"""Whatever the bytes: the reader answers with rows or with a clear message, never with a crash."""

import io
import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suppliers.imports.check import Rules, check
from suppliers.imports.child import Request, answer
from suppliers.imports.kinds import KINDS
from suppliers.imports.load import load
from suppliers.imports.problem_words import WORDS
from suppliers.imports.problems import Words
from suppliers.imports.reading import Reading
from suppliers.imports.stage import stage
from suppliers.models import (
    DefectCode,
    Delivery,
    FieldPopulation,
    Part,
    Plant,
    Reject,
    Supplier,
    WarrantyReturn,
)
from suppliers.services import imports
from suppliers.tasks import work_imports
from tests.factories import ImportBatchFactory
from tests.suppliers.imports.conftest import NOW, workbook


def examples(usual: int) -> int:
    """Return how many files a property tries: `usual`, or more under another profile."""
    return usual * settings().max_examples // 100


GOOD = (
    b"document;line;supplier;plant;part;received_on;quantity;promised_on\n"
    b"D1;10;ALFA;P1;007;31.01.2026;1.000,5;2026-02-01\n"
    b'D2;;ALFA;P1;"0;07";01.02.2026;3;\n'
)
# written once: its size depends on the time of day
WORKBOOK = workbook(["document", "quantity"], ["D1", 5], ["D2", "=A1"])
HEADINGS = st.sampled_from(
    ["document", "supplier", "plant", "part", "received_on", "quantity", "unit", "kind", "x", ""]
)
CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["1.234", "1,234", "1.234,5", "-5", "5-", "1e9", "03/04/2026", "13/04/2026", "04/13/2026",
         "31.02.2026", "2026-02-30", "20260101", "2026-01-01T23:30:00+05:00", "2026-01-01 9:99Z",
         "=A1", '="007"', "#REF!", "\\N", "\\.", "\\", "a\tb", "²", "١٢٣", "0" * 400, "9" * 400,
         "5. Mai 2026", "NaN", "inf", "-", "+", "", " ", "\u00a0"]
    ),
)  # fmt: skip


def read(data: bytes, kind: str = "deliveries", **options: Any) -> Reading:
    """Ask the reader in this process; checks the shape of what it answers."""
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(data)
        request = Request(
            path=file.name,
            kind=kind,
            by_hand=options.get("by_hand", {}),
            decimal_mark=options.get("decimal_mark"),
            date_order=options.get("date_order"),
            today="2026-11-20",
            default_zone="UTC",
            zones={"P1": "Europe/Berlin"},
            memory_bytes=0,
            seconds=0,
            unpacked_bytes=50_000_000,
            numbers=None,
            saved=[],
            straight=None,
        )
        found, rows, problems = answer(request)
    json.dumps(found)
    if found["error"]:
        assert Words.of(**found["error"]).sentence
        assert (rows, problems) == (b"", b"")
    else:
        width = len(found["fields"]) + 1
        lines = rows.decode().removesuffix("\n").split("\n")
        assert len(lines) == found["rows"]
        assert {line.count("\t") + 1 for line in lines} == {width}
        for line in problems.decode().splitlines():
            assert line.split("\t")[2] in WORDS
    return Reading(found, io.BytesIO(rows + problems))


@settings(max_examples=examples(200), deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_answered(data: bytes) -> None:
    read(data)


@settings(max_examples=examples(200), deadline=None)
@given(st.data())
def test_damaged_csv_is_answered(data: st.DataObject) -> None:
    damaged = bytearray(GOOD)
    for position in data.draw(st.lists(st.integers(0, len(GOOD) - 1), max_size=8)):
        damaged[position] = data.draw(st.integers(0, 255))
    read(bytes(damaged))


USUAL = st.sampled_from(
    ["ALFA", "P1", "007", "2026-01-31", "01/31/2026", "5", "7", "", "D1", "yes"]
)
TABLES = st.tuples(
    st.sampled_from(sorted(KINDS)),
    st.lists(HEADINGS, min_size=1, max_size=10),
    st.lists(st.lists(CELLS, max_size=11), max_size=8),
    st.sampled_from([";", ",", "\t", "|"]),
)
Cells = tuple[str, list[str], list[list[str]], str]


def with_every_column_mapped(cells: Cells) -> tuple[bytes, str, dict[str, Any]]:
    kind, headings, rows, mark = cells
    text = "\n".join(mark.join(row) for row in (headings, *rows))
    by_hand = {
        name: heading
        for name, heading in zip(KINDS[kind].names, headings, strict=False)
        if heading and headings.count(heading) == 1
    }
    options = {"by_hand": by_hand, "date_order": "dmy", "decimal_mark": ","}
    return text.encode("utf-8", "surrogatepass"), kind, options


@settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TABLES)
def test_any_cells_are_answered(cells: Cells) -> None:
    data, kind, options = with_every_column_mapped(cells)
    read(data, kind)
    read(data, kind, **options)


@pytest.mark.django_db
@settings(
    max_examples=examples(100),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    st.sampled_from(sorted(KINDS)),
    st.lists(st.lists(USUAL | CELLS, min_size=16, max_size=18), max_size=12),
)
def test_any_cells_are_judged_by_the_database(
    masters: None, kind: str, rows: list[list[str]]
) -> None:
    names = KINDS[kind].names
    lines = [";".join(cell.replace(";", "") for cell in row[: len(names)]) for row in rows]
    text = "\n".join([";".join(names), *lines])
    reading = read(text.encode("utf-8", "replace"), kind, date_order="mdy", decimal_mark=".")
    if reading.found["error"]:
        return
    # taken back each time: a transaction holds a lock on every table it ever made
    with transaction.atomic():
        stage(KINDS[kind], reading)
        rules = Rules(today=date(2026, 11, 20), create_parts=True, create_masters=True)
        tallies = check(KINDS[kind], reading.found["fields"], rules)
        assert sum(tally.rows for tally in tallies.values()) == reading.found["rows"]
        load(
            KINDS[kind],
            reading.found["fields"],
            batch_id=ImportBatchFactory().pk,
            at=NOW,
            time_zone="UTC",
        )
        transaction.set_rollback(True)


MALFORMED = st.one_of(
    st.binary(max_size=300),
    st.binary(max_size=60).map(lambda tail: GOOD + tail),
    st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=6).map(
        lambda changes: damaged(GOOD, changes)
    ),
    st.lists(st.tuples(st.integers(4, len(WORKBOOK) - 1), st.integers(0, 255)), max_size=6).map(
        lambda changes: damaged(WORKBOOK, changes)
    ),
)


def damaged(good: bytes, changes: list[tuple[int, int]]) -> bytes:
    bad = bytearray(good)
    for position, value in changes:
        bad[position] = value
    return bytes(bad)


@pytest.mark.django_db
@settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.sampled_from(sorted(KINDS)), MALFORMED, st.booleans())
def test_worker_ends_every_file_with_all_of_it_or_nothing(
    masters: None, kind: str, data: bytes, valid_only: bool
) -> None:
    """Through the list of work, the worker's own function and the limited process."""
    with transaction.atomic():
        before = stored()
        batch = imports.upload(
            kind=kind,
            file=ContentFile(data, name="x"),
            filename="x",
            by=None,
            options={"create_parts": True, "valid_only": valid_only},
            confirmed=True,
        )
        assert work_imports() == 1
        batch.refresh_from_db()
        assert batch.state in {"done", "ready", "mapping", "failed"}
        assert batch.attempts == 0
        if batch.state == "done":
            created = (batch.summary["loaded"] or {}).get("created", {}).values()
            assert stored() - before == (batch.rows_loaded or 0) + sum(
                codes["count"] for codes in created
            )
        else:
            assert stored() == before
            assert batch.error is None or Words.of(**batch.error).sentence
        transaction.set_rollback(True)


def stored() -> int:
    """Count everything a file could bring."""
    tables = (Delivery, Reject, WarrantyReturn, FieldPopulation, Supplier, Part, Plant, DefectCode)
    return sum(model._default_manager.count() for model in tables)  # noqa: SLF001  # documented


@settings(max_examples=examples(60), deadline=None)
@given(st.data())
def test_damaged_workbook_is_answered(data: st.DataObject) -> None:
    good = bytearray(WORKBOOK)
    for position in data.draw(st.lists(st.integers(4, len(good) - 1), max_size=6)):
        good[position] = data.draw(st.integers(0, 255))
    read(bytes(good))


@pytest.mark.parametrize("cut", [10, 100, 1000])
def test_truncated_workbook_is_answered(cut: int) -> None:
    found = read(workbook(["document"], ["D1"])[:cut]).found
    assert found["error"]["code"] == "workbook_broken"
