"""What every test may ask for: the fixed cast, named by role, and a client for each.

Supplier A and supplier B deliver to the same customer; whoever acts for B must see nothing
of A. The stranger can log in and has no membership.
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from pytest_django.plugin import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from suppliers.enums import Role
from suppliers.models import Supplier, User
from tests import shipped
from tests.cast import person
from tests.database import emptying
from tests.factories import SupplierFactory, UserFactory
from tests.network import only_this_machine
from tests.template import migrated_template

# `pytest --hypothesis-profile=thorough tests/suppliers/imports/test_fuzz.py` tries 10,000 files.
# A loaded machine is slow now and then; that is no failure of a property.
hypothesis.settings.register_profile("steady", deadline=None)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=1_500)
hypothesis.settings.load_profile("steady")

# A browser is one for the whole run, wherever it is asked for: Playwright runs once a thread.
pytest_plugins = ["tests.browser.fixtures", "tests.scorecards.pdf.checker"]

# The checker of documents brings lxml, which openpyxl would write XLSX with; the product has none.
os.environ["OPENPYXL_LXML"] = "False"

LogIn = Callable[[User], Client]


# What a folder shares is built once where one process has all its files: a running product, which
# for the most part waits for what it watches and so leaves the processors to other tests.
TOGETHER = ("flows", "outages")
# Folders with files that take minutes come first, so that none is left to one process in the end.
FIRST = (*TOGETHER, "launcher", "browser", "rollup")


class Together(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives each file to one process, and all files of some folders to the same."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        folder = Path(file).parent
        return str(folder) if folder.name in TOGETHER else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def turn(item: pytest.Item) -> int:
        folder = item.path.parent.name
        return FIRST.index(folder) if folder in FIRST else len(FIRST)

    items.sort(key=turn)


def pytest_collection_finish() -> None:
    """Let the collector walk what tests make, and not all that was imported again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def network_off() -> Iterator[None]:
    with only_this_machine():
        yield


@pytest.fixture(scope="session", autouse=True)
def light_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Static files without collected manifest, cheap password hashes, media thrown away."""
    media = tmp_path_factory.mktemp("media")
    with override_settings(
        MEDIA_ROOT=str(media),
        STATIC_ROOT=str(tmp_path_factory.mktemp("static")),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    ):
        yield media


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    """Rates are counted in the cache; a test starts with nobody having asked anything."""
    cache.clear()


@pytest.fixture
def log_in() -> LogIn:
    """Return a function that gives a client logged in as a user."""

    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return log_in


# -- suppliers -------------------------------------------------------------


@pytest.fixture
def supplier_a(db: None) -> Supplier:
    return SupplierFactory(code="ALFA-4711", name="Alfa Castings", in_tier=1)


@pytest.fixture
def supplier_b(db: None) -> Supplier:
    return SupplierFactory(code="BRAVO-0815", name="Bravo Springs", in_tier=1)


# -- people ----------------------------------------------------------------


@pytest.fixture
def sqe(db: None) -> User:
    return person(Role.SQE)


@pytest.fixture
def quality_manager(db: None) -> User:
    return person(Role.QUALITY_MANAGER)


@pytest.fixture
def buyer(db: None) -> User:
    return person(Role.BUYER)


@pytest.fixture
def auditor(db: None) -> User:
    return person(Role.AUDITOR)


@pytest.fixture
def administrator(db: None) -> User:
    return person(Role.ADMINISTRATOR, is_staff=True)


@pytest.fixture
def member_a(supplier_a: Supplier) -> User:
    return person(Role.SUPPLIER_MEMBER, supplier_a)


@pytest.fixture
def admin_a(supplier_a: Supplier) -> User:
    return person(Role.SUPPLIER_ADMIN, supplier_a)


@pytest.fixture
def member_b(supplier_b: Supplier) -> User:
    """Acts for supplier B and must see nothing of A."""
    return person(Role.SUPPLIER_MEMBER, supplier_b)


@pytest.fixture
def stranger(db: None) -> User:
    """Has an account and no membership."""
    return UserFactory(email="stranger@elsewhere.example", name="Stranger")


# -- a client per role -------------------------------------------------------


@pytest.fixture
def sqe_client(log_in: LogIn, sqe: User) -> Client:
    return log_in(sqe)


@pytest.fixture
def quality_manager_client(log_in: LogIn, quality_manager: User) -> Client:
    return log_in(quality_manager)


@pytest.fixture
def buyer_client(log_in: LogIn, buyer: User) -> Client:
    return log_in(buyer)


@pytest.fixture
def auditor_client(log_in: LogIn, auditor: User) -> Client:
    return log_in(auditor)


@pytest.fixture
def administrator_client(log_in: LogIn, administrator: User) -> Client:
    return log_in(administrator)


@pytest.fixture
def member_a_client(log_in: LogIn, member_a: User) -> Client:
    return log_in(member_a)


@pytest.fixture
def admin_a_client(log_in: LogIn, admin_a: User) -> Client:
    return log_in(admin_a)


@pytest.fixture
def member_b_client(log_in: LogIn, member_b: User) -> Client:
    return log_in(member_b)


@pytest.fixture
def stranger_client(log_in: LogIn, stranger: User) -> Client:
    return log_in(stranger)


# -- what migrations shipped ---------------------------------------------------

BLOCKER = pytest.StashKey[DjangoDbBlocker]()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Begin with a copy of the migrated template; pytest-django asks for this before it."""
    settings.DATABASES["default"]["TEST"]["TEMPLATE"] = migrated_template()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, pytestconfig: pytest.Config
) -> Iterator[None]:
    """Keep what migrations shipped beside the database's tables.

    At the end, threads of the live server may still hold a connection for a browser that
    keeps its own open; PostgreSQL drops no database that somebody uses.
    """
    pytestconfig.stash[BLOCKER] = django_db_blocker
    with django_db_blocker.unblock():
        shipped.keep()
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Bring the shipped rows back when the clean-up of a test that commits has emptied tables.

    At once, and not before the next test that commits: the next may be one that does not.
    """
    try:
        with emptying_allowed(item):
            yield
    finally:
        if nextitem is not None and commits(item):
            with item.config.stash[BLOCKER].unblock():
                shipped.bring_back()


def emptying_allowed(item: pytest.Item) -> AbstractContextManager[None]:
    """Let the clean-up of a test that commits empty the tables that refuse to be emptied."""
    return emptying() if commits(item) else nullcontext()


def commits(item: pytest.Item) -> bool:
    """Whether a test's rows are committed, so that all tables are emptied after it."""
    marker = item.get_closest_marker("django_db")
    asked = marker is not None and bool(marker.kwargs.get("transaction"))
    return asked or "transactional_db" in getattr(item, "fixturenames", ())
