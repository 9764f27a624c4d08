"""Real purchasing data from files to figures, cases and a PDF; skipped where it is not there."""

import io
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pypdf import PdfReader

from escalations.models import Episode
from tests.suppliers.imports.test_adventureworks import DATA

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason="AdventureWorks data is not there"),
]

# Each file's own columns, mapped by hand to the fields they feed.
COLUMNS = {
    "suppliers": ("supplier_code=code", "supplier_name=name", "tier=tier", "active=active"),
    "parts": ("part_number=number", "part_name=name"),
    "deliveries": (
        "delivery_ref=document", "supplier_code=supplier", "part_number=part", "plant=plant",
        "delivery_date=received_on", "quantity_received=quantity",
    ),
    "rejects": (
        "delivery_ref=delivery", "supplier_code=supplier", "part_number=part", "plant=plant",
        "reject_date=detected_on", "quantity_rejected=suspect_qty", "defect_code=defect_code",
    ),
}  # fmt: skip
# year: received, rejected
TOTALS = {
    "2011": (15_866, 1_295),
    "2012": (139_485, 15_636),
    "2013": (701_021, 25_764),
    "2014": (1_374_962, 30_005),
    "2015": (95_965, 0),
}
MONTH = "2014-06"


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue()


def figures() -> list[dict[str, Any]]:
    text = run("export_figures", "--metric", "external_ppm", "--by", "supplier", "--format", "json")
    rows: list[dict[str, Any]] = json.loads(text)
    return rows


def test_files_become_figures_cases_and_a_pdf(tmp_path: Path) -> None:
    for kind, columns in COLUMNS.items():
        run("import_data", kind, str(DATA / f"{kind}.csv"), "--map", *columns)
    run("rollup", "--verify")

    rows = figures()
    received, rejected = Counter[str](), Counter[str]()
    for row in rows:
        received[row["month"][:4]] += int(row["denominator"])
        rejected[row["month"][:4]] += int(row["numerator"])
    assert {year: (received[year], rejected[year]) for year in received} == TOTALS
    with_receipts = [row for row in rows if Decimal(row["denominator"]) > 0]
    assert len(with_receipts) == 1_446
    above_100 = [row for row in with_receipts if Decimal(row["value"]) > 100]
    assert len(above_100) == 415

    expect_cases_of_a_month(above_100)
    expect_a_pdf(above_100, tmp_path)


def expect_cases_of_a_month(above_100: list[dict[str, Any]]) -> None:
    run("evaluate", "--month", MONTH)
    expected = {row["scope"] for row in above_100 if row["month"] == MONTH}
    raised = Episode.objects.filter(metric="external_ppm", level="cs1")
    assert set(raised.values_list("supplier__code", flat=True)) == expected
    before = Episode.objects.count()
    run("evaluate", "--month", MONTH)
    assert Episode.objects.count() == before


def expect_a_pdf(above_100: list[dict[str, Any]], folder: Path) -> None:
    row = next(row for row in above_100 if row["month"] == MONTH)
    run("publish", MONTH, "--supplier", row["scope"], "--output", str(folder))
    [path] = folder.glob("*.pdf")
    text = " ".join(PdfReader(path).pages[0].extract_text().split())
    assert row["scope"] in text
    assert f"{int(row['numerator']):,} rejects in {int(row['denominator']):,}" in text
