"""`manage.py rollup`: drain stale keys, rebuild everything, or prove both agree."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from scorecards.rollup import drain, rebuild, verify


class Command(BaseCommand):
    help = "Recompute the months whose facts changed (or all of them), and verify the result."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="compute every month anew")
        parser.add_argument(
            "--verify",
            action="store_true",
            help="compare the kept roll-up with a rebuild; exit 1 when they differ",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            self.stdout.write(f"Rebuilt: {rebuild(at=timezone.now())} rows of the grain.")
        else:
            self.stdout.write(f"Recomputed: {drain(at=timezone.now())} supplier-months.")
        if options["verify"]:
            self._verify()

    def _verify(self) -> None:
        differences = verify()
        for difference in differences:
            self.stderr.write(f"{difference.table}: only {difference.side}: {difference.row}")
        if differences:
            raise CommandError(
                "The roll-up differs from a rebuild of the facts. "
                "Run `./run manage rollup --rebuild` and report what was shown above."
            )
        self.stdout.write("Verified: the roll-up equals a rebuild of the facts.")
