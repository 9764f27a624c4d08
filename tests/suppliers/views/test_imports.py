import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from suppliers.models import Delivery, ImportBatch, Part
from suppliers.tasks import work_imports
from tests.factories import ImportBatchFactory, PartFactory, PlantFactory, SupplierFactory

HEADINGS = "document;supplier;plant;part;received_on;quantity\n"
GOOD = HEADINGS + "D1;ALFA;P1;007;2026-01-31;5\n"
BAD = GOOD + "D2;NOBODY;P1;007;2026-01-31;5\n=D3;ALFA;P1;@new;2026-01-31;x\n"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def masters(db: None) -> None:
    SupplierFactory(code="ALFA")
    PlantFactory(code="P1")
    PartFactory(number="007")


Post = Callable[..., Any]


@pytest.fixture
def post_file(sqe_client: Client) -> Post:
    def post_file(text: str | bytes = GOOD, kind: str = "deliveries", **fields: Any) -> Any:
        data = text.encode() if isinstance(text, str) else text
        return sqe_client.post(
            reverse("import_new"),
            {"kind": kind, "file": SimpleUploadedFile("month.csv", data), **fields},
        )

    return post_file


def page_of(client: Client, batch: ImportBatch, query: str = "") -> str:
    response = client.get(batch.get_absolute_url() + query)
    assert response.status_code == 200
    return response.content.decode()


def checked(post_file: Post, text: str = GOOD, **fields: Any) -> ImportBatch:
    response = post_file(text, **fields)
    assert response.status_code == 302
    work_imports()
    return ImportBatch.objects.latest("pk")


NAMES = ("import_batch", "import_map", "import_confirm", "import_discard", "import_problems")


@pytest.mark.parametrize(
    ("client_name", "status"),
    [
        ("member_a_client", 404), ("admin_a_client", 404), ("stranger_client", 404),
        ("buyer_client", 403), ("auditor_client", 403),
    ],
)  # fmt: skip
def test_only_quality_people_import(
    request: pytest.FixtureRequest, client_name: str, status: int
) -> None:
    client: Client = request.getfixturevalue(client_name)
    batch = ImportBatchFactory()
    addresses = [reverse("imports"), reverse("import_new")]
    addresses += [reverse(name, args=[batch.pk]) for name in NAMES]
    for address in addresses:
        assert client.get(address).status_code == status
        assert client.post(address).status_code == status


def test_outsiders_are_asked_to_log_in(client: Client) -> None:
    assert client.get(reverse("imports")).status_code == 302
    assert client.post(reverse("import_new")).status_code == 302


def test_absent_import_is_not_found(sqe_client: Client) -> None:
    assert sqe_client.get(reverse("import_batch", args=[999])).status_code == 404
    assert sqe_client.post(reverse("import_confirm", args=[999])).status_code == 404


def test_from_upload_to_loaded(post_file: Post, sqe_client: Client) -> None:
    response = post_file()
    batch = ImportBatch.objects.get()
    assert response.url == batch.get_absolute_url()
    assert "Reading and checking" in page_of(sqe_client, batch)
    assert "every 2s" in page_of(sqe_client, batch)
    work_imports()
    page = page_of(sqe_client, batch)
    assert "Load 1 valid row" in page
    assert "every 2s" not in page
    sqe_client.post(reverse("import_confirm", args=[batch.pk]))
    work_imports()
    assert "1 row was loaded" in page_of(sqe_client, batch)
    assert Delivery.objects.get().document == "D1"
    assert "month.csv" in sqe_client.get(reverse("imports")).content.decode()


def test_rows_are_listed_with_remedy_and_filtered_by_outcome(
    post_file: Post, sqe_client: Client
) -> None:
    batch = checked(post_file, BAD)
    page = page_of(sqe_client, batch)
    assert "This supplier is not known." in page
    assert "Import suppliers first, or correct the code." in page
    assert "NOBODY" in page
    assert "2 rows stay out" in page
    assert "NOBODY" in page_of(sqe_client, batch, "?outcome=rejected")
    assert "NOBODY" in page_of(sqe_client, batch, "?outcome=nonsense&page=99")


@pytest.mark.parametrize("rows", [1, 60])
def test_number_of_queries_does_not_grow_with_the_rows(
    post_file: Post, sqe_client: Client, rows: int
) -> None:
    lines = "".join(f"D{n};NOBODY;P1;007;2026-01-31;5\n" for n in range(rows))
    batch = checked(post_file, HEADINGS + lines)
    with CaptureQueriesContext(connection) as queries:
        page_of(sqe_client, batch)
    assert len(queries) <= 14


def test_download_holds_every_problem_and_defuses_formulas(
    post_file: Post, sqe_client: Client
) -> None:
    batch = checked(post_file, BAD)
    address = reverse("import_problems", args=[batch.pk])
    response = sqe_client.get(address)
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][0] == "Row"
    assert [row[0] for row in rows[1:]] == ["3", "4", "4", "4"]
    assert {row[4] for row in rows[1:]} == {"NOBODY", "'=D3", "'@new", "x"}
    workbook = sqe_client.get(address, {"format": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(workbook.streaming_content))).active  # type: ignore[attr-defined]
    assert sheet is not None
    values = {(cell.value, cell.data_type) for row in sheet.iter_rows() for cell in row}
    assert ("=D3", "s") in values


def test_columns_are_mapped_by_hand_and_nothing_chosen_is_lost(
    post_file: Post, sqe_client: Client
) -> None:
    batch = checked(post_file, GOOD.replace("quantity", "much").replace("document", "nr"))
    page = page_of(sqe_client, batch)
    assert "No column was recognised for: document, quantity." in page
    chosen = {
        "column-document": "nr", "column-supplier": "supplier", "column-plant": "plant",
        "column-part": "part", "column-received_on": "received_on", "create_masters": "on",
    }  # fmt: skip
    refused = sqe_client.post(reverse("import_map", args=[batch.pk]), chosen)
    assert refused.status_code == 422
    assert "Choose the column that holds this." in refused.content.decode()
    assert '<option value="nr" selected>' in refused.content.decode()
    sqe_client.post(reverse("import_map", args=[batch.pk]), {**chosen, "column-quantity": "much"})
    work_imports()
    assert "Load 1 valid row" in page_of(sqe_client, batch)


def test_unknown_parts_are_created_on_request(post_file: Post, sqe_client: Client) -> None:
    batch = checked(post_file, GOOD.replace("007", "NEW"))
    assert "Create unknown parts and check again" in page_of(sqe_client, batch)
    sqe_client.post(reverse("import_map", args=[batch.pk]), {"only": "create_parts"})
    work_imports()
    assert "Parts: 1" in page_of(sqe_client, batch)
    sqe_client.post(reverse("import_confirm", args=[batch.pk]))
    work_imports()
    assert Part.objects.filter(number="NEW").exists()


@override_settings(IMPORT_MAX_BYTES=1024 * 1024)
@pytest.mark.parametrize("size", [1024 * 1024 + 1, 3 * 1024 * 1024])
def test_file_above_the_limit_is_refused_while_uploading(post_file: Post, size: int) -> None:
    response = post_file(b"x" * size)
    assert response.status_code == 413
    assert "The file is larger than the 1 MB allowed." in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_no_file_empty_file_and_two_sources_are_explained(
    post_file: Post, sqe_client: Client
) -> None:
    nothing = sqe_client.post(reverse("import_new"), {"kind": "deliveries"})
    assert "Choose a file, or paste rows below." in nothing.content.decode()
    assert "The file is empty." in post_file(b"").content.decode()
    assert "not both" in post_file(GOOD, pasted="a\tb").content.decode()
    assert not ImportBatch.objects.exists()


def test_rows_pasted_from_a_spreadsheet_are_a_file_too(sqe_client: Client) -> None:
    pasted = GOOD.replace(";", "\t")
    sqe_client.post(reverse("import_new"), {"kind": "deliveries", "pasted": pasted})
    work_imports()
    batch = ImportBatch.objects.get()
    assert (batch.filename, batch.state) == ("Pasted rows", "ready")


def test_upload_needs_the_token_of_the_form(sqe: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(sqe)
    response = client.post(reverse("import_new"), {"kind": "deliveries", "pasted": GOOD})
    assert response.status_code == 403
    assert not ImportBatch.objects.exists()


def test_same_file_again_says_which_import_had_it(post_file: Post, sqe_client: Client) -> None:
    first = checked(post_file)
    sqe_client.post(reverse("import_confirm", args=[first.pk]))
    work_imports()
    again = checked(post_file)
    page = page_of(sqe_client, again)
    assert "The very same file was loaded before" in page
    assert first.get_absolute_url() in page
    assert "Nothing to load" in page


def test_discarding_and_confirming_twice_is_harmless(post_file: Post, sqe_client: Client) -> None:
    batch = checked(post_file)
    sqe_client.post(reverse("import_discard", args=[batch.pk]))
    response = sqe_client.post(reverse("import_confirm", args=[batch.pk]), follow=True)
    assert "has moved on meanwhile" in response.content.decode()
    assert "Discarded" in page_of(sqe_client, batch)
    assert not Delivery.objects.exists()


def test_failed_file_says_why_and_offers_another(post_file: Post, sqe_client: Client) -> None:
    batch = checked(post_file, "%PDF-1.7")
    page = page_of(sqe_client, batch)
    assert "neither a CSV text nor an XLSX workbook" in page
    assert "Upload another file" in page
