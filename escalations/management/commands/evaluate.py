"""`manage.py evaluate`: judge ended months and raise what they call for."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from escalations.models import EvaluationRun
from escalations.queries.days import day_everywhere
from escalations.services.evaluation import Outcome, dry_run, evaluate
from escalations.services.runs import record
from escalations.summary import changes, summary
from scorecards.periods import InvalidMonthError, Month


class Command(BaseCommand):
    help = (
        "Judge every ended month, published or not, by the escalation policy in force, and "
        "raise 8D requests and controlled shippings. Running it twice changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", help="only this month, YYYY-MM")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen and change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        today = day_everywhere(at)
        month = self._month(options["month"], running=Month.of(today))
        run = dry_run if options["dry_run"] else evaluate
        outcome: Outcome = run(at=at, today=today, first=month, last=month)
        if not options["dry_run"]:
            record(outcome, run=EvaluationRun(requested_at=at, attempts=1), at=timezone.now())
        for line in changes(outcome):
            self.stdout.write(line)
        self.stdout.write(summary(outcome))
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written and nobody was told.")

    def _month(self, text: str | None, *, running: Month) -> Month | None:
        if text is None:
            return None
        try:
            month = Month.parse(text)
        except InvalidMonthError as error:
            raise CommandError(f"{text!r} is no month; write it like 2026-10.") from error
        if month >= running:
            raise CommandError(
                f"{month} has not ended at every plant; only ended months are judged."
            )
        return month
