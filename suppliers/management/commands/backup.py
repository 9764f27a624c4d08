"""`manage.py backup FILE`: database and media folder in one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from suppliers.services.backups import BackupError, backup


class Command(BaseCommand):
    help = "Write the database and all files into one file, whole or not at all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a new file, for example backup.tar")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = backup(to=options["file"].absolute(), at=timezone.now())
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Backed up: database and {made.files} files, {made.size_bytes:,} bytes, "
            f"in {options['file']}. Keep SECRET_KEY elsewhere; it is not in it."
        )
