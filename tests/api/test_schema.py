"""The OpenAPI document: valid, complete, and true of the answers."""

from typing import Any

import pytest
import yaml
from django.test import Client
from openapi_spec_validator import validate

from tests.api.conftest import Get


@pytest.fixture
def document(sqe_client: Client) -> Any:
    answer = sqe_client.get("/api/v1/schema/")
    assert answer.status_code == 200
    return yaml.safe_load(answer.content)


def test_document_is_valid(document: Any) -> None:
    validate(document)


def test_document_names_no_other_machine(document: Any) -> None:
    assert "http" not in str(document).replace("'type': 'http'", "")


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("suppliers", "Supplier"),
        ("deliveries", "Delivery"),
        ("rejects", "Reject"),
        ("returns", "WarrantyReturn"),
        ("disputes", "Dispute"),
        ("figures", "Figure"),
        ("scorecards", "Scorecard"),
        ("episodes", "Episode"),
    ],
)
def test_rows_have_the_documented_fields(
    get: Get, facts: None, sqe_client: Client, document: Any, name: str, schema: str
) -> None:
    documented = document["components"]["schemas"][schema]["properties"]
    assert set(get(sqe_client, f"{name}/")["results"][0]) == set(documented)


def test_every_operation_describes_its_errors(document: Any) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert {"200", "400", "401", "404", "429"} <= set(operation["responses"]), path


def test_arithmetic_has_the_documented_fields(
    get: Get, facts: None, sqe_client: Client, document: Any
) -> None:
    schemas = document["components"]["schemas"]
    query = {"scope": "all", "month": "2026-03"}
    assert set(get(sqe_client, "arithmetic/", **query)) == set(schemas["Arithmetic"]["properties"])
    row = get(sqe_client, "arithmetic/rows/", **query, rows="rejects")["results"][0]
    assert set(row) == set(schemas["ContributingRow"]["properties"])
