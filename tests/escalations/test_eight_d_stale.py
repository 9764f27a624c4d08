"""Nobody accepts, grants or submits what they have not read."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from escalations.eight_d_workflow import Action, Discipline
from escalations.models import EightD, EightDMove, EightDRevision
from escalations.services import eight_d as services
from escalations.services import eight_d_extensions
from escalations.services.eight_d_documents import take_over
from suppliers.models import Supplier, User
from tests.escalations.eight_d_contents import CONTENTS
from tests.escalations.facts import AT, evaluated, external

pytestmark = pytest.mark.django_db
D1, D5 = Discipline.D1, Discipline.D5


@pytest.fixture
def eight_d(supplier_a: Supplier) -> EightD:
    external(supplier_a, counted=13, received=250_000)
    evaluated()
    found: EightD = EightD.objects.get()
    return found


def handed_in(eight_d: EightD, by: User, **changed: str) -> EightDRevision:
    step = eight_d.steps.filter(discipline="d1").first()
    content = CONTENTS[D1] | changed
    seen = 0 if step is None else step.version
    told: Any = {"eight_d": eight_d, "discipline": D1, "by": by, "at": AT}
    return services.submit(
        **told, seen=services.save_draft(**told, content=content, seen=seen).version
    )


@pytest.fixture
def replaced(eight_d: EightD, member_a: User, sqe: User) -> EightD:
    """D1 was returned and submitted again: its second revision waits."""
    handed_in(eight_d, member_a)
    services.review(
        eight_d=eight_d,
        discipline=D1,
        revision=1,
        action=Action.RETURN,
        comment="Who leads?",
        by=sqe,
        at=AT,
    )
    handed_in(eight_d, member_a, champion="Zoe Quill")
    return eight_d


def test_stale_page_accepts_nothing_and_shows_what_stands(
    replaced: EightD, sqe_client: Client
) -> None:
    address = f"/8d/{replaced.number}/d1/"
    sent = {"action": "accept", "revision": "1", "comment": "Thorough work"}
    stale = sqe_client.post(f"{address}review/", sent)
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "revision 2 was submitted after you opened this page" in page
    assert "Zoe Quill" in page
    assert "Thorough work" in page
    assert 'name="revision" value="2"' in page
    assert replaced.steps.get(discipline="d1").state == "submitted"
    assert sqe_client.post(f"{address}review/", sent | {"revision": "2"}).status_code == 302
    late = sqe_client.post(f"{address}review/", sent | {"action": "return", "revision": "2"})
    assert late.status_code == 409
    assert "has moved on meanwhile" in late.content.decode()
    assert "Thorough work" in late.content.decode()
    bare = sqe_client.post(f"{address}review/", {"action": "reopen", "comment": "Once more"})
    assert bare.status_code == 422
    assert replaced.steps.get(discipline="d1").state == "accepted"


def test_api_names_the_revision_and_the_version(
    replaced: EightD, sqe_client: Client, member_a_client: Client
) -> None:
    address = f"/api/v1/eight-ds/{replaced.number}/"

    def post(client: Client, step: str, **body: Any) -> Any:
        return client.post(f"{address}steps/{step}/", body, content_type="application/json")

    assert sqe_client.get(address).json()["steps"][0]["revision"] == 2
    assert post(sqe_client, "d1/review", action="accept").status_code == 400
    stale = post(sqe_client, "d1/review", action="accept", revision=1)
    assert stale.status_code == 409
    assert "Revision 2" in stale.content.decode()
    assert post(sqe_client, "d1/review", action="accept", revision=2).status_code == 200
    post(member_a_client, "d2", content=CONTENTS[Discipline.D2], seen=0)
    post(sqe_client, "d2", content=CONTENTS[Discipline.D2] | {"problem": "Other"}, seen=1)
    assert post(member_a_client, "d2/submit").status_code == 400
    assert post(member_a_client, "d2/submit", seen=1).status_code == 409
    assert post(member_a_client, "d2/submit", seen=2).status_code == 200


def test_half_a_surrogate_pair_is_no_error_of_the_server(
    eight_d: EightD, member_a: User, member_a_client: Client
) -> None:
    address = f"/api/v1/eight-ds/{eight_d.number}/steps/d1/"
    told: Any = {"content_type": "application/json"}
    body = '{"content": {"champion": "Ann \\ud800 Bell"}, "seen": 0}'
    assert member_a_client.post(address, body, **told).status_code == 200
    assert eight_d.steps.get().content["champion"] == "Ann \N{REPLACEMENT CHARACTER} Bell"
    unknown = '{"content": {"\\udfff": "x", "team": [{"\\ud800": "y"}]}, "seen": 1}'
    assert member_a_client.post(address, unknown, **told).status_code == 400
    head = b'{"format": "8d-report", "version": 1, "supplier": "alfa-4711", "steps": {'
    text = head + b'"d2": {"content": {"problem": "\\ud800"}}}}'
    take_over(eight_d=eight_d, text=text, by=member_a, at=AT)
    assert eight_d.steps.get(discipline="d2").content["problem"] == "\N{REPLACEMENT CHARACTER}"
    with pytest.raises(ValidationError) as refused:
        take_over(eight_d=eight_d, text=head + b'"\\ud800": {}}}', by=member_a, at=AT)
    assert "".join(refused.value.messages).encode()


def test_later_date_lies_at_most_a_year_ahead(eight_d: EightD, member_a: User) -> None:
    ask: Any = {"eight_d": eight_d, "milestone": D5, "reason": "Tool.", "by": member_a, "at": AT}
    for far in (date(2027, 11, 13), date.max):
        with pytest.raises(ValidationError, match="Choose a day up to 2027-11-12"):
            eight_d_extensions.ask(**ask, until=far)
    assert eight_d_extensions.ask(**ask, until=date(2027, 11, 12)).until == date(2027, 11, 12)


def test_submission_takes_the_version_that_was_saved(
    eight_d: EightD, member_a: User, sqe: User
) -> None:
    told: Any = {"eight_d": eight_d, "discipline": D1, "at": AT}
    mine = services.save_draft(**told, content=CONTENTS[D1], seen=0, by=member_a)
    services.save_draft(**told, content=CONTENTS[D1] | {"champion": "Bob"}, seen=1, by=sqe)
    with pytest.raises(services.StaleDraftError) as stale:
        services.submit(**told, seen=mine.version, by=member_a)
    assert stale.value.step is not None
    assert stale.value.step.content["champion"] == "Bob"
    assert not EightDRevision.objects.exists()


def test_stale_page_grants_no_other_date(
    eight_d: EightD, member_a: User, sqe: User, sqe_client: Client
) -> None:
    told: Any = {"eight_d": eight_d, "milestone": D5, "at": AT}
    ask: Any = told | {"reason": "The laboratory is booked.", "by": member_a}
    first = eight_d_extensions.ask(**ask, until=date(2026, 12, 4))
    eight_d_extensions.answer(
        **told, wish=first.number, action=Action.REFUSE, comment="Too late.", by=sqe
    )
    second = eight_d_extensions.ask(**ask, until=date(2026, 12, 30))
    address = f"/8d/{eight_d.number}/extension/answer/"
    sent = {"milestone": "d5", "action": "grant", "comment": "Agreed by telephone"}
    stale = sqe_client.post(address, sent | {"wish": str(first.number)})
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "Nothing was answered" in page
    assert "Agreed by telephone" in page
    assert f'name="wish" value="{second.number}"' in page
    assert not EightDMove.objects.filter(action="grant").exists()
    assert sqe_client.post(address, sent | {"wish": str(second.number)}).status_code == 302
    again = sqe_client.post(address, sent | {"wish": str(second.number)})
    assert again.status_code == 409
    assert "Agreed by telephone" in again.content.decode()
