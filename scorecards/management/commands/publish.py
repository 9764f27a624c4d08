"""`manage.py publish YYYY-MM`: freeze a month's scorecards and render their PDFs."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from scorecards.models import Scorecard
from scorecards.pdf import PdfUnavailableError, version_pdf
from scorecards.periods import InvalidMonthError, Month
from scorecards.rollup import drain
from scorecards.services.documents import render_now
from scorecards.services.publication import (
    Publication,
    PublicationError,
    publish_month,
    restate,
)
from suppliers.models import Supplier, User


class Command(BaseCommand):
    help = (
        "Publish a month: freeze a scorecard for every supplier with activity in its twelve "
        "months and render the PDFs. Doing it again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", help="a month that is over, YYYY-MM")
        parser.add_argument(
            "--supplier", action="append", metavar="CODE", help="only this supplier; repeatable"
        )
        parser.add_argument("--by", metavar="EMAIL", help="the user who publishes")
        parser.add_argument(
            "--restate", metavar="REASON", help="publish the next version of changed scorecards"
        )
        parser.add_argument("--no-render", action="store_true", help="leave the PDFs to the worker")
        parser.add_argument(
            "--render", action="store_true", help="render the PDFs before returning (the default)"
        )
        parser.add_argument(
            "--output", metavar="DIR", type=Path, help="also write the month's PDFs to this folder"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        month = _month(options["month"])
        suppliers = _suppliers(options["supplier"])
        by = _user(options["by"])
        if keys := drain(at=timezone.now()):
            self.stdout.write(f"Recomputed {keys} changed supplier-months first.")
        done = self._publish(month, suppliers, by)
        if options["restate"]:
            self._restate(done, options["restate"], by)
        self._make_pdfs(month, suppliers, options)
        if done.changed:
            raise CommandError(
                f"{len(done.changed)} published scorecards would say other things now and were "
                "left as they are. Publish new versions with --restate REASON."
            )

    def _make_pdfs(
        self, month: Month, suppliers: QuerySet[Supplier] | None, options: dict[str, Any]
    ) -> None:
        try:
            if not options["no_render"]:
                self._render(month, suppliers)
            if options["output"]:
                self._write(month, suppliers, options["output"])
        except PdfUnavailableError as error:
            if options["render"] or options["output"]:
                raise CommandError(f"Published, but no PDF was made. {error}") from error
            self.stderr.write(f"No PDF was made; they wait until PDF is on. {error}")

    def _publish(
        self, month: Month, suppliers: QuerySet[Supplier] | None, by: User | None
    ) -> Publication:
        try:
            done = publish_month(month=month, by=by, at=timezone.now(), suppliers=suppliers)
        except PublicationError as error:
            raise CommandError(str(error)) from error
        for supplier in done.without_activity:
            self.stdout.write(f"{supplier.code}: no activity in the twelve months to {month}.")
        for supplier, found in done.changed:
            count = len(found.figures) + len(found.values)
            self.stdout.write(f"{supplier.code}: changed since publication ({count} differences).")
        self.stdout.write(
            f"{month}: {len(done.published)} published, {len(done.unchanged)} unchanged, "
            f"{len(done.changed)} changed since publication."
        )
        return done

    def _restate(self, done: Publication, reason: str, by: User | None) -> None:
        for supplier, _found in done.changed:
            try:
                scorecard = restate(
                    supplier=supplier, month=done.month, reason=reason, by=by, at=timezone.now()
                )
            except PublicationError as error:
                raise CommandError(f"{supplier.code}: {error}") from error
            self.stdout.write(f"{supplier.code}: version {scorecard.version}.")
        done.changed.clear()

    def _render(self, month: Month, suppliers: QuerySet[Supplier] | None) -> None:
        scorecards = _of_month(month, suppliers)
        rendered = 0
        for number, scorecard in enumerate(scorecards, start=1):
            if render_now(scorecard, clock=timezone.now):
                rendered += 1
                self.stdout.write(f"  {number}/{len(scorecards)} {scorecard.supplier.code}")
        self.stdout.write(f"PDF: {rendered} rendered, {len(scorecards) - rendered} there already.")

    def _write(self, month: Month, suppliers: QuerySet[Supplier] | None, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        in_force = {card.supplier_id: card for card in _of_month(month, suppliers)}
        newest = list(in_force.values())  # by version: the last one of each supplier stays
        for scorecard in newest:
            pdf = version_pdf(scorecard)
            (folder / pdf.name).write_bytes(pdf.content)
        self.stdout.write(f"{len(newest)} PDFs written to {folder}.")


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except InvalidMonthError as error:
        raise CommandError(f"{text!r} is no month; write it like 2026-10.") from error


def _suppliers(codes: Iterable[str] | None) -> QuerySet[Supplier] | None:
    if not codes:
        return None
    wanted = set(codes)
    found = Supplier.objects.filter(code__in=wanted)
    if missing := wanted - set(found.values_list("code", flat=True)):
        raise CommandError(f"There is no supplier {', '.join(sorted(missing))}.")
    return found


def _user(email: str | None) -> User | None:
    if email is None:
        return None
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(f"There is no user {email}.")
    return user


def _of_month(month: Month, suppliers: QuerySet[Supplier] | None) -> list[Scorecard]:
    scorecards = Scorecard.objects.of_month(month).select_related("supplier", "document")
    if suppliers is not None:
        scorecards = scorecards.filter(supplier__in=suppliers)
    return list(scorecards.order_by("supplier__code", "version"))
