"""Says in words when a database stands between two states that this code knows."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@register(Tags.database)
def stand_at_a_known_state(
    *, databases: Sequence[str] | None = None, **_arguments: Any
) -> list[Error]:
    """Refuse to migrate a database that has only a part of migrations which one replaces.

    Their files are gone, so nothing leads on from there, and Django names a missing node, or skips
    the whole app. `migrate` asks this first.
    """
    return [error for name in databases or () for error in _between(name)]


def _between(database: str) -> Iterator[Error]:
    applied = MigrationRecorder(connections[database]).applied_migrations().keys()
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for (app, name), migration in sorted(loader.replacements.items()):
        missing = set(migration.replaces) - applied
        if missing != set(migration.replaces) and not missing <= loader.disk_migrations.keys():
            yield _error(f"{app}.{name}", sorted(missing))


def _error(replacing: str, missing: Sequence[tuple[str, str]]) -> Error:
    names = ", ".join(f"{app}.{name}" for app, name in missing)
    return Error(
        f"The database was made by an earlier version and lacks {names}, in whose place this "
        f"version has {replacing}.",
        hint="Its tables were left as they are. Run `manage.py migrate` with the last version that "
        "has these migrations (docs/adr/0030 names it), then come back to this one; or begin with "
        "an empty database.",
        id="scorecard.E001",
    )
