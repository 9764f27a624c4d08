"""The reader's own process: little memory, little time, no database, no secrets.

Reads a request (JSON) from standard input and answers on standard output: one line of JSON
that says what was found and how many bytes follow, then the rows and the problems in
PostgreSQL's COPY text format. Run as `python -m suppliers.imports.child`.
"""

import ctypes
import gc
import json
import resource
import signal
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from suppliers.imports.columns import Mapped
    from suppliers.imports.fields import Kind
    from suppliers.imports.normal import Choices
    from suppliers.imports.tables import Table

SAMPLES = 3
PR_SET_PDEATHSIG = 1


class Saved(TypedDict):
    """A saved mapping of the kind, as `models.ImportMapping` keeps it."""

    pk: int
    fingerprint: str
    mapping: dict[str, str]
    options: dict[str, str | None]


class Straight(TypedDict):
    """What the reader must know to write new rows as they are stored (see `pieces`)."""

    # field → code → id, of everything a row may name
    ids: dict[str, dict[str, str]]
    # column → text every row gets, unless the file has such a column
    constants: dict[str, str]
    # spellings of units that mean pieces, whatever the part
    piece_units: list[str]
    # fields that must be empty in every row
    absent: list[str]


class Request(TypedDict):
    """What the parent asks for."""

    path: str
    kind: str
    by_hand: dict[str, str]
    decimal_mark: str | None
    date_order: str | None
    today: str
    default_zone: str
    zones: dict[str, str]
    memory_bytes: int
    seconds: int
    unpacked_bytes: int
    # give these rows back as they stand, instead of reading their cells
    numbers: list[int] | None
    # mappings to be used for files of their headings, unless columns are given by hand
    saved: list[Saved]
    # write rows as they are stored, piece by piece, instead of columns to be judged
    straight: Straight | None


def limit_self(*, memory_bytes: int, seconds: int) -> None:
    """Give this process its limits for good, and let it end with its parent."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def answer(request: Request) -> tuple[dict[str, Any], bytes, bytes]:
    """Read the file; returns what was found, the rows and the problems."""
    from suppliers.imports.problems import FileError

    found: dict[str, Any] = {"error": None}
    rows = problems = b""
    try:
        rows, problems = _read(request, found)
    except FileError as error:
        found["error"] = error.as_json()
    found.update(rows_bytes=len(rows), problems_bytes=len(problems))
    return found, rows, problems


def _read(request: Request, found: dict[str, Any]) -> tuple[bytes, bytes]:
    from suppliers.imports import columns, sniff
    from suppliers.imports.kinds import KINDS
    from suppliers.imports.normal import normalise
    from suppliers.imports.problems import FileError

    kind = KINDS[request["kind"]]
    are_headings = partial(
        columns.known,
        kind=kind,
        by_hand=request["by_hand"],
        saved=[one["fingerprint"] for one in request["saved"]],
    )
    data = Path(request["path"]).read_bytes()
    if not data.strip():
        raise FileError("file_empty")
    if sniff.is_workbook(data[:512]):
        from suppliers.imports.workbooks import read_workbook

        table = read_workbook(
            data, unpacked_bytes=request["unpacked_bytes"], are_headings=are_headings
        )
    else:
        from suppliers.imports.delimited import read_csv

        table = read_csv(data, are_headings)
    del data
    if request["numbers"] is not None:
        found.update(headings=table.headings)
        return _as_they_stand(table, request["numbers"]), b""
    found.update(table.facts, above=table.first_row - 2)
    found.update(headings=table.headings, samples=_samples(table.columns))
    mapped, choices = _understood(request, kind, table.headings, found)
    normal = normalise(table, kind, mapped, choices)
    found.update(
        fields=list(normal.columns),
        rows=len(normal.numbers),
        pieces=None if normal.pieces is None else str(normal.pieces),
        **normal.decisions,
    )
    rows = _copy_text([map(str, normal.numbers), *normal.columns.values()])
    return rows, _copy_text(_problem_columns(normal.problems))


def _understood(
    request: Request, kind: "Kind", headings: list[str], found: dict[str, Any]
) -> "tuple[Mapped, Choices]":
    """Return which heading feeds which field, and how numbers and dates are to be read."""
    from suppliers.imports import columns
    from suppliers.imports.normal import Choices
    from suppliers.imports.problems import FileError

    by_hand, options = _settled(request, headings, found)
    mapped = columns.recognise(kind, headings, by_hand)
    found.update(mapped=mapped, unused=columns.unused(headings, mapped))
    lacking = columns.missing(kind, mapped)
    if lacking:
        raise FileError(
            "columns_missing",
            fields=", ".join(lacking),
            headings=", ".join(filter(None, headings)),
        )
    return mapped, Choices(
        today=date.fromisoformat(request["today"]),
        decimal_mark=request["decimal_mark"] or options.get("decimal_mark"),
        date_order=request["date_order"] or options.get("date_order"),
        default_zone=request["default_zone"],
        zones=request["zones"],
    )


def _settled(
    request: Request, headings: list[str], found: dict[str, Any]
) -> tuple[dict[str, str], dict[str, str | None]]:
    """Return columns and answers given by hand, else those saved for files of these headings.

    A saved mapping serves only while the headings it names are spelled as they were.
    """
    from suppliers.imports.columns import fingerprint

    if request["by_hand"]:
        return request["by_hand"], {}
    own = fingerprint(headings)
    for saved in request["saved"]:
        named = {heading for heading in saved["mapping"].values() if heading}
        if saved["fingerprint"] == own and named <= set(headings):
            found["saved"] = saved["pk"]
            return saved["mapping"], saved["options"]
    return {}, {}


def _as_they_stand(table: "Table", numbers: list[int]) -> bytes:
    """Write the cells of rows as one line of JSON each."""
    positions = (number - table.first_row for number in numbers)
    lines = (
        json.dumps([column[position] for column in table.columns])
        for position in positions
        if 0 <= position < table.height
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _samples(table_columns: list[list[str]]) -> list[list[str]]:
    """Take the first values of each column, for the page on which columns are mapped."""
    from suppliers.imports.decimals import NATIVE

    return [
        [cell.removeprefix(NATIVE)[:60] for cell in column[:50] if cell][:SAMPLES]
        for column in table_columns
    ]


def _problem_columns(problems: list[Any]) -> list[list[str]]:
    return [
        [str(problem.row) for problem in problems],
        [problem.field for problem in problems],
        [problem.code for problem in problems],
        [problem.value.replace("\\", "\\\\") for problem in problems],
        [json.dumps(dict(problem.params)).replace("\\", "\\\\") for problem in problems],
    ]


def _copy_text(text_columns: Iterable[Iterable[str]]) -> bytes:
    text = "\n".join(map("\t".join, zip(*text_columns, strict=True)))
    return (text + "\n").encode() if text else b""


def pour(request: Request, straight: Straight) -> Iterator[bytes]:
    """Answer with rows as they are stored: their columns, each piece after its length, findings.

    `odd` in the first line or in the findings says that the file needs the long way.
    """
    from suppliers.imports import pieces
    from suppliers.imports.kinds import KINDS
    from suppliers.imports.problems import FileError

    found: dict[str, Any] = {"error": None, "odd": False}
    begun = False
    try:
        text = pieces.opened(Path(request["path"]), found)
        kind = KINDS[request["kind"]]
        mapped, choices = _understood(request, kind, text.headings, found)
        rows = pieces.Rows(kind, mapped, choices, straight)
        for number, columns in enumerate(text.pieces()):
            if not begun:
                found.update(samples=_samples(columns), fields=list(mapped))
                yield _line({"odd": False, "columns": rows.columns})
                begun = True
            own = {name: columns[text.headings.index(mapped[name])] for name in mapped}
            rows.take(own)
            # the first alone, so that the database begins at once
            if number % pieces.TOGETHER == 0:
                yield from _sized(rows.written())
        yield from _sized(rows.written())
        found.update(rows.found())
    except (pieces.OddError, FileError, MemoryError):
        found = {"odd": True}
    yield b"0\n" if begun else b""
    yield _line(found)


def _sized(lines: bytes) -> Iterator[bytes]:
    if lines:
        yield b"%d\n" % len(lines)
        yield lines


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said).encode() + b"\n"


def main() -> None:
    """Answer one request."""
    request: Request = json.load(sys.stdin)
    gc.disable()  # a short life without cycles worth collecting
    limit_self(memory_bytes=request["memory_bytes"], seconds=request["seconds"])
    output = sys.stdout.buffer
    if request["straight"] is not None:
        for block in pour(request, request["straight"]):
            output.write(block)
            output.flush()
        return
    try:
        found, rows, problems = answer(request)
    except MemoryError:
        limit = request["memory_bytes"] // (1024 * 1024)
        error = {"code": "too_much_memory", "params": {"limit": limit}}
        found, rows, problems = {"error": error, "rows_bytes": 0, "problems_bytes": 0}, b"", b""
    output.write(_line(found))
    output.write(rows)
    output.write(problems)
    output.flush()


if __name__ == "__main__":
    main()
