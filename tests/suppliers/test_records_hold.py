"""What the database itself refuses, whoever writes: records keep what was decided about them."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError

from suppliers.models import Delivery, Evidence, Reject, RejectVerdict, WarrantyVerdict
from tests.factories import (
    DeliveryFactory,
    EvidenceFactory,
    RejectFactory,
    RejectVerdictFactory,
    SupplierFactory,
    WarrantyVerdictFactory,
)

pytestmark = pytest.mark.django_db


def written(statement: str, values: list[Any]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_suspect_pieces_stay_at_least_what_the_verdict_in_force_decided() -> None:
    reject = RejectFactory(suspect_qty=10, checked_qty=0, confirmed_qty=0)
    RejectVerdictFactory(reject=reject, confirmed_qty=4, supplier_qty=4, released_qty=3)
    lowered = "UPDATE suppliers_reject SET suspect_qty = %s WHERE id = %s"
    with pytest.raises(IntegrityError, match="confirms and releases more than is suspect"):
        written(lowered, [6, reject.pk])
    written(lowered, [7, reject.pk])
    RejectVerdictFactory(reject=reject, number=2, confirmed_qty=1, supplier_qty=1)
    written(lowered, [1, reject.pk])
    assert Reject.objects.get().suspect_qty == 1


def test_reject_is_given_a_delivery_of_its_supplier() -> None:
    delivery, strange = DeliveryFactory(), DeliveryFactory()
    reject = RejectFactory(delivery=delivery, supplier=delivery.supplier)
    refused = pytest.raises(IntegrityError, match="names a delivery of another supplier")
    with refused, transaction.atomic():
        Reject.objects.filter(pk=reject.pk).update(supplier=strange.supplier)
    with refused, transaction.atomic():
        Reject.objects.filter(pk=reject.pk).update(delivery=strange)
    with refused, transaction.atomic():
        RejectFactory(delivery=delivery, supplier=strange.supplier)
    assert Reject.objects.get().delivery == delivery


def test_reject_of_a_delivery_corrected_since_can_be_corrected_itself() -> None:
    delivery = DeliveryFactory()
    reject = RejectFactory(delivery=delivery, supplier=delivery.supplier)
    Delivery.objects.filter(pk=delivery.pk).update(supplier=SupplierFactory())
    Reject.objects.filter(pk=reject.pk).update(suspect_qty=5)
    assert Reject.objects.get().suspect_qty == 5


@pytest.mark.parametrize("factory", [RejectVerdictFactory, WarrantyVerdictFactory])
def test_decisions_leave_out_no_number(factory: Any) -> None:
    first = factory()
    about = "reject" if isinstance(first, RejectVerdict) else "warranty_return"
    with pytest.raises(IntegrityError, match="numbered one after the other"), transaction.atomic():
        factory(**{about: getattr(first, about), "number": 3})
    factory(**{about: getattr(first, about), "number": 2})
    with pytest.raises(IntegrityError, match="numbered one after the other"), transaction.atomic():
        factory(**{about: getattr(first, about), "number": 2})


@pytest.mark.parametrize("factory", [RejectVerdictFactory, WarrantyVerdictFactory])
@pytest.mark.parametrize("reason", ["", " ", "\n\t"])
def test_reason_of_blanks_is_none(factory: Any, reason: str) -> None:
    with pytest.raises(IntegrityError, match="reason_given"), transaction.atomic():
        factory(reason=reason)
    assert not RejectVerdict.objects.exists()
    assert not WarrantyVerdict.objects.exists()


def test_evidence_stays_as_it_was_given() -> None:
    evidence = EvidenceFactory()
    for statement in (
        "UPDATE suppliers_evidence SET sha256 = 'other' WHERE id = %s",
        "DELETE FROM suppliers_evidence WHERE id = %s",
    ):
        with pytest.raises(DatabaseError, match="Cannot update or delete"):
            written(statement, [evidence.pk])
    assert Evidence.objects.get().sha256 == evidence.sha256


def test_what_was_corrected_stays_on_record() -> None:
    reject = RejectFactory(suspect_qty=10)
    Reject.objects.filter(pk=reject.pk).update(suspect_qty=11)
    for statement in (
        "UPDATE suppliers_rejectevent SET suspect_qty = 12 WHERE pgh_obj_id = %s",
        "DELETE FROM suppliers_rejectevent WHERE pgh_obj_id = %s",
    ):
        with pytest.raises(DatabaseError, match="Cannot update or delete"):
            written(statement, [reject.pk])
    with pytest.raises(DatabaseError, match="Cannot empty table"):
        written("TRUNCATE suppliers_rejectevent", [])


def test_masters_record_stays_too() -> None:
    supplier = SupplierFactory()
    with pytest.raises(DatabaseError, match="Cannot update or delete"):
        written("DELETE FROM suppliers_supplierevent WHERE pgh_obj_id = %s", [supplier.pk])
