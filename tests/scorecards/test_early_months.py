"""The first months that an address may name look back over a window, and none before is read."""

import pytest
from django.test import Client

from suppliers.models import Supplier
from tests.scorecards.facts import OCTOBER, deliver, roll_up

FIRST = "1900-01"


@pytest.fixture(autouse=True)
def facts(supplier_a: Supplier) -> None:
    deliver(supplier_a, 10, OCTOBER)
    roll_up()


PAGES = (
    "/suppliers/ALFA-4711/figures/external_ppm/{month}/?window=12",
    "/suppliers/ALFA-4711/figures/warranty_ppm/{month}/?window=12",
    "/suppliers/ALFA-4711/causes/{month}/?window=12",
    "/suppliers/ALFA-4711/causes/{month}/table.csv",
    "/suppliers/ALFA-4711/performance/on-time/{month}/?window=12",
    "/suppliers/ALFA-4711/delivery-months/{month}/",
    "/suppliers/ALFA-4711/build-months/{month}/",
)
ENDPOINTS = (
    "/api/v1/causes/ALFA-4711/?month={month}",
    "/api/v1/causes/ALFA-4711/rows/?month={month}",
    "/api/v1/performance/ALFA-4711/?kind=on-time&window=12&month={month}",
    "/api/v1/performance/ALFA-4711/rows/?kind=incidents&window=12&month={month}",
    "/api/v1/figures/?window=12&month={month}",
    "/api/v1/arithmetic/?window=12&supplier=ALFA-4711&month={month}",
    "/api/v1/peers/ALFA-4711/?metric=external_ppm&month={month}",
    "/api/v1/delivery-months/?month={month}",
    "/api/v1/build-months/?month={month}",
)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(("month", "status"), [(FIRST, 404), ("1901-01", 200), ("2199-12", 200)])
def test_pages_of_the_first_and_last_months(
    sqe_client: Client, address: str, month: str, status: int
) -> None:
    assert sqe_client.get(address.format(month=month)).status_code == status


@pytest.mark.parametrize("address", ENDPOINTS)
@pytest.mark.parametrize(
    ("month", "status"),
    [("0001-01", 400), (FIRST, 400), ("9999-12", 400), ("1901-01", 200), ("2199-12", 200)],
)
def test_programs_are_told_which_months_there_are(
    sqe_client: Client, address: str, month: str, status: int
) -> None:
    answer = sqe_client.get(address.format(month=month))
    assert answer.status_code == status
    if status == 400:
        assert "month" in answer.json()["error"]["fields"]
