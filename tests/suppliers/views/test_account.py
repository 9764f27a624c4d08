"""Pages of one's own account: log-in, its limits, the address."""

from typing import Any

from django.test import Client

from suppliers.models import User

LOG_IN = "/accounts/login/"


def test_log_in_offers_one_way_to_a_forgotten_password(client: Client, db: None) -> None:
    html = client.get(LOG_IN).content.decode()
    assert html.count('href="/accounts/password/reset/"') == 1


def test_forgotten_password_without_a_mail_server_says_whom_to_ask(
    client: Client, db: None, settings: Any
) -> None:
    settings.EMAIL_CONFIGURED = False
    html = client.get("/accounts/password/reset/").content.decode()
    assert "Ask an administrator" in html
    assert 'name="email"' not in html
    settings.EMAIL_CONFIGURED = True
    assert 'name="email"' in client.get("/accounts/password/reset/").content.decode()


def test_attempts_are_counted_by_the_address_before_the_proxy(
    client: Client, db: None, settings: Any
) -> None:
    assert settings.REST_FRAMEWORK["NUM_PROXIES"] == settings.ALLAUTH_TRUSTED_PROXY_COUNT
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    answers: list[Any] = [
        client.post(
            "/accounts/password/reset/",
            {"email": f"{n}@oem.example"},
            headers={"X-Forwarded-For": f"192.0.2.{n}"},
        )
        for n in range(30)
    ]
    assert {answer.status_code for answer in answers} == {302}


def test_too_many_attempts_are_told_on_a_page_of_ours(client: Client, sqe: User) -> None:
    answers: list[Any] = [
        client.post("/accounts/password/reset/", {"email": f"{n}@oem.example"}) for n in range(30)
    ]
    refused = answers[-1]
    assert refused.status_code == 429
    html = refused.content.decode()
    assert "Too many attempts" in html
    assert "css/tokens.css" in html


def test_wrong_passwords_lock_an_account_for_a_while(client: Client, sqe: User) -> None:
    sqe.set_password("right-and-long")
    sqe.save()
    for _ in range(12):
        client.post(LOG_IN, {"login": sqe.email, "password": "wrong"})
    client.post(LOG_IN, {"login": sqe.email, "password": "right-and-long"})
    assert "_auth_user_id" not in client.session


def test_address_is_shown_and_changed_by_an_administrator_alone(
    member_a_client: Client, member_a: User
) -> None:
    html = member_a_client.get("/accounts/email/").content.decode()
    assert member_a.email in html
    assert "<form" not in html.partition("<main")[2]
    answer = member_a_client.post(
        "/accounts/email/", {"email": "me@else.example", "action_add": ""}
    )
    assert answer.status_code == 405


def log_in(user: User) -> Client:
    client = Client()
    client.get("/accounts/login/")
    client.post(LOG_IN, {"login": user.email, "password": "right-and-long"})
    return client


def is_in(client: Client) -> bool:
    return int(client.get("/suppliers/").status_code) == 200


def test_new_password_ends_the_other_sessions(sqe: User) -> None:
    sqe.set_password("right-and-long")
    sqe.save()
    here, elsewhere = log_in(sqe), log_in(sqe)
    assert is_in(here)
    assert is_in(elsewhere)
    new = {"password1": "longer-and-better", "password2": "longer-and-better"}
    changed = {"oldpassword": "right-and-long", **new}
    assert here.post("/accounts/password/change/", changed).status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)


def test_switched_off_account_is_out_at_once(sqe: User) -> None:
    sqe.set_password("right-and-long")
    sqe.save()
    client = log_in(sqe)
    assert is_in(client)
    User.objects.filter(pk=sqe.pk).update(is_active=False)
    assert not is_in(client)


def test_log_in_takes_a_new_session(sqe: User) -> None:
    sqe.set_password("right-and-long")
    sqe.save()
    planted = Client()
    planted.get(LOG_IN)
    session = planted.session
    session["planted"] = True
    session.save()
    planted.cookies["sessionid"] = session.session_key or ""
    planted.post(LOG_IN, {"login": sqe.email, "password": "right-and-long"})
    assert is_in(planted)
    assert planted.session.session_key != session.session_key
