"""Django's own permissions, derived from roles: one place says who may do what."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from suppliers import access
from suppliers.enums import Role


class RoleBackend(BaseBackend):
    """Gives administrators every permission; Django's groups and permissions are not used."""

    def has_perm(self, user_obj: access.AnyUser, perm: str, obj: Any = None) -> bool:  # noqa: ARG002  # Django's signature
        """Whether the user is an administrator."""
        return access.has_role(user_obj, Role.ADMINISTRATOR)

    def has_module_perms(self, user_obj: access.AnyUser, app_label: str) -> bool:  # noqa: ARG002
        """Whether the user is an administrator."""
        return access.has_role(user_obj, Role.ADMINISTRATOR)
