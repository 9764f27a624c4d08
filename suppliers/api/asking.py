"""What every endpoint asks of a request: who sent it, and whether its fields are right."""

from typing import Any

from rest_framework.request import Request

from suppliers.inputs import Input
from suppliers.models import User


def checked(given: Input) -> Any:
    """Return an input whose fields are right; raises the errors by field."""
    given.is_valid(raise_exception=True)
    return given


def person(request: Request) -> User:
    """Return who asks; permissions have let only people with a log-in through."""
    user: User = request.user  # type: ignore[assignment]  # no anonymous gets here
    return user
