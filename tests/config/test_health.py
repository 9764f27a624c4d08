from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from scorecards.models import StaleKey
from suppliers.enums import TokenScope
from suppliers.models import Supplier, User
from suppliers.services.tokens import issue_token
from tests.factories import DeliveryFactory


def test_livez_answers_without_touching_the_database(
    db: None, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/livez").content == b"ok"


def test_readyz_is_ok_when_migrated(db: None, client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "checks": {"database": "ok", "broker": "ok"}}


def test_readyz_is_down_when_a_migration_is_missing(db: None, client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("suppliers", "0017_shipped_tiers")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "migrations missing"


def test_readyz_is_degraded_without_broker(db: None, client: Client, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["status"] == "degraded"


@pytest.mark.django_db(transaction=True)
def test_readyz_is_down_without_database(client: Client) -> None:
    connection.close()
    port, connection.settings_dict["PORT"] = connection.settings_dict["PORT"], 1
    try:
        response = client.get("/readyz")
    finally:
        connection.close()
        connection.settings_dict["PORT"] = port
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "unreachable"


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_probes_are_not_sent_to_https(
    db: None, client: Client, settings: Settings, path: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path).status_code == 200
    assert client.get("/accounts/login/").status_code == 301


def test_healthz_tells_administrators_how_the_work_stands(
    administrator_client: Client, supplier_a: Supplier
) -> None:
    DeliveryFactory(supplier=supplier_a)
    state = administrator_client.get("/healthz").json()
    queues = {queue["name"]: queue for queue in state["queues"]}
    assert set(queues) == {
        "roll-up", "imports", "publications", "PDFs",
        "single rejects", "judgements", "evaluations", "messages",
    }  # fmt: skip
    assert queues["roll-up"]["waiting"] == 1
    assert queues["roll-up"]["oldest_seconds"] < 60
    assert queues["imports"] == {
        "name": "imports",
        "waiting": 0,
        "oldest_seconds": None,
        "dead": 0,
    }
    assert state["broker"] == "ok"
    assert 0 < state["disk"]["free_bytes"] < state["disk"]["total_bytes"]


def test_healthz_names_what_somebody_should_look_at(
    administrator_client: Client, settings: Settings, supplier_a: Supplier
) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    StaleKey.objects.create(
        supplier=supplier_a, month=date(2026, 3, 1), marked_at=timezone.now() - timedelta(hours=2)
    )
    state = administrator_client.get("/healthz").json()
    assert state["status"] == "trouble"
    assert state["trouble"][0].startswith("roll-up: the oldest of 1 waits 7200")
    assert "broker: unreachable" in state["trouble"]


def test_healthz_is_for_administrators(
    client: Client, sqe_client: Client, member_a_client: Client, administrator: User
) -> None:
    assert client.get("/healthz").status_code == 401
    assert sqe_client.get("/healthz").status_code == 403
    assert member_a_client.get("/healthz").status_code == 404


def test_healthz_opens_for_a_token_of_its_scope(administrator: User) -> None:
    statuses = []
    for scope in (TokenScope.HEALTH, TokenScope.FIGURES):
        _token, secret = issue_token(
            user=administrator,
            name="monitoring",
            scopes=[scope],
            expires_at=timezone.now() + timedelta(days=1),
            by=None,
        )
        answer = Client(headers={"Authorization": f"Bearer {secret}"}).get("/healthz")
        statuses.append(answer.status_code)
    assert statuses == [200, 403]


def test_healthz_says_when_and_why_there_are_no_pdfs(
    administrator_client: Client, settings: Settings
) -> None:
    assert administrator_client.get("/healthz").json()["pdf"] == "ok"
    settings.PDF_ENABLED = False
    state = administrator_client.get("/healthz").json()
    assert "SCORECARD_PDF=off" in state["pdf"]
    assert state["status"] == "ok"
