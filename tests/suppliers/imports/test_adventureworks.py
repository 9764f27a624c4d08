"""Real purchasing data through the command; skipped where the data is not beside the project."""

import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Count, Sum

from suppliers.models import Delivery, ImportBatch, Part, Plant, Reject, Supplier, Tier

ROOT = Path(__file__).resolve().parents[3]
DATA = next(
    (
        folder
        for parent in ROOT.parents
        if (folder := parent / "shared" / "data" / "adventureworks").is_dir()
    ),
    ROOT.parent / "shared" / "data" / "adventureworks",
)
KINDS = ("suppliers", "parts", "deliveries", "rejects")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason="AdventureWorks data is not there"),
]


def import_all() -> list[str]:
    return [import_one(kind) for kind in KINDS]


def import_one(kind: str, *options: str) -> str:
    output = io.StringIO()
    call_command("import_data", kind, str(DATA / f"{kind}.csv"), *options, stdout=output)
    return output.getvalue()


@pytest.fixture
def outputs() -> list[str]:
    return import_all()


def test_files_give_the_known_totals_with_their_own_column_names(outputs: list[str]) -> None:
    assert Supplier.objects.count() == 104
    assert Supplier.objects.filter(archived_at__isnull=False).count() == 4
    assert Part.objects.count() == 265
    assert list(Tier.objects.order_by("level").values_list("level", flat=True)) == [1, 2, 3, 4, 5]
    received = Delivery.objects.aggregate(rows=Count("pk"), pieces=Sum("quantity"))
    assert received == {"rows": 8845, "pieces": Decimal(2_327_299)}
    rejected = Reject.objects.aggregate(rows=Count("pk"), pieces=Sum("suspect_qty"))
    assert rejected == {"rows": 563, "pieces": Decimal(72_700)}
    received_by_year = dict(
        Delivery.objects.values_list("received_on__year").annotate(pieces=Sum("quantity"))
    )
    assert received_by_year == {
        2011: 15_866, 2012: 139_485, 2013: 701_021, 2014: 1_374_962, 2015: 95_965,
    }  # fmt: skip
    rejected_by_year = dict(
        Reject.objects.values_list("detected_on__year").annotate(pieces=Sum("suspect_qty"))
    )
    assert rejected_by_year == {2011: 1_295, 2012: 15_636, 2013: 25_764, 2014: 30_005}
    # the source has no complaint numbers: the delivery and the defect code are the key
    assert not Reject.objects.filter(delivery__isnull=True).exists()
    reject = Reject.objects.get(complaint="PO4-5")
    assert (reject.line, reject.delivery.document) == ("UNSPEC", "PO4-5")
    # its units have no factors: their column is left out unless it is mapped by hand
    assert "not used: uom, po_status" in outputs[2]
    assert not Delivery.objects.exclude(unit="").exists()


def test_second_import_changes_nothing_and_says_so(outputs: list[str]) -> None:
    before = (Delivery.objects.count(), Plant.objects.count(), Reject.objects.count())
    again = import_all()
    assert (Delivery.objects.count(), Plant.objects.count(), Reject.objects.count()) == before
    [stored] = [line for line in again[2].splitlines() if line.startswith("Stored already")]
    assert stored.split()[-4:] == ["8,845", "rows", "2,327,299", "pieces"]
    assert all("The same file was loaded before" in output for output in again)
    assert ImportBatch.objects.filter(state="done").count() == 8
