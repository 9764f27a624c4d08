"""Every address of the administration opens for administrators and for nobody else."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from suppliers.models import Supplier
from tests.access.addresses import Found, found
from tests.access.table import ADMINISTRATOR, EVERYBODY, INSIDERS
from tests.access.world import World

pytestmark = pytest.mark.django_db

PATTERNS = sorted(
    (pattern for pattern in found() if pattern.name.startswith("admin:")),
    key=lambda pattern: (pattern.name, pattern.route),
)
OPENED = {200, 302, 400, 403, 404}  # 403: what even administrators cannot do, such as delete


def arguments_of(pattern: Found) -> dict[str, Any]:
    """Return arguments that name something that exists where there is one."""
    supplier = ContentType.objects.get_for_model(Supplier).pk
    given = {"app_label": "suppliers", "content_type_id": supplier, "object_id": 1, "id": "1"}
    for model in admin.site._registry.values():  # noqa: SLF001  # there is no public way
        option = model.opts
        if pattern.name.startswith(f"admin:{option.app_label}_{option.model_name}_"):
            rows: Any = option.model._default_manager  # noqa: SLF001  # documented name
            given["object_id"] = rows.values_list("pk", flat=True).order_by("pk").first() or 1
    return {argument: given[argument] for argument in pattern.arguments}


def path_of(pattern: Found) -> str:
    """Return an address that the pattern matches; some have no name."""
    if pattern.name.partition(":")[2].isidentifier():
        return reverse(pattern.name, kwargs=arguments_of(pattern))
    return "/admin/no/such/page"


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.route)
def test_only_administrators_enter(world: World, pattern: Found) -> None:
    path = path_of(pattern)
    for role in sorted(EVERYBODY - ADMINISTRATOR):
        for method in ("GET", "POST"):
            response: Any = world.clients[role].generic(method, path)
            case = f"{role} {method} {path}"
            if role == "nobody":
                assert response.status_code == 302, case
                assert response.headers["Location"].startswith("/accounts/login/"), case
            else:
                assert response.status_code == (403 if role in INSIDERS else 404), case
    assert world.clients["administrator"].get(path).status_code in OPENED, path
