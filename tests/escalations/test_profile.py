"""The own profile: what may be chosen, and what bad input says."""

from datetime import time

import pytest
from django.test import Client

from escalations.models import MailPreference
from suppliers.models import User

pytestmark = pytest.mark.django_db
CHOICES = {
    "language": "de",
    "reminders": "on",
    "quiet_from": "21:30",
    "quiet_until": "05:00",
    "time_zone": "America/Chicago",
}


def test_choices_are_kept_and_the_page_speaks_the_language(
    member_a: User, member_a_client: Client
) -> None:
    page = member_a_client.get("/profile/").content.decode()
    assert 'value="20:00"' in page
    assert "Always sent" in page
    assert member_a_client.post("/profile/", CHOICES).status_code == 302
    row = MailPreference.objects.get(user=member_a)
    assert (row.daily_summary, row.reminders, row.quiet_from) == (False, True, time(21, 30))
    page = member_a_client.get("/profile/").content.decode()
    assert '<html lang="de">' in page
    assert "America/Chicago" in page


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("quiet_until", "", "Name both ends of the quiet hours, or none."),
        ("time_zone", "Mars/Olympus", "Mars/Olympus"),
        ("quiet_from", "25:99", "25:99"),
    ],
)
def test_bad_input_is_said_and_nothing_is_kept(
    field: str, value: str, said: str, member_a: User, member_a_client: Client
) -> None:
    answer = member_a_client.post("/profile/", CHOICES | {field: value, "language": "en"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not MailPreference.objects.exists()
