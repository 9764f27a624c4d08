"""`manage.py load_demo`: believable made-up data in an empty database, with log-ins."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from escalations.demo import replay
from scorecards.periods import Month
from scorecards.queries.figures import latest_month
from suppliers.demo import DemoAlreadyLoadedError, DemoNotEmptyError, load_facts


class Command(BaseCommand):
    help = "Load 60 made-up suppliers with 24 months of facts, scorecards and escalations."

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        ended = Month.of(at.date()).minus(1)
        try:
            load_facts(newest=ended.last_day)
            self.stdout.write("60 suppliers, 24 months of deliveries, rejects and returns")
        except DemoAlreadyLoadedError:
            self.stdout.write("The demo's facts are loaded already.")
        except DemoNotEmptyError as error:
            raise CommandError(
                "This database holds real suppliers; the demo never mixes with them. "
                "Start another instance with its own SCORECARD_HOME for the demo."
            ) from error
        replay(newest=min(latest_month() or ended, ended), at=at, say=self.stdout.write)
        self._print_logins()

    def _print_logins(self) -> None:
        self.stdout.write(f"\nLog-ins of the demo (password: {settings.DEMO_PASSWORD})")
        for login in settings.DEMO_LOGINS:
            self.stdout.write(f"  {login['email']:28} {login['role']}")
