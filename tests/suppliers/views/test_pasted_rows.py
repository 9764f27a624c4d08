"""Rows pasted from a spreadsheet: cells between tabs, however the spreadsheet writes them."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from suppliers.forms.imports import MOST_PASTED
from suppliers.models import Delivery, ImportBatch, Part, Supplier
from suppliers.tasks import work_imports
from tests.factories import PartFactory, PlantFactory, SupplierFactory

pytestmark = pytest.mark.django_db

GERMAN = (
    "Lieferschein\tLieferant\tWerk\tMaterial\tBuchungsdatum\tMenge\n"
    "4711\tALFA\tP1\t007\t31.01.2026\t1.234,5\n"
    "4712\tALFA\tP1\t007\t01.02.2026\t 12 \n"
)
ENGLISH = (
    "Delivery note\tSupplier\tPlant\tPart number\tReceipt date\tQuantity (pcs)\n"
    "4711\tALFA\tP1\t007\t01/31/2026\t1,234.5\n"
    "4712\tALFA\tP1\t007\t02/01/2026\t12\n"
)


@pytest.fixture(autouse=True)
def masters(db: None) -> None:
    SupplierFactory(code="ALFA")
    PlantFactory(code="P1")
    PartFactory(number="007")


def paste(client: Client, text: str, kind: str = "deliveries") -> ImportBatch:
    """Paste as a browser sends it, and let the worker look at it."""
    sent = text.replace("\n", "\r\n")
    response = client.post(reverse("import_new"), {"kind": kind, "pasted": sent})
    assert response.status_code == 302
    work_imports()
    return ImportBatch.objects.latest("pk")


def ended(batch: ImportBatch) -> tuple[str, str]:
    """Return the import's state and what is wrong with the file."""
    return batch.state, (batch.error or {}).get("code", "")


def load(client: Client, batch: ImportBatch) -> ImportBatch:
    client.post(reverse("import_confirm", args=[batch.pk]))
    work_imports()
    batch.refresh_from_db()
    return batch


@pytest.mark.parametrize("text", [GERMAN, ENGLISH, GERMAN.rstrip("\n"), "\n" + GERMAN + "\n\n"])
def test_headings_decimals_and_dates_of_a_country_are_read(sqe_client: Client, text: str) -> None:
    batch = paste(sqe_client, text)
    assert (batch.filename, batch.state, batch.summary["delimiter"]) == (
        "Pasted rows",
        "ready",
        "\t",
    )
    assert load(sqe_client, batch).rows_loaded == 2
    first, second = Delivery.objects.order_by("document")
    assert (first.received_on, first.quantity) == (date(2026, 1, 31), Decimal("1234.5"))
    assert (second.received_on, second.quantity) == (date(2026, 2, 1), 12)
    assert first.part == Part.objects.get(number="007")


def test_open_question_is_asked_on_the_page(sqe_client: Client) -> None:
    batch = paste(sqe_client, GERMAN.replace("1.234,5", "1.234").replace(" 12 ", "5.678"))
    assert ended(batch) == ("mapping", "decimal_mark_unknown")
    page = sqe_client.get(batch.get_absolute_url()).content.decode()
    assert "1.234" in page
    columns = {f"column-{name}": heading for name, heading in batch.summary["mapped"].items()}
    sqe_client.post(
        reverse("import_map", args=[batch.pk]),
        {**columns, "decimal_mark": ",", "create_masters": "on"},
    )
    work_imports()
    batch.refresh_from_db()
    assert (batch.state, batch.summary["pieces"]) == ("ready", "6912")


@pytest.mark.parametrize("text", ["", " ", "\t\t", "\n\n\t\n", "\ufeff", "\u00a0"])
def test_nothing_pasted_is_explained(sqe_client: Client, text: str) -> None:
    response = sqe_client.post(reverse("import_new"), {"kind": "deliveries", "pasted": text})
    if response.status_code == 422:
        assert "Choose a file, or paste rows below." in response.content.decode()
        assert not ImportBatch.objects.exists()
    else:
        work_imports()
        batch = ImportBatch.objects.get()
        assert ended(batch) == ("failed", "file_empty")


def test_headings_alone_and_one_column_are_explained(sqe_client: Client) -> None:
    heading = GERMAN.split("\n", 1)[0]
    assert ended(paste(sqe_client, heading + "\n"))[1] == "no_rows"
    assert ended(paste(sqe_client, "Lieferschein\n4711\n4712\n"))[1] == "no_delimiter"


def test_rows_without_their_headings_are_asked_for(sqe_client: Client) -> None:
    batch = paste(sqe_client, GERMAN.split("\n", 1)[1])
    assert ended(batch) == ("mapping", "columns_missing")


def test_quotes_tabs_and_line_breaks_in_cells_are_of_the_cell(sqe_client: Client) -> None:
    """As spreadsheets copy them: quoted as soon as a cell has a tab, a quote or a line break."""
    batch = paste(
        sqe_client,
        'code\tname\tcountry\nS1\t"Pipes 5"" and\nvalves"\tDE\nS2\t"Nuts\tBolts"\tFR\n'
        "S3\t=HYPERLINK\tIT\nS4\tO'Neill; Sons, Ltd.\tIE\n",
        kind="suppliers",
    )
    assert batch.state == "ready"
    assert {row.number: row.problems[0]["code"] for row in batch.rows.all()} == {
        4: "formula_without_value"
    }
    assert load(sqe_client, batch).rows_loaded == 3
    assert dict(Supplier.objects.exclude(code="ALFA").values_list("code", "name")) == {
        "S1": 'Pipes 5" and valves',
        "S2": "Nuts Bolts",
        "S4": "O'Neill; Sons, Ltd.",
    }


def test_quote_that_never_ends_is_explained(sqe_client: Client) -> None:
    batch = paste(sqe_client, GERMAN.replace("4712", '"4712'))
    assert ended(batch) == ("failed", "broken_quotes")
    assert not Delivery.objects.exists()


def test_short_and_long_rows_are_told_apart(sqe_client: Client) -> None:
    """Empty cells at the end of a row are not copied by every spreadsheet."""
    batch = paste(
        sqe_client,
        GERMAN.replace("Menge", "Menge\tLot").replace("\t1.234,5", "\t1.234,5\tL1")
        + "4713\tALFA\tP1\t007\t01.02.2026\t5\tL2\tmore\n",
    )
    assert batch.summary["outcomes"]["valid"]["rows"] == 2
    assert {row.number: row.problems[0]["code"] for row in batch.rows.all()} == {
        4: "too_many_cells"
    }


@pytest.mark.parametrize("sign", ["x", "ü", "漢"])
@pytest.mark.parametrize("size", [MOST_PASTED + 1, 3 * MOST_PASTED])
def test_too_much_pasted_is_explained(sqe_client: Client, sign: str, size: int) -> None:
    response = sqe_client.post(
        reverse("import_new"), {"kind": "rejects", "pasted": GERMAN + sign * size}
    )
    assert response.status_code in (413, 422)
    page = response.content.decode()
    assert "More was pasted than the 2,000,000 characters allowed" in page
    assert "Save the rows as a CSV or XLSX file" in page
    assert not ImportBatch.objects.exists()
    # whatever still fits into a form is still there
    assert (escape(GERMAN.split("\n", 1)[0]) in page) == (response.status_code == 422)


def test_browser_is_not_told_to_cut_what_is_pasted(sqe_client: Client) -> None:
    assert "maxlength" not in sqe_client.get(reverse("import_new")).content.decode()


def test_what_was_pasted_is_kept_when_something_else_is_wrong(sqe_client: Client) -> None:
    response = sqe_client.post(reverse("import_new"), {"kind": "nothing", "pasted": GERMAN})
    assert response.status_code == 422
    assert "1.234,5" in response.content.decode()
