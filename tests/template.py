"""One migrated database a server, of which every test process begins with a copy.

Applying all migrations takes seconds of a processor, for each process of a run again.
The template is named after what the migrations say, so a changed one makes a new template.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import django
import psycopg
from django.apps import apps
from psycopg import sql

from tests.database import database_url

ROOT = Path(__file__).resolve().parents[1]
MAKING = "scorecard_template_in_the_making"
# Any number, the same in every test process: one of them makes the template, others wait.
LOCK = 5_120_263


def migrated_template() -> str:
    """Return the name of a database to which the migrations have been applied."""
    name = f"scorecard_template_{_digest()}"
    with psycopg.connect(database_url("postgres"), autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if not _exists(server, name):
            _make(server, name)
    return name


def _digest() -> str:
    """Say in a few letters what all migrations contain."""
    contents = hashlib.sha256()
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for file in sorted(Path(app.path).glob("migrations/*.py")):
            contents.update(f"{app.label} {file.name}\n".encode() + file.read_bytes())
    # rows of migrations that call what stands elsewhere: statements in files of their own
    for file in sorted(ROOT.glob("*/**/*.sql")):
        contents.update(file.name.encode() + file.read_bytes())
    return contents.hexdigest()[:16]


def _exists(server: psycopg.Connection, name: str) -> bool:
    found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return found.fetchone() is not None


def _make(server: psycopg.Connection, name: str) -> None:
    """Migrate a database of another name first: one that was broken off is never copied."""
    making = sql.Identifier(MAKING)
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(making))
    server.execute(sql.SQL("CREATE DATABASE {}").format(making))
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url(MAKING)},
        check=True,
    )
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    server.execute(rename.format(making, sql.Identifier(name)))


if __name__ == "__main__":
    # ./test begins with it beside its static checks
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    migrated_template()
