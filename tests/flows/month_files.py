"""A month of two suppliers as files of the usual kinds: one above 100 PPM, one below 50.

ALFA-4711 delivers 250,000 pieces of which 26 are rejected: 104 PPM, an 8D request and
controlled shipping. BRAVO-0815 delivers 100,000 with 2 rejected: 20 PPM, nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook

from scorecards.periods import Month

PART_IN_FIELD = 1_000_000


@dataclass(frozen=True)
class MonthFiles:
    """The files of one month, in the order in which they are imported."""

    folder: Path
    month: Month

    def all(self) -> list[tuple[str, Path]]:
        """Write every file; return kind of import and path."""
        return [
            ("suppliers", self.suppliers()),
            ("parts", self.parts()),
            ("deliveries", self.deliveries()),
            ("rejects", self.rejects()),
            ("warranty_returns", self.warranty_returns()),
            ("field_population", self.field_population()),
        ]

    def suppliers(self) -> Path:
        """Name both suppliers, comma separated."""
        return self._text(
            "suppliers.csv",
            ["code,name,country,tier,active",
             "ALFA-4711,Alfa Castings,DE,1,yes",
             "BRAVO-0815,Bravo Springs,DE,1,yes"],
        )  # fmt: skip

    def parts(self) -> Path:
        """Name both parts, with tabs as a spreadsheet copies them."""
        return self._text(
            "parts.txt", ["part number\tdescription", "PN-1\tHousing", "PN-2\tSpring"]
        )

    def deliveries(self) -> Path:
        """Ten receipts of 25,000 pieces and ten of 10,000 as a workbook with real dates."""
        head = ["document", "line", "supplier", "plant", "part", "received on", "quantity"]
        book = Workbook()
        sheet = book.active
        sheet.append(head)
        for number in range(1, 11):
            day = datetime.combine(self._day(number), datetime.min.time())
            sheet.append([f"GR-A{number}", "10", "ALFA-4711", "ESS", "PN-1", day, 25_000])
            sheet.append([f"GR-B{number}", "10", "BRAVO-0815", "ESS", "PN-2", day, 10_000])
        path = self.folder / "deliveries.xlsx"
        book.save(path)
        return path

    def rejects(self) -> Path:
        """26 pieces of one, 2 of the other, as a German export with German dates."""

        def row(*cells: str) -> str:
            return ";".join(cells)

        return self._text(
            "rejects.csv",
            [row("Reklamation", "Lieferant", "Werk", "Teilenummer", "Datum", "Fehlerart", "Menge"),
             row("C-1", "ALFA-4711", "ESS", "PN-1", f"{self._day(12):%d.%m.%Y}", "BORE", "20"),
             row("C-2", "ALFA-4711", "ESS", "PN-1", f"{self._day(19):%d.%m.%Y}", "BURR", "6"),
             row("C-3", "BRAVO-0815", "ESS", "PN-2", f"{self._day(21):%d.%m.%Y}", "RUST", "2")],
        )  # fmt: skip

    def warranty_returns(self) -> Path:
        """Three returns of a million parts in the field."""
        return self._text(
            "returns.csv",
            ["claim;supplier;part;received_on;quantity",
             f"W-1;ALFA-4711;PN-1;{self._day(8)};2",
             f"W-2;ALFA-4711;PN-1;{self._day(15)};1"],
        )  # fmt: skip

    def field_population(self) -> Path:
        """Say how many parts are in the field."""
        return self._text(
            "field.csv",
            ["supplier|part|month|parts_in_field", f"ALFA-4711|PN-1|{self.month}|{PART_IN_FIELD}"],
        )

    def _day(self, number: int) -> date:
        return self.month.first_day.replace(day=number)

    def _text(self, name: str, lines: Iterable[str]) -> Path:
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path
