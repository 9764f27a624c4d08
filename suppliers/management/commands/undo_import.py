"""Takes an import back from the command line, as its page does."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize
from django.utils import timezone

from suppliers.management.commands.import_data import person
from suppliers.models import ImportBatch
from suppliers.services.conflicts import SHORTEST_REASON, ReasonMissingError
from suppliers.services.imports import NotNowError
from suppliers.services.undo import UndoRefusedError, undo


class Command(BaseCommand):
    help = "Takes back what an import stored and replaced; the audit log keeps it with the reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("batch", type=int, help="number of the import, as in its address")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--by", metavar="EMAIL", help="who answers for it")

    def handle(self, **options: Any) -> None:
        try:
            batch = undo(
                batch_id=options["batch"],
                by=person(options["by"]),
                at=timezone.now(),
                reason=options["reason"],
            )
        except ReasonMissingError as error:
            raise CommandError(f"--reason needs {SHORTEST_REASON} letters at least.") from error
        except NotNowError as error:
            raise CommandError(_why_not(options["batch"])) from error
        except UndoRefusedError as error:
            raise CommandError(" ".join(map(str, error.why))) from error
        rows = f"{batch.rows_loaded} row{pluralize(batch.rows_loaded)}"
        self.stdout.write(f"Import {batch.pk} is taken back: {rows}.")


def _why_not(number: int) -> str:
    batch = ImportBatch.objects.filter(pk=number).first()
    if batch is None:
        return f"There is no import {number}."
    return f"Import {number} cannot be taken back now: {batch.get_state_display()}."
