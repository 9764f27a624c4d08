"""Makes the people of the fixed cast; the fixtures in conftest name them by role."""

from typing import Any

from suppliers.enums import Role
from suppliers.models import Supplier, User
from tests.factories import MembershipFactory, UserFactory


def person(role: Role, supplier: Supplier | None = None, **fields: Any) -> User:
    """Make a user with one membership; the address names the role."""
    domain = supplier.code.lower() if supplier else "oem"
    user = UserFactory(
        email=f"{role.value}@{domain}.example", name=f"{role.label} {domain}", **fields
    )
    MembershipFactory(user=user, role=role, supplier=supplier)
    return user
