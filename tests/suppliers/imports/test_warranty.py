from datetime import date
from decimal import Decimal

import pytest

from suppliers.models import FieldPopulation, WarrantyReturn
from tests.suppliers.imports.conftest import Import, codes, rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("masters")]

RETURNS = (
    "claim;line;supplier;part;received_on;failed_on;built_on;mileage_km;months_in_service;"
    "quantity;accepted_pct\n"
)


def test_returns_are_stored_and_dates_must_follow_one_another(import_file: Import) -> None:
    batch = import_file(
        "warranty-returns".replace("-", "_"),
        RETURNS
        + "C1;1;ALFA;007;2026-01-31;2026-01-20;2025-06-01;12500;7;1;50\n"
        + "C2;;ALFA;007;2026-01-31;;;;;2;\n"
        + "C3;;;007;2026-01-31;;;;;2;\n"
        + "C4;;ALFA;007;2026-01-31;2026-02-01;;;;1;\n"
        + "C5;;ALFA;007;2026-01-31;2025-01-01;2025-06-01;;;1;\n"
        + "C6;;ALFA;007;2026-01-31;;;1,5;;1;101\n",
        decimal_mark=",",
        valid_only=True,
    )
    assert codes(batch) == {
        4: ["empty"],
        5: ["after_received"],
        6: ["built_after_failed"],
        7: ["beyond", "not_whole"],
    }
    first, second = WarrantyReturn.objects.order_by("claim")
    assert (first.failed_on, first.built_on) == (date(2026, 1, 20), date(2025, 6, 1))
    assert (first.mileage_km, first.months_in_service) == (12500, 7)
    assert (first.accepted_pct, second.accepted_pct) == (50, 100)
    assert batch.summary["loaded"]["pieces"] == "3"


def test_parts_in_field_are_kept_per_month(import_file: Import) -> None:
    text = (
        "Lieferant;Teilenummer;Monat;Teile im Feld\n"
        "ALFA;007;2026-09;1000\nALFA;007;10/2026;1200\nALFA;007;x;1\n"
    )
    batch = import_file("field_population", text, valid_only=True)
    assert codes(batch) == {4: ["not_a_month"]}
    months = dict(FieldPopulation.objects.values_list("month", "parts_in_field"))
    assert months == {date(2026, 9, 1): Decimal(1000), date(2026, 10, 1): Decimal(1200)}
    changed = import_file("field_population", text.replace("1000", "999").replace("x", "2026-11"))
    assert rows_of(changed) == {"valid": 1, "duplicate": 1, "conflict": 1}
