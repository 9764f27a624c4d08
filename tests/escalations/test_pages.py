from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from escalations.enums import MessageState
from escalations.models import Episode, EvaluationRun, Message
from escalations.services import sending
from escalations.workflow import State
from suppliers.models import Supplier, User
from tests.escalations.facts import AT, OCTOBER, evaluated, external
from tests.escalations.to_send import raised
from tests.factories import SupplierFactory

__all__ = ["raised"]  # a fixture

pytestmark = pytest.mark.django_db


def test_board_shows_open_cases_hardest_first(raised: Supplier, sqe_client: Client) -> None:
    page = sqe_client.get(reverse("escalations"))
    text = page.content.decode()
    assert page.status_code == 200
    assert text.index("ESC-2026-00002") < text.index("ESC-2026-00001")
    assert "26 of 250,000" in text
    assert "Evaluate now" in text


def test_board_of_a_supplier_is_its_own(
    raised: Supplier, supplier_b: Supplier, member_a_client: Client, member_b_client: Client
) -> None:
    own = member_a_client.get(reverse("escalations")).content.decode()
    assert "ESC-2026-00001" in own
    assert "Evaluate now" not in own
    assert "Default" not in own
    foreign = member_b_client.get(reverse("escalations")).content.decode()
    assert "ESC-2026" not in foreign
    assert "ALFA" not in foreign


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("level=cs1", {"ESC-2026-00002"}),
        ("metric=warranty_ppm", set()),
        ("supplier=castings", {"ESC-2026-00001", "ESC-2026-00002"}),
        ("state=closed", set()),
        ("state=all&order=newest", {"ESC-2026-00001", "ESC-2026-00002"}),
        ("level=nonsense&page=99", {"ESC-2026-00001", "ESC-2026-00002"}),
    ],
)
def test_board_filters(raised: Supplier, sqe_client: Client, query: str, shown: set[str]) -> None:
    text = sqe_client.get(f"{reverse('escalations')}?{query}").content.decode()
    numbers = {"ESC-2026-00001", "ESC-2026-00002"}
    assert {number for number in numbers if number in text} == shown


@pytest.mark.parametrize("name", ["escalations", "messages"])
def test_queries_of_lists_are_constant(sqe_client: Client, sqe: User, name: str) -> None:
    counts = []
    for suppliers in (1, 3):
        while Supplier.objects.count() < suppliers:
            external(SupplierFactory(), counted=26, received=250_000)
        evaluated()
        with CaptureQueriesContext(connection) as queries:
            assert sqe_client.get(reverse(name)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_episode_page_shows_evidence_and_buttons(raised: Supplier, sqe_client: Client) -> None:
    text = sqe_client.get("/escalations/ESC-2026-00001/").content.decode()
    assert "26 rejects in 250,000 (104 PPM)." in text
    assert "strictly above 50: 8D request." in text
    assert "Default, version 1" in text
    assert "8D-2026-00001" in text
    assert "2026-11-13" in text
    assert 'value="acknowledge"' in text
    assert 'value="withdraw"' not in text


def test_supplier_reads_its_episode_and_decides_nothing(
    raised: Supplier, member_a_client: Client
) -> None:
    text = member_a_client.get("/escalations/ESC-2026-00001/").content.decode()
    assert "8D-2026-00001" in text
    assert 'name="action"' not in text
    answer = member_a_client.post("/escalations/ESC-2026-00001/decide/", {"action": "acknowledge"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/escalations/ESC-2026-00001/",
        "/escalations/supplier/ALFA-4711/",
        "/messages/",
    ],
)
def test_neighbour_and_stranger_get_404(
    raised: Supplier, member_b_client: Client, stranger_client: Client, address: str
) -> None:
    assert member_b_client.get(address).status_code == 404
    assert stranger_client.get(address).status_code == 404


def test_deciding_is_written_down(raised: Supplier, sqe_client: Client, sqe: User) -> None:
    answer = sqe_client.post(
        "/escalations/ESC-2026-00001/decide/", {"action": "acknowledge"}, follow=True
    )
    assert answer.status_code == 200
    episode = Episode.objects.get(number="ESC-2026-00001")
    assert episode.state == State.ACKNOWLEDGED.value
    assert episode.steps.get(number=2).by == sqe


def test_closing_needs_a_reason_and_tells_everybody(
    raised: Supplier, sqe_client: Client, quality_manager_client: Client
) -> None:
    address = "/escalations/ESC-2026-00002/decide/"
    sqe_client.post(address, {"action": "acknowledge"})
    refused = sqe_client.post(address, {"action": "close", "reason": "  "})
    assert refused.status_code == 422
    assert "needs a reason" in refused.content.decode()
    # criteria are open: only the quality manager may close it in spite of them
    quality_manager_client.post(
        address, {"action": "overrule", "reason": "Twenty clean days, verified."}
    )
    episode = Episode.objects.get(number="ESC-2026-00002")
    assert (episode.state, episode.is_open) == ("closed", False)
    ended = Message.objects.filter(event="ended")
    assert set(ended.values_list("audience", "level_after")) == {
        ("purchasing", "8d"),
        ("quality", "8d"),
        ("supplier", "8d"),
    }


@pytest.mark.parametrize(
    ("role", "status"),
    [("buyer", 403), ("auditor", 403), ("sqe", 302), ("member_b", 404), ("stranger", 404)],
)
def test_who_may_decide(
    raised: Supplier,
    supplier_b: Supplier,
    request: pytest.FixtureRequest,
    log_in: Callable[[User], Client],
    role: str,
    status: int,
) -> None:
    client = log_in(request.getfixturevalue(role))
    answer = client.post("/escalations/ESC-2026-00001/decide/", {"action": "acknowledge"})
    assert answer.status_code == status


def test_forbidden_action_is_refused_in_words(raised: Supplier, sqe_client: Client) -> None:
    answer = sqe_client.post(
        "/escalations/ESC-2026-00001/decide/",
        {"action": "withdraw", "reason": "wrong"},
        follow=True,
    )
    assert "not yours to decide" in answer.content.decode()


def test_evaluate_now_asks_once_and_shows_the_result(
    supplier_a: Supplier, sqe_client: Client, sqe: User
) -> None:
    external(supplier_a, counted=26, received=250_000, month=OCTOBER.minus(12))
    for _ in range(2):
        assert sqe_client.post(reverse("evaluate_now")).status_code == 302
    assert EvaluationRun.objects.count() == 1
    assert "waiting for a worker" in sqe_client.get(reverse("evaluation")).content.decode()
    from escalations.services import runs

    assert runs.work_off(now=lambda: AT) == 1
    text = sqe_client.get(reverse("escalations")).content.decode()
    assert "1 8D request and 1 controlled shipping raised." in text


@pytest.mark.parametrize(
    ("role", "status"), [("buyer", 403), ("auditor", 403), ("member_a", 404), ("stranger", 404)]
)
def test_who_may_not_evaluate(
    request: pytest.FixtureRequest, log_in: Callable[[User], Client], role: str, status: int
) -> None:
    client = log_in(request.getfixturevalue(role))
    assert client.post(reverse("evaluate_now")).status_code == status
    assert not EvaluationRun.objects.exists()


def test_message_page_shows_the_mail_as_it_reads(
    raised: Supplier, sqe_client: Client, buyer: User
) -> None:
    message = Message.objects.get(recipient=buyer)
    before = sqe_client.get(message.get_absolute_url()).content.decode()
    assert "controlled shipping level 1, external PPM 104" in before
    sending.send_due(now=lambda: AT)
    message.refresh_from_db()
    assert message.state == MessageState.KEPT.value
    frame = sqe_client.get(reverse("message_html", args=[message.pk]))
    assert frame.content.decode() == message.html
    policy = frame["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "sha256-" in policy
    assert frame["X-Frame-Options"] == "SAMEORIGIN"


def test_message_buttons_are_for_quality(
    supplier_a: Supplier,
    request: pytest.FixtureRequest,
    log_in: Callable[[User], Client],
) -> None:
    external(supplier_a, counted=7, received=100_000)
    evaluated()
    nobody = Message.objects.get(audience="purchasing")
    auditor = log_in(request.getfixturevalue("auditor"))
    assert "Discard" not in auditor.get(nobody.get_absolute_url()).content.decode()
    assert auditor.post(reverse("discard_message", args=[nobody.pk])).status_code == 403
    manager = log_in(request.getfixturevalue("quality_manager"))
    text = manager.get(nobody.get_absolute_url()).content.decode()
    assert "Nobody in purchasing is responsible for ALFA-4711" in text
    manager.post(reverse("discard_message", args=[nobody.pk]))
    nobody.refresh_from_db()
    assert nobody.state == "discarded"
