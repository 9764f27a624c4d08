"""`manage.py api_token`: issue a token for another system that reads as a user."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from suppliers.enums import TokenScope
from suppliers.models import User
from suppliers.services.tokens import DEFAULT_DAYS, MOST_DAYS, issue_token


class Command(BaseCommand):
    help = "Issue an API token for a user and print it once; it is stored as a digest only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the user the token reads as")
        parser.add_argument("--days", type=int, default=DEFAULT_DAYS, help="valid for so many days")
        parser.add_argument("--name", default="command line", help="which system uses it")
        parser.add_argument(
            "--scope",
            action="append",
            choices=TokenScope.values,
            help="what it may read; repeat for several, leave out for everything",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user {options['email']}.")
        if not 0 < options["days"] <= MOST_DAYS:
            raise CommandError(f"A token is valid for 1 to {MOST_DAYS} days.")
        token, secret = issue_token(
            user=user,
            name=options["name"],
            scopes=[TokenScope(scope) for scope in options["scope"] or TokenScope.values],
            expires_at=timezone.now() + timedelta(days=options["days"]),
            by=None,
        )
        self.stderr.write(
            f"Reads {', '.join(token.scopes)} as {user.email} until {token.expires_at:%Y-%m-%d}. "
            "Keep it now; it cannot be shown again."
        )
        self.stdout.write(secret)
