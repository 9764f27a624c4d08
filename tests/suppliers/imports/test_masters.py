from decimal import Decimal

import pytest

from suppliers.models import Part, PartUnit, Supplier, SupplierGroupMembership, SupplierTier, Tier
from tests.factories import PartFactory, SupplierFactory
from tests.suppliers.imports.conftest import NOW, Import, codes, rows_of

pytestmark = pytest.mark.django_db

SUPPLIERS = "code;name;country;time_zone;tier;group;active\n"


def test_suppliers_come_with_tier_group_and_archive(import_file: Import) -> None:
    batch = import_file(
        "suppliers",
        SUPPLIERS
        + "S-1;Alfa;de;Europe/Berlin;Tier 1;Holding;ja\n"
        + "S-2;Bravo;;;3;;nein\n"
        + "S 3;Blank;;;;;\n"
        + "S-4;;Germany;Berlin;0;;maybe\n",
        valid_only=True,
    )
    assert codes(batch) == {
        4: ["unfit_code"],
        5: ["not_a_choice", "not_a_country", "empty", "below", "not_a_time_zone"],
    }
    alfa, bravo = Supplier.objects.order_by("code")
    assert (alfa.country, alfa.time_zone, alfa.archived_at) == ("DE", "Europe/Berlin", None)
    assert (bravo.time_zone, bravo.archived_at) == ("UTC", NOW)
    assert SupplierTier.objects.get(supplier=bravo).tier.name == "Tier 3"
    membership = SupplierGroupMembership.objects.get()
    assert (membership.supplier, membership.group.name) == (alfa, "Holding")
    during = SupplierTier.objects.get(supplier=alfa).during
    assert (during.lower, during.upper) == (None, None)


def test_known_suppliers_are_completed_but_never_changed(import_file: Import) -> None:
    SupplierFactory(code="S-1", name="Alfa", country="", time_zone="UTC", in_tier=1)
    SupplierFactory(code="S-2", name="Bravo", country="DE")
    SupplierFactory(code="S-3", name="Charlie", country="DE", in_tier=1)
    text = (
        SUPPLIERS
        + "S-1;Alfa;DE;;1;;\n"
        + "S-2;Bravo;;;2;Holding;\n"
        + "S-3;Charlie Ltd;FR;;2;;no\n"
    )
    batch = import_file("suppliers", text, valid_only=True)
    assert rows_of(batch) == {"valid": 2, "conflict": 1}
    fields = [problem["field"] for problem in batch.rows.get().problems]
    assert fields == ["active", "country", "name", "tier"]
    assert Supplier.objects.get(code="S-1").country == "DE"
    assert SupplierTier.objects.get(supplier__code="S-2").tier.level == 2
    assert Supplier.objects.get(code="S-3").name == "Charlie"
    assert rows_of(import_file("suppliers", text)) == {"duplicate": 2, "conflict": 1}


def test_parts_bring_units_in_several_rows(import_file: Import) -> None:
    PartFactory(number="008", name="")
    batch = import_file(
        "parts",
        "number;name;commodity;safety_relevant;opportunities;unit;factor\n"
        "007;Bolt;Steel;yes;4;CAR;12\n"
        "007;Bolt;Steel;yes;4;PAL;480\n"
        "008;Nut;;;;;\n"
        "009;Washer;;;;BOX;\n"
        "010;Pin;;;;;5\n"
        "011;Rod;;;;ST;\n"
        "012;One;;;;CAR;2\n"
        "012;Other;;;;PAL;4\n"
        "013;Zero;;;;CAR;0\n",
        valid_only=True,
    )
    assert codes(batch) == {
        5: ["unit_needs_factor"],
        6: ["factor_without_unit"],
        8: ["row_differs"],
        9: ["row_differs"],
        10: ["not_positive"],
    }
    bolt = Part.objects.get(number="007")
    assert (bolt.safety_relevant, bolt.component_opportunities) == (True, 4)
    assert dict(PartUnit.objects.filter(part=bolt).values_list("unit", "factor")) == {
        "CAR": Decimal(12),
        "PAL": Decimal(480),
    }
    assert Part.objects.get(number="008").name == "Nut"
    assert not PartUnit.objects.filter(part__number="011").exists()


def test_tier_and_group_are_not_created_when_refused(import_file: Import) -> None:
    batch = import_file(
        "suppliers", SUPPLIERS + "S-1;Alfa;;;7;New;\n", create_masters=False, confirmed=False
    )
    assert codes(batch) == {2: ["unknown_group", "unknown_tier"]}
    assert not Tier.objects.filter(level=7).exists()
