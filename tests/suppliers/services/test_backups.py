"""A backup of real rows and files comes back whole in a second database, or not at all."""

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from scorecards.periods import Month
from scorecards.rollup import drain
from scorecards.services.documents import render_waiting
from scorecards.services.publication import publish_month
from suppliers.models import Supplier
from suppliers.postgres_programs import program
from suppliers.services.backups import BackupError, backup, restore
from tests.database import database_url
from tests.factories import DeliveryFactory, SupplierFactory

pytestmark = pytest.mark.django_db(transaction=True)

MONTH = Month(2026, 3)


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Supplier]:
    """A supplier with a published month and its PDF."""
    with override_settings(MEDIA_ROOT=str(tmp_path / "media")):
        supplier: Supplier = SupplierFactory(code="ACME-01", in_tier=1)
        DeliveryFactory(supplier=supplier, received_on=MONTH.first_day, quantity=20_000)
        drain(at=timezone.now())
        publish_month(month=MONTH, by=None, at=timezone.now())
        assert render_waiting(clock=timezone.now) == 1
        yield supplier


@pytest.fixture
def second_database() -> Iterator[str]:
    """The address of an empty database beside the tests' own; gone afterwards."""
    name = f"{connection.settings_dict['NAME']}_restored"
    # a session of its own: nothing but the statement may be sent to make or drop a database
    with psycopg.connect(database_url(), autocommit=True) as session:
        session.execute(f'DROP DATABASE IF EXISTS "{name}"')
        session.execute(f'CREATE DATABASE "{name}"')
        yield database_url().removesuffix(str(connection.settings_dict["NAME"])) + name
        # not by force: that may not end the server's own vacuum, which a plain drop asks to leave
        session.execute(f'DROP DATABASE "{name}"')


def manage(url: str, media: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "DATABASE_URL": url,
        "MEDIA_ROOT": str(media),
        "SECRET_KEY": "for-this-test-alone",
    }
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.usefixtures("published")
def test_backup_comes_back_whole_in_a_second_database(second_database: str, tmp_path: Path) -> None:
    file, media = tmp_path / "all.tar", tmp_path / "elsewhere"
    made = backup(to=file, at=timezone.now())
    assert made.files == 1
    assert file.stat().st_mode & 0o077 == 0

    done = manage(second_database, media, "restore", str(file))
    assert done.returncode == 0, done.stderr
    assert "Restored: database and 1 files" in done.stdout
    assert files_in(media) == files_in(Path(settings.MEDIA_ROOT))
    verified = manage(second_database, media, "verify")
    assert verified.returncode == 0, verified.stderr
    assert "Verified: 1 scorecards and 1 documents" in verified.stdout
    with psycopg.connect(second_database) as there:
        assert there.execute("SELECT code FROM suppliers_supplier").fetchall() == [("ACME-01",)]

    again = manage(second_database, media, "restore", str(file))
    assert again.returncode == 1
    assert "This database has data" in again.stderr
    assert manage(second_database, media, "verify").returncode == 0


@pytest.mark.usefixtures("published")
def test_damaged_backup_is_refused_before_anything_changes(
    second_database: str, tmp_path: Path
) -> None:
    file, damaged = tmp_path / "all.tar", tmp_path / "damaged.tar"
    backup(to=file, at=timezone.now())
    with tarfile.open(file) as whole:
        dump = whole.getmember("database.dump")
    content = bytearray(file.read_bytes())
    content[dump.offset_data + dump.size // 2] ^= 0xFF
    damaged.write_bytes(content)
    done = manage(second_database, tmp_path / "elsewhere", "restore", str(damaged))
    assert done.returncode == 1
    assert "not what was written" in done.stderr
    with psycopg.connect(second_database) as there:
        assert there.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone() == (0,)


@pytest.mark.usefixtures("published")
def test_backup_overwrites_nothing(tmp_path: Path) -> None:
    file = tmp_path / "all.tar"
    file.write_text("mine")
    with pytest.raises(BackupError, match="exists"):
        backup(to=file, at=timezone.now())
    assert file.read_text() == "mine"
    with pytest.raises(BackupError, match="does not exist"):
        backup(to=tmp_path / "no" / "all.tar", at=timezone.now())
    with pytest.raises(BackupError, match="has data"):
        restore(source=file)


@pytest.mark.usefixtures("published")
def test_missing_program_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LookupError, match="pg_nothing of PostgreSQL"):
        program("pg_nothing")
    assert Path(program("pg_dump")).is_file()


def test_verify_tells_what_is_not_as_published(
    published: Supplier, capsys: pytest.CaptureFixture[str]
) -> None:
    [file] = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    file.write_bytes(b"%PDF-1.7 something else")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE scorecards_scorecard DISABLE TRIGGER USER")
        cursor.execute("UPDATE scorecards_scorecard SET snapshot = snapshot || '{\"x\": 1}'")
        cursor.execute("ALTER TABLE scorecards_scorecard ENABLE TRIGGER USER")
    with pytest.raises(CommandError, match="2 problems"):
        call_command("verify")
    told = capsys.readouterr().err
    assert "ACME-01 2026-03 version 1: its content is not what was published" in told
    assert "is missing or altered" in told
