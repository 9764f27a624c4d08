"""Imports one file from the command line, in this process and on the same path as the worker."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.template.defaultfilters import pluralize
from django.utils import timezone

from suppliers.enums import ConflictDecision, ImportKind, ImportOutcome, ImportState
from suppliers.imports.account import account_of
from suppliers.imports.columns import parse_pairs
from suppliers.imports.kinds import KINDS, kind_named
from suppliers.imports.listed import ProblemLine, problem_lines
from suppliers.imports.load import ChangedMeanwhileError
from suppliers.imports.problems import FileError, Words
from suppliers.imports.replace import in_words
from suppliers.models import ImportBatch, User
from suppliers.quantities import pieces
from suppliers.services import conflicts, imports

SHOWN_PROBLEMS = 20
PASSES = (ImportOutcome.VALID, ImportOutcome.DUPLICATE)
ATTEMPTS = 3
MEGABYTE = 1024 * 1024


class Command(BaseCommand):
    help = "Imports suppliers, parts, deliveries, rejects, warranty returns or parts in field."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", help=", ".join(KINDS))
        parser.add_argument("file", type=Path, help="CSV or XLSX")
        parser.add_argument(
            "--map",
            nargs="+",
            action="extend",
            default=[],
            metavar="SOURCE=TARGET",
            help="column of the file = field; what is not mapped is recognised by its heading",
        )
        parser.add_argument("--create-parts", action="store_true", help="create unknown parts")
        parser.add_argument(
            "--no-create",
            action="store_true",
            help="do not create unknown plants, defect codes, tiers and groups",
        )
        parser.add_argument(
            "--valid-only", action="store_true", help="load the valid rows although others are not"
        )
        parser.add_argument(
            "--conflicts",
            choices=ConflictDecision.values,
            help="decide every row whose key is stored with other values; replace needs --reason",
        )
        parser.add_argument("--reason", default="", help="why stored values are replaced")
        parser.add_argument("--by", metavar="EMAIL", help="who answers for it")
        parser.add_argument("--dry-run", action="store_true", help="check only, load nothing")
        parser.add_argument("--date-order", choices=["dmy", "mdy"], help="for 03/04/2026")
        parser.add_argument("--decimal", choices=["point", "comma"], help="for 1.234 and 1,234")
        parser.add_argument("--problems", type=Path, help="write all problems to this CSV file")

    def handle(self, **options: Any) -> None:
        self._refuse_replacing_without_reason(options)
        batch = self._worked(self._uploaded(options), options)
        self._print_summary(batch)
        lines = list(problem_lines(batch))
        self._print_problems(lines, options["problems"])
        if batch.error:
            raise CommandError(Words.of(**batch.error).sentence)
        if batch.state != ImportState.DONE and not options["dry_run"]:
            raise CommandError(f"Nothing was loaded. {_advice(batch)}")

    def _refuse_replacing_without_reason(self, options: dict[str, Any]) -> None:
        short = len(options["reason"].strip()) < conflicts.SHORTEST_REASON
        if options["conflicts"] == ConflictDecision.REPLACE and short:
            raise CommandError(
                f"Say why stored values are replaced: --reason, {conflicts.SHORTEST_REASON} letters"
                " at least."
            )

    def _uploaded(self, options: dict[str, Any]) -> ImportBatch:
        path: Path = options["file"]
        try:
            kind = kind_named(options["kind"])
            mapping = parse_pairs(kind, options["map"])
        except KeyError as error:
            known = ", ".join(ImportKind.values)
            raise CommandError(f"“{options['kind']}” is no kind of import: {known}.") from error
        except FileError as error:
            raise CommandError(str(error)) from error
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        if path.stat().st_size > settings.IMPORT_MAX_BYTES:
            raise CommandError(
                str(FileError("too_big", limit=settings.IMPORT_MAX_BYTES // MEGABYTE))
            )
        with path.open("rb") as stream:
            return imports.upload(
                kind=kind.name,
                file=File(stream, name=path.name),
                filename=path.name,
                by=person(options["by"]),
                mapping=mapping,
                options=_kept(options),
                confirmed=not options["dry_run"],
                claimed_at=timezone.now(),
            )

    def _worked(self, batch: ImportBatch, options: dict[str, Any]) -> ImportBatch:
        """Work on this import alone; others are left to the worker.

        Its conflicts are decided in the same transaction, so that all of it counts or nothing.
        """
        for attempt in range(ATTEMPTS):
            try:
                with transaction.atomic():
                    imports.work(batch_id=batch.pk, at=timezone.now())
                    self._decide(batch, options)
                break
            except ChangedMeanwhileError:
                # somebody else stored one of the keys; the next pass sees it
                if attempt == ATTEMPTS - 1:
                    raise
        batch.refresh_from_db()
        return batch

    def _decide(self, batch: ImportBatch, options: dict[str, Any]) -> None:
        batch.refresh_from_db()
        if options["conflicts"] is None or options["dry_run"] or not _goes_in(batch, options):
            return
        decided = conflicts.decide(
            batch_id=batch.pk,
            decision=ConflictDecision(options["conflicts"]),
            by=batch.uploaded_by,
            at=timezone.now(),
            reason=options["reason"],
        )
        if batch.state == ImportState.READY:
            imports.finish(batch_id=batch.pk, at=timezone.now())
        self.stdout.write(f"Conflicts: {_rows(decided.rows)}, {options['conflicts']}")
        for number, why in in_words(decided.refused):
            self.stdout.write(f"row {number} was not replaced: {why}")

    def _print_summary(self, batch: ImportBatch) -> None:
        for earlier in ImportBatch.objects.loaded_from(batch).order_by("-pk")[:1]:
            self.stdout.write(
                f"The same file was loaded before: import {earlier.pk}, {earlier.done_at:%Y-%m-%d}."
            )
        summary = batch.summary
        for name, heading in (summary.get("mapped") or {}).items():
            self.stdout.write(f"  {heading} → {name}")
        if summary.get("unused"):
            self.stdout.write(f"  not used: {', '.join(summary['unused'])}")
        if "outcomes" not in summary:
            return
        for line in account_of(batch):
            counted = "" if line.pieces is None else pieces(line.pieces, f"{line.pieces:,f}")
            said = "" if line.quantity is None else f"  ({line.quantity:,f} in the file's units)"
            self.stdout.write(
                f"{line.label:<42} {_rows(line.rows):>17} {counted:>24}{said}".rstrip()
            )
        loaded = summary.get("loaded") or {"created": {}}
        for field, codes in loaded["created"].items():
            self.stdout.write(f"Created {field}: {codes['count']} ({', '.join(codes['first'])})")

    def _print_problems(self, lines: list[ProblemLine], target: Path | None) -> None:
        for line in lines[:SHOWN_PROBLEMS]:
            self.stdout.write(str(line))
        if len(lines) > SHOWN_PROBLEMS:
            self.stdout.write(f"… and {len(lines) - SHOWN_PROBLEMS} more (--problems FILE)")
        if target is not None:
            with target.open("w", newline="", encoding="utf-8") as stream:
                writer = csv.writer(stream)
                writer.writerow(ProblemLine.headings())
                writer.writerows(line.cells() for line in lines)


def person(email: str | None) -> User | None:
    """Return who has an e-mail address; CommandError when nobody has, None without one."""
    if email is None:
        return None
    found = User.objects.filter(email__iexact=email, is_active=True).first()
    if found is None:
        raise CommandError(f"Nobody has the address {email}.")
    return found


def _goes_in(batch: ImportBatch, options: dict[str, Any]) -> bool:
    """Whether nothing but conflicts keeps rows out, or the others may stay out."""
    if batch.state == ImportState.DONE:
        return True
    staying = batch.rows.without_question().exclude(outcome__in=PASSES)
    return batch.state == ImportState.READY and (options["valid_only"] or not staying.exists())


def _advice(batch: ImportBatch) -> str:
    """Say what can be done about a file that stayed out; only what would help is named."""
    outcomes = batch.summary["outcomes"]
    ways = ["Mend the rows above and import the file again"]
    if outcomes["conflict"]["rows"]:
        ways.append("decide conflicts with --conflicts")
    if outcomes["valid"]["rows"]:
        ways.append("load the valid rows with --valid-only")
        return f"{', or '.join(ways)}."
    return f"No row of it is new and valid. {', or '.join(ways)}."


def _kept(options: dict[str, Any]) -> dict[str, Any]:
    return {
        "create_parts": options["create_parts"],
        "create_masters": not options["no_create"],
        "valid_only": options["valid_only"],
        "conflicts_decided": options["conflicts"] is not None,
        "date_order": options["date_order"],
        "decimal_mark": {"point": ".", "comma": ",", None: None}[options["decimal"]],
    }


def _rows(number: int) -> str:
    return f"{number:,} row{pluralize(number)}"
