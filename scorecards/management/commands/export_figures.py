"""`manage.py export_figures`: figures with their count pairs, as CSV or JSON."""

import csv
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.periods import InvalidMonthError, Month, Window
from scorecards.queries.export import figure_rows
from scorecards.queries.figures import UnsupportedScopeError

COLUMNS = [
    "scope",
    "month",
    "numerator",
    "denominator",
    "value",
    "state",
    "provisional",
    "metric",
    "window",
]


def month(text: str) -> Month:
    """Read YYYY-MM for argparse, which prints the message of a ValueError's type only."""
    try:
        return Month.parse(text)
    except InvalidMonthError as error:
        raise CommandError(f"{text!r} is no month; write it like 2026-10.") from error


class Command(BaseCommand):
    help = "Print scope, month, numerator, denominator, value (PPM) and state of every figure."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--metric", choices=[m.value for m in Metric], required=True)
        parser.add_argument("--by", choices=ScopeKind.values, required=True)
        parser.add_argument("--window", choices=[w.value for w in Window], default="month")
        parser.add_argument("--format", choices=["csv", "json"], default="csv")
        parser.add_argument("--from", dest="first", type=month, help="first month, YYYY-MM")
        parser.add_argument("--to", dest="last", type=month, help="last month, YYYY-MM")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = figure_rows(
            metric=Metric(options["metric"]),
            scope=ScopeKind(options["by"]),
            window=Window(options["window"]),
            first=options["first"],
            last=options["last"],
        )
        try:
            dicts = [row.as_dict() for row in rows]
        except UnsupportedScopeError as error:
            raise CommandError(str(error)) from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(dicts, indent=1))
            return
        writer = csv.DictWriter(self.stdout, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(dicts)
