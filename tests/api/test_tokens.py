"""Tokens: hashed, ending, scoped; and how often anybody may ask."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from rest_framework.throttling import UserRateThrottle

from suppliers.enums import TokenScope
from suppliers.models import ApiToken, Supplier, User
from suppliers.services.tokens import issue_token

Issue = Callable[..., Client]


@pytest.fixture
def with_token() -> Issue:
    """Return a function that gives a client carrying a fresh token of a user."""

    def with_token(user: User, *scopes: TokenScope, days: int = 1) -> Client:
        _token, secret = issue_token(
            user=user,
            name="test",
            scopes=scopes or list(TokenScope),
            expires_at=timezone.now() + timedelta(days=days),
            by=None,
        )
        return Client(headers={"Authorization": f"Bearer {secret}"})

    return with_token


def test_token_reads_as_its_user(
    with_token: Issue, member_a: User, supplier_a: Supplier, supplier_b: Supplier
) -> None:
    answer = with_token(member_a).get("/api/v1/suppliers/").json()
    assert [row["code"] for row in answer["results"]] == [supplier_a.code]
    assert ApiToken.objects.get().last_used_on == timezone.now().date()


@pytest.mark.parametrize(
    ("scope", "opened"),
    [
        (TokenScope.SUPPLIERS, {"suppliers"}),
        (TokenScope.FACTS, {"deliveries", "rejects", "returns"}),
        (TokenScope.FIGURES, {"figures", "scorecards"}),
    ],
)
def test_token_opens_its_scopes_only(
    with_token: Issue, sqe: User, scope: TokenScope, opened: set[str]
) -> None:
    client = with_token(sqe, scope)
    names = ("suppliers", "deliveries", "rejects", "returns", "figures", "scorecards")
    statuses = {name: client.get(f"/api/v1/{name}/").status_code for name in names}
    assert statuses == {name: 200 if name in opened else 403 for name in names}


def test_expired_revoked_and_unknown_tokens_are_refused_alike(with_token: Issue, sqe: User) -> None:
    expired, revoked = with_token(sqe), with_token(sqe)
    first, second = ApiToken.objects.order_by("pk")
    ApiToken.objects.filter(pk=first.pk).update(
        created_at=timezone.now() - timedelta(days=9),
        expires_at=timezone.now() - timedelta(seconds=1),
    )
    ApiToken.objects.filter(pk=second.pk).update(revoked_at=timezone.now())
    unknown = Client(headers={"Authorization": "Bearer sqs_made_up"})
    odd = Client(headers={"Authorization": "Bearer two words"})
    answers = [client.get("/api/v1/suppliers/") for client in (expired, revoked, unknown, odd)]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"


def test_token_of_a_deactivated_user_is_refused(with_token: Issue, sqe: User) -> None:
    client = with_token(sqe)
    User.objects.filter(pk=sqe.pk).update(is_active=False)
    assert client.get("/api/v1/suppliers/").status_code == 401


def test_nobody_is_asked_for_a_token(db: None, client: Client) -> None:
    answer = client.get("/api/v1/suppliers/")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "not_authenticated"


def test_command_prints_a_working_token(sqe: User) -> None:
    printed = StringIO()
    call_command("api_token", sqe.email, "--days", "2", "--scope", "facts", stdout=printed)
    secret = printed.getvalue().strip()
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    assert client.get("/api/v1/deliveries/").status_code == 200
    assert client.get("/api/v1/suppliers/").status_code == 403
    assert secret not in str(list(ApiToken.objects.values()))


def test_command_refuses_unknown_people_and_endless_tokens(sqe: User) -> None:
    with pytest.raises(CommandError, match="no active user"):
        call_command("api_token", "nobody@oem.example")
    with pytest.raises(CommandError, match="1 to 730 days"):
        call_command("api_token", sqe.email, "--days", "9999")


def test_too_many_requests_are_refused(sqe_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "2/min", "anon": "2/min"})
    statuses = [sqe_client.get("/api/v1/suppliers/").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written_through_the_read_endpoints(
    sqe_client: Client, supplier_a: Supplier, method: str
) -> None:
    call: Any = getattr(sqe_client, method)
    assert call("/api/v1/suppliers/ALFA-4711/").status_code == 405
    assert call("/api/v1/deliveries/").status_code == 405


def test_unknown_endpoints_are_answered_in_the_same_shape(
    db: None, client: Client, sqe_client: Client
) -> None:
    for asking in (client, sqe_client):
        answer = asking.get("/api/v1/nothing/here")
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "not_found"
