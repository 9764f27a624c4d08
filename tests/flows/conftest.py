"""The whole product running for real; a test asks for `product`, and for `worker` to have one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import Browser

from suppliers.models import User
from tests.browser.fixtures import patient
from tests.browser.watching import watch
from tests.flows.browsing import WIDE, Person
from tests.flows.mailbox import Mailbox, mail_server
from tests.flows.product import Product, free_port

Visit = Callable[..., Person]


@pytest.fixture(scope="session")
def mail_port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def mail(mail_port: int) -> Iterator[Mailbox]:
    with mail_server(mail_port) as mailbox:
        yield mailbox


@pytest.fixture(scope="package")
def running(
    django_db_setup: None,
    light_settings: Path,
    mail_port: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Product]:
    """Broker, web and beat for all tests of this folder; they outlive the tests' data.

    They end with the folder: beat would go on ringing beside all other tests.
    """
    product = Product(tmp_path_factory.mktemp("product"), media=light_settings, mail_port=mail_port)
    try:
        product.start()
        yield product
    finally:
        product.stop()


@pytest.fixture
def product(running: Product, mailbox: Mailbox, transactional_db: None) -> Iterator[Product]:
    """The running product on an empty database, without a worker."""
    running.empty_broker()
    yield running
    running.end_worker()
    for member in (running.web, running.worker):
        print(f"{member.name}:\n{running.log(member)}")  # noqa: T201  # shown when a test fails


@pytest.fixture
def worker(product: Product) -> Product:
    """The running product with its worker."""
    product.start_worker()
    return product


@pytest.fixture
def mailbox(mail: Mailbox) -> Mailbox:
    """What the mail server accepted during this test."""
    mail.clear()
    return mail


@pytest.fixture(autouse=True)
def same_passwords() -> Iterator[None]:
    """Hash passwords as the web process does, which knows nothing of the tests' settings."""
    hashers = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers):
        yield


@pytest.fixture
def visit(browser: Browser, product: Product) -> Iterator[Visit]:
    """Return a function that seats somebody at a browser of their own, logged in.

    Fails the test when a script failed or the security policy was broken in any of them.
    """
    contexts, complaints = [], []

    def visit(user: User, *, at: str = "/") -> Person:
        context = patient(browser.new_context(viewport=WIDE, reduced_motion="reduce"))
        contexts.append(context)
        page = context.new_page()
        complaints.append(watch(page))
        person = Person(page, product.url)
        person.log_in(user, at=at)
        return person

    yield visit
    for context in contexts:
        context.close()
    assert [complaint for of_one in complaints for complaint in of_one] == []
