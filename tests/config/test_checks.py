"""A database that only an earlier version can bring up to date is told so, and left as it is."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from config.checks import stand_at_a_known_state

pytestmark = pytest.mark.django_db

DATABASE = ["default"]
APPS = ["suppliers", "scorecards", "escalations"]


def replaced(app: str) -> list[tuple[str, str]]:
    """Return what was applied once, step by step, in the place of today's migrations."""
    migrations = MigrationLoader(None).replacements.values()
    return sorted(name for one in migrations for name in one.replaces if name[0] == app)


def test_migrated_database_is_known() -> None:
    assert stand_at_a_known_state(databases=DATABASE) == []
    call_command("migrate", verbosity=0)


def test_no_database_is_asked_unless_named() -> None:
    MigrationRecorder(connection).record_unapplied("suppliers", "0012_evidence_names_its_verdict")
    assert stand_at_a_known_state(databases=None) == []


@pytest.mark.parametrize("app", APPS)
def test_every_state_on_the_way_is_refused(app: str) -> None:
    recorder = MigrationRecorder(connection)
    steps = replaced(app)
    assert len(steps) > 10
    for name in reversed(steps[1:]):
        recorder.record_unapplied(*name)
        assert stand_at_a_known_state(databases=DATABASE), name


@pytest.mark.parametrize("app", APPS)
def test_none_applied_is_a_beginning(app: str) -> None:
    for name in replaced(app):
        MigrationRecorder(connection).record_unapplied(*name)
    assert stand_at_a_known_state(databases=DATABASE) == []


def test_migrate_says_what_to_do() -> None:
    MigrationRecorder(connection).record_unapplied("escalations", "0017_terms_of_what_was_found")
    with pytest.raises(SystemCheckError, match=r"lacks escalations.0017.*\n.*tables were left"):
        call_command("migrate", verbosity=0, skip_checks=False)
