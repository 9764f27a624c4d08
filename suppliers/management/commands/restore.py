"""`manage.py restore FILE`: a backup back into a database without data."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser, SystemCheckError

from suppliers.services.backups import BackupError, restore


class Command(BaseCommand):
    help = "Bring a backup back into an empty database and an empty media folder."
    # The tables may be missing, or older than the code.
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="what `backup` wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            brought = restore(source=options["file"].absolute())
        except BackupError as error:
            raise CommandError(str(error)) from error
        try:
            call_command("migrate", interactive=False, verbosity=0, skip_checks=False)
        except SystemCheckError as error:
            raise CommandError(
                f"Database and {brought.files} files are restored as of {brought.at}, and cannot "
                f"be used by this version yet.\n{error}"
            ) from error
        self.stdout.write(
            f"Restored: database and {brought.files} files as of {brought.at}. "
            "Prove it with `manage.py verify`."
        )
