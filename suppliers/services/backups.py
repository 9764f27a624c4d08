"""A copy of everything in one file, and the way back: database and media folder.

The file is a tar with `manifest.json`, `database.dump` (pg_dump's custom format) and
`media/…`. The database is dumped first: files are kept before a row names them, so that
each file the dump names is among those that follow.
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from suppliers.models import Supplier, User
from suppliers.postgres_programs import environment, program

FORMAT = 1
DUMP = "database.dump"
MANIFEST = "manifest.json"
MEDIA = "media"


class BackupError(Exception):
    """Nothing was backed up or restored; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Backup:
    """What a backup holds, or what a restore brought back."""

    at: str
    files: int
    size_bytes: int


def backup(*, to: Path, at: datetime) -> Backup:
    """Write database and media folder into a new file, whole or not at all.

    Raises:
        BackupError: when the file exists or pg_dump is missing or fails.
    """
    if to.exists():
        raise BackupError(_("%(path)s exists; name a new file.") % {"path": to})
    with tempfile.TemporaryDirectory(dir=_folder_of(to), prefix=".backup-") as folder:
        dump, whole = Path(folder) / DUMP, Path(folder) / "whole.tar"
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        manifest = {"format": FORMAT, "at": at.isoformat(), "sha256": _sha256(dump)}
        with tarfile.open(whole, "w") as tar:
            _add_text(tar, MANIFEST, json.dumps(manifest))
            tar.add(dump, DUMP)
            files = _add_media(tar)
        whole.chmod(0o600)
        size = whole.stat().st_size
        whole.replace(to)
    return Backup(at=at.isoformat(), files=files, size_bytes=size)


def restore(*, source: Path) -> Backup:
    """Fill a database without data and an empty media folder from a backup.

    The database's part comes in one transaction. Run `migrate` afterwards: the backup may be
    older than the code.

    Raises:
        BackupError: when there is data already, the file is no backup or damaged, or
            pg_restore is missing or fails.
    """
    _demand_nothing_here()
    try:
        with (
            tarfile.open(source) as tar,
            tempfile.TemporaryDirectory(prefix="restore-") as folder,
        ):
            manifest = _manifest(tar)
            dump = _unpacked_dump(tar, Path(folder), manifest)
            _empty_schema()
            _fill(dump)
            files = _unpack_media(tar)
    except (tarfile.TarError, OSError, KeyError, ValueError) as error:
        raise BackupError(
            _("%(path)s is no backup, or damaged: %(error)s") % {"path": source, "error": error}
        ) from error
    return Backup(at=manifest["at"], files=files, size_bytes=source.stat().st_size)


def _fill(dump: Path) -> None:
    options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    _run("pg_restore", *options, f"--dbname={connection.settings_dict['NAME']}", str(dump))


def _folder_of(path: Path) -> Path:
    if not path.parent.is_dir():
        raise BackupError(_("The folder %(path)s does not exist.") % {"path": path.parent})
    return path.parent


def _run(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on our database; the password is in no argument."""
    try:
        done = subprocess.run(
            [program(name), *arguments],
            env={**os.environ, **environment()},
            capture_output=True,
            text=True,
            check=False,
        )
    except LookupError as error:
        raise BackupError(str(error)) from error
    if done.returncode != 0:
        raise BackupError(
            _("%(name)s failed: %(error)s") % {"name": name, "error": done.stderr.strip()[-2_000:]}
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))


def _add_media(tar: tarfile.TarFile) -> int:
    """Add the files below MEDIA_ROOT that are whole; return how many."""
    root = Path(settings.MEDIA_ROOT)
    files = [path for path in sorted(root.rglob("*")) if path.is_file() and path.suffix != ".part"]
    for path in files:
        tar.add(path, f"{MEDIA}/{path.relative_to(root)}", recursive=False)
    return len(files)


def _demand_nothing_here() -> None:
    """Refuse to write over data: whoever wants that deletes it knowingly first."""
    tables = connection.introspection.table_names()
    kinds: tuple[type[Any], ...] = (User, Supplier)
    for kind in kinds:
        if kind._meta.db_table in tables and kind.objects.exists():  # noqa: SLF001  # documented name
            raise BackupError(
                _("This database has data. Restore into an empty one; nothing was changed.")
            )
    if any(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*")):
        raise BackupError(
            _("%(path)s has files. Restore into an empty folder; nothing was changed.")
            % {"path": settings.MEDIA_ROOT}
        )


def _manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    manifest: dict[str, Any] = json.load(_member(tar, MANIFEST))
    if manifest["format"] != FORMAT:
        raise ValueError(_("its format %(format)s is not known") % {"format": manifest["format"]})
    return manifest


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    file = tar.extractfile(name)
    if file is None:
        raise ValueError(_("%(name)s is missing") % {"name": name})
    return file


def _unpacked_dump(tar: tarfile.TarFile, folder: Path, manifest: dict[str, Any]) -> Path:
    dump = folder / DUMP
    with dump.open("wb") as file:
        shutil.copyfileobj(_member(tar, DUMP), file)
    if _sha256(dump) != manifest["sha256"]:
        raise ValueError(_("the database's part is not what was written"))
    return dump


def _empty_schema() -> None:
    """Remove the tables of a fresh installation, so that the backup's own can come."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
    connection.close()


def _unpack_media(tar: tarfile.TarFile) -> int:
    """Put the files back, none outside the media folder (Python 3.11.2 has no tar filters)."""
    root = Path(settings.MEDIA_ROOT).resolve()
    files = [entry for entry in tar if entry.isfile() and entry.name.startswith(f"{MEDIA}/")]
    for entry in files:
        target = (root / entry.name.removeprefix(f"{MEDIA}/")).resolve()
        if not target.is_relative_to(root):
            raise ValueError(_("it holds a file that leads outside the media folder"))
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            shutil.copyfileobj(_member(tar, entry.name), file)
    return len(files)
