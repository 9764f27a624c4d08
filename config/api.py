"""Wires the apps' endpoints together under /api/v1/, with their description."""

from typing import Any

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView

import escalations.api
import scorecards.api
import suppliers.api
from config.api_errors import NoSuchEndpoint

ROUTERS = (suppliers.api.router, scorecards.api.router, escalations.api.router)

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    *(path("", include(router.urls)) for router in ROUTERS),
    re_path("^.*$", NoSuchEndpoint.as_view(), name="api_nothing"),
]

ERRORS = {"400": "invalid", "401": "not_authenticated", "404": "not_found", "429": "throttled"}
WRITING = {"403": "refused", "409": "conflict"}
ERROR_SCHEMA = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "fields"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "fields": {
                    "type": "object",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}},
                },
            },
        }
    },
}


def describe_errors(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the common error answers to every operation of the OpenAPI document."""
    result["components"]["schemas"]["Error"] = ERROR_SCHEMA
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for operations in result["paths"].values():
        for method, operation in operations.items():
            for status, code in (ERRORS if method == "get" else ERRORS | WRITING).items():
                operation["responses"].setdefault(status, {"description": code, "content": content})
    return result
