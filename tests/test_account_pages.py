import pytest
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.urls import reverse


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("account_login", "Log in"),
        ("account_reset_password", "Forgotten password"),
        ("account_reset_password_done", "Look into your mailbox"),
        ("account_reset_password_from_key_done", "Your password is changed"),
        ("account_inactive", "This account is closed"),
        ("account_signup", "Accounts are by invitation"),
    ],
)
@pytest.mark.django_db
def test_account_pages_are_ours(client: Client, name: str, heading: str) -> None:
    page = client.get(reverse(name)).content.decode()

    assert f"<h1>{heading}</h1>" in page
    assert "css/tokens.css" in page
    assert "style=" not in page


@pytest.mark.django_db
def test_a_used_reset_link_offers_a_new_one(client: Client) -> None:
    address = reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "x-y"})

    page = client.get(address).content.decode()

    assert "This link no longer works" in page


@pytest.mark.parametrize(
    ("name", "heading"),
    [("account_logout", "Log out?"), ("account_change_password", "Change password")],
)
def test_own_account_pages_are_ours(stranger_client: Client, name: str, heading: str) -> None:

    assert f"<h1>{heading}</h1>" in stranger_client.get(reverse(name)).content.decode()


@pytest.mark.django_db
def test_a_wrong_password_is_explained_and_the_address_kept(client: Client) -> None:
    answer = client.post(
        reverse("account_login"), {"login": "nobody@oem.example", "password": "wrong"}
    )

    page = answer.content.decode()
    assert 'value="nobody@oem.example"' in page
    assert 'role="alert"' in page


@pytest.mark.django_db
def test_demo_log_ins_are_shown_in_the_demo_only(client: Client) -> None:
    address = reverse("account_login")

    assert "demo.example" not in client.get(address).content.decode()
    with override_settings(DEMO=True):
        assert "sqe@demo.example" in client.get(address).content.decode()


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_error_pages_need_no_context(name: str) -> None:
    page = render_to_string(f"{name}.html")

    assert "<h1>" in page
    assert "To the start page" in page


@pytest.mark.django_db
def test_an_unknown_address_is_explained(client: Client) -> None:
    answer = client.get("/no/such/place/")

    assert answer.status_code == 404
    assert "There is nothing here for you" in answer.content.decode()


def test_a_refused_form_is_explained() -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"))

    assert answer.status_code == 403
    assert "This form is no longer valid" in answer.content.decode()
