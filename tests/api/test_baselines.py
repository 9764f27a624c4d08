"""Control limits and signals through the API: one's own, and nothing that is only proposed."""

import pytest
from django.test import Client

from suppliers.models import Supplier
from tests.api.conftest import Get
from tests.factories import BaselineFactory, ChartSignalFactory

pytestmark = pytest.mark.django_db


def test_baseline_names_its_months_and_sums(
    get: Get, supplier_a: Supplier, sqe_client: Client
) -> None:
    BaselineFactory(supplier=supplier_a, accepted=True)
    (found,) = get(sqe_client, "baselines/", supplier="ALFA-4711")["results"]
    assert found["supplier"] == "ALFA-4711"
    assert (found["first_month"], found["last_month"]) == ("2025-01", "2025-12")
    assert (found["counted"], found["volume"], found["state"]) == ("60", "1200000", "accepted")


def test_supplier_sees_its_own_limits_but_no_proposal(
    get: Get, supplier_a: Supplier, supplier_b: Supplier, member_a_client: Client
) -> None:
    BaselineFactory(supplier=supplier_a, accepted=True)
    BaselineFactory(supplier=supplier_a, version=2)
    BaselineFactory(supplier=supplier_b, accepted=True)
    found = get(member_a_client, "baselines/")["results"]
    assert [(one["supplier"], one["version"]) for one in found] == [("ALFA-4711", 1)]


def test_open_signals_are_those_nobody_has_looked_at(
    get: Get, supplier_a: Supplier, sqe_client: Client
) -> None:
    signal = ChartSignalFactory(baseline=BaselineFactory(supplier=supplier_a, accepted=True))
    (found,) = get(sqe_client, "signals/", open="true")["results"]
    assert (found["id"], found["month"], found["kind"]) == (signal.pk, "2026-03", "above")
    assert get(sqe_client, "signals/", open="false")["results"] == []
