"""`manage.py verify`: what was published is untouched, and the roll-up follows from the facts."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from scorecards.models import Scorecard, ScorecardDocument
from scorecards.queries.integrity import altered_documents, altered_scorecards
from scorecards.rollup import verify


class Command(BaseCommand):
    help = "Recompute the hashes of published scorecards and compare the roll-up with the facts."

    def handle(self, *args: Any, **options: Any) -> None:
        problems = list(self._problems())
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} problems; they stand above.")
        self.stdout.write(
            f"Verified: {Scorecard.objects.count()} scorecards and "
            f"{ScorecardDocument.objects.count()} documents are as they were published; "
            "the roll-up equals a rebuild of the facts."
        )

    def _problems(self) -> Iterator[str]:
        for scorecard in altered_scorecards():
            yield f"{_named(scorecard)}: its content is not what was published"
        for document in altered_documents():
            yield f"{_named(document.scorecard)}: the file {document.file} is missing or altered"
        for difference in verify():
            yield f"{difference.table}: only {difference.side}: {difference.row}"


def _named(scorecard: Scorecard) -> str:
    return f"{scorecard.supplier.code} {scorecard.period} version {scorecard.version}"
