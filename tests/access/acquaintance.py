"""Knowing who asks: everybody is looked up once a test, and not with each of many requests."""

from copy import copy
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from suppliers.access import standing
from suppliers.models import User


class Acquaintance:
    """Remembers people and their roles; right as long as what requests change is undone."""

    def __init__(self) -> None:
        self._look_up = AuthenticationBackend().get_user
        self._known: dict[Any, User] = {}

    def get_user(self, user_id: Any) -> User | None:
        """Return somebody as they were when first asked for; a request may change its own copy."""
        if user_id not in self._known:
            found = self._look_up(user_id)
            if found is None:
                return None
            standing(found)  # is kept with the user
            self._known[user_id] = found
        return copy(self._known[user_id])
