"""Files that must not go in, each with what the product says about it."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

HEADINGS = ("document", "line", "supplier", "plant", "part", "received_on", "quantity")
GOOD = ("GR-1", "10", "ALFA-4711", "ESS", "PN-1", "2026-10-05", "100")
MEGABYTE = 1024 * 1024
# More than a third of the memory an import may take.
UNPACKED_MEGABYTES = 520


@dataclass(frozen=True, kw_only=True)
class BadFile:
    """A file's name, how it is made, and sentences to be read about it."""

    name: str
    make: Callable[[Path], object]
    says: tuple[str, ...]
    # whether its good rows are offered for loading, without the bad ones
    has_good_rows: bool = False
    # whether its page is one of a kind, so that its look is checked
    is_typical: bool = False


def table(*rows: tuple[str, ...], separator: str = ";") -> Callable[[Path], object]:
    """Make a text file of cells."""
    text = "\n".join(separator.join(row) for row in rows) + "\n"
    return lambda path: path.write_text(text, encoding="utf-8")


def good_but(**cells: str) -> tuple[str, ...]:
    """Return the good row with other cells and a document of its own."""
    return tuple(
        cells.get(name, "GR-2" if name == "document" else cell)
        for name, cell in zip(HEADINGS, GOOD, strict=True)
    )


def workbook_with_formula(path: Path) -> None:
    """Make a workbook whose quantity is a formula that no program has calculated."""
    book = Workbook()
    for row in (HEADINGS, (*GOOD[:-1], "=50+50")):
        book.active.append(row)
    book.save(path)


def zip_bomb(path: Path) -> None:
    """Make a small workbook that unpacks to half a gigabyte."""
    book = Workbook()
    book.active.append(HEADINGS)
    book.save(path)
    with zipfile.ZipFile(path) as good:
        parts = {name: good.read(name) for name in good.namelist()}
    block = b" " * MEGABYTE
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bomb:
        for name, content in parts.items():
            with bomb.open(name, "w") as part:
                part.write(content)
                if name.startswith("xl/worksheets/"):
                    for _ in range(UNPACKED_MEGABYTES):
                        part.write(block)


def two_hundred_megabytes(path: Path) -> None:
    """Make a file of 200 MB that takes no room on the disk."""
    with path.open("wb") as file:
        file.truncate(200 * MEGABYTE)


BAD_FILES = [
    BadFile(
        name="wrong-delimiter.csv",
        make=table(HEADINGS, GOOD, separator="~"),
        says=("No delimiter was found: the first line reads “document~line~supplier",
              "Separate the columns by semicolon, comma, tab or vertical bar."),
    ),
    BadFile(
        name="missing-column.csv",
        make=table(HEADINGS[:-1], GOOD[:-1]),
        says=("No column was recognised for: quantity.", "Headings found: document, line"),
        is_typical=True,
    ),
    BadFile(
        name="negative-quantity.csv",
        make=table(HEADINGS, GOOD, good_but(quantity="-5")),
        says=("The number must be above 0.", "A return is its own reversal row"),
        has_good_rows=True,
        is_typical=True,
    ),
    BadFile(
        name="unknown-supplier.csv",
        make=table(HEADINGS, GOOD, good_but(supplier="NOBODY")),
        says=("This supplier is not known.", "Import suppliers first, or correct the code."),
        has_good_rows=True,
    ),
    BadFile(
        name="text-in-a-number.csv",
        make=table(HEADINGS, GOOD, good_but(quantity="twelve")),
        says=("This is not a number.", "Write digits only"),
        has_good_rows=True,
    ),
    BadFile(
        name="formulas.xlsx",
        make=workbook_with_formula,
        says=("The cell is a formula that has never been calculated.",
              "Open the file in the spreadsheet program, let it calculate, and save it."),
    ),
    BadFile(
        name="zip-bomb.xlsx",
        make=zip_bomb,
        says=("Unpacked, the workbook would take", "512 MB are allowed"),
        is_typical=True,
    ),
    BadFile(
        name="not-a-table.xlsx",
        make=lambda path: path.write_bytes(b"%PDF-1.7 ..."),
        says=("This is neither a CSV text nor an XLSX workbook", "Save the table as CSV or XLSX"),
    ),
]  # fmt: skip
# Refused on the spot: nothing is kept of them.
REFUSED_FILES = [
    BadFile(
        name="empty.csv",
        make=lambda path: path.touch(),
        says=("The file is empty.", "Export it again, with headings and rows."),
    ),
    BadFile(
        name="200-megabytes.csv",
        make=two_hundred_megabytes,
        says=("The file is larger than the 100 MB allowed.", "Split it by month or by plant"),
    ),
]
