"""Files that must not go in: a clear message each, and nothing half-written."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import Model
from playwright.sync_api import expect

from suppliers.enums import ImportState
from suppliers.models import Delivery, ImportBatch, ImportRow, User
from tests.factories import PartFactory, PlantFactory, SupplierFactory
from tests.flows.bad_files import BAD_FILES, GOOD, HEADINGS, REFUSED_FILES, BadFile, table
from tests.flows.browsing import Person
from tests.flows.conftest import Visit
from tests.flows.product import Product

Make = Callable[[BadFile], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def make(bad: BadFile) -> Path:
        path = tmp_path / bad.name
        bad.make(path)
        return path

    return make


def masters() -> None:
    SupplierFactory(code="ALFA-4711")
    PartFactory(number="PN-1")
    PlantFactory(code="ESS")


def counts() -> dict[type[Model], int]:
    """Rows of every table of facts and masters; what is known of an import itself is left out."""
    return {
        model: model._default_manager.count()  # noqa: SLF001  # Django's documented name
        for model in apps.get_app_config("suppliers").get_models()
        if model not in (ImportBatch, ImportRow)
    }


@pytest.mark.browser
@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_bad_files_on_the_page(worker: Product, visit: Visit, sqe: User, make: Make) -> None:
    masters()
    before = counts()
    person = visit(sqe)
    for bad in REFUSED_FILES:
        assert person.upload("deliveries", make(bad)) == "/imports/new/?kind=deliveries"
        expect_said(person, bad)
    person.check_page()
    assert not ImportBatch.objects.exists()

    addresses = [(bad, person.upload("deliveries", make(bad))) for bad in BAD_FILES]
    for bad, address in addresses:
        person.open(address)
        expect_said(person, bad)
        if bad.is_typical:
            person.check_page()
    assert counts() == before

    for _bad, address in addresses:
        person.open(address)
        person.press("Discard")
        person.reads("nothing of it was loaded")
    assert counts() == before
    assert set(ImportBatch.objects.values_list("state", flat=True)) == {ImportState.DISCARDED}


def expect_said(person: Person, bad: BadFile) -> None:
    person.reads(*bad.says)
    load = person.page.get_by_role("button", name="Load 1 valid row")
    expect(load, bad.name).to_have_count(1 if bad.has_good_rows else 0)


@pytest.mark.browser
@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_same_file_twice_on_the_page(
    worker: Product, visit: Visit, sqe: User, tmp_path: Path
) -> None:
    masters()
    path = tmp_path / "deliveries.csv"
    table(HEADINGS, GOOD)(path)
    person = visit(sqe)

    person.import_file("deliveries", path)
    person.reads("1 row was loaded")
    person.check_page()
    after_first = counts()

    person.upload("deliveries", path)
    person.reads("The very same file was loaded before", "Every row of this file is stored already")
    person.check_page()
    assert counts() == after_first
    assert Delivery.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("bad", [*BAD_FILES, *REFUSED_FILES], ids=lambda bad: bad.name)
def test_bad_file_by_command(bad: BadFile, make: Make) -> None:
    masters()
    before = counts()
    output = io.StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("import_data", "deliveries", str(make(bad)), stdout=output)
    said = f"{output.getvalue()}\n{refusal.value}"
    assert [sentence for sentence in bad.says if sentence not in said] == []
    assert counts() == before
