"""Disputing from a published month: its lines, their records, and what the scorecard then says."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from scorecards.metrics import Metric
from scorecards.models import Scorecard
from scorecards.services.publication import publish_month
from suppliers.enums import DisputeState
from suppliers.models import Dispute, Reject, Supplier, User
from suppliers.services.verdicts import decide_reject
from tests.conftest import LogIn
from tests.scorecards.facts import OCTOBER, deliver, roll_up, suspect
from tests.suppliers.services.records import split

NOW = datetime(2025, 11, 10, 9, 30, tzinfo=UTC)
SCORECARD = "/suppliers/ALFA-4711/2025-10/"
LINE = f"{SCORECARD}external_ppm/dispute/"
CLAIM = {"reason": "quantity", "claimed_qty": "4", "statement": "Counted twice."}


@pytest.fixture
def reject(supplier_a: Supplier, supplier_b: Supplier) -> Reject:
    """Five suspect pieces in a published month, beside another supplier's."""
    deliver(supplier_a, 50_000)
    found = suspect(supplier_a, 5, complaint="Q-17")
    deliver(supplier_b, 70_000)
    suspect(supplier_b, 77, complaint="NEIGHBOUR")
    Reject.objects.update(recorded_at=NOW - timedelta(days=9))
    roll_up()
    publish_month(month=OCTOBER, by=None, at=NOW)
    return found


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_supplier_opens_a_line_from_its_scorecard(
    reject: Reject, member_a_client: Client, sqe_client: Client
) -> None:
    assert LINE in text(member_a_client, SCORECARD)
    assert LINE not in text(sqe_client, SCORECARD)
    page = text(member_a_client, LINE)
    assert "Version 1 counts 5 pieces" in page
    assert f"/rejects/{reject.pk}/dispute/" in page
    assert "NEIGHBOUR" not in page
    assert member_a_client.get(LINE.replace("2025-10", "2025-09")).status_code == 404
    assert member_a_client.get(LINE.replace("ALFA-4711", "BRAVO-0815")).status_code == 404


def test_refused_claim_keeps_what_was_typed(reject: Reject, member_a_client: Client) -> None:
    answer = member_a_client.post(LINE, {**CLAIM, "claimed_qty": "6"})
    assert answer.status_code == 422
    assert "counts 5 pieces; claim no more" in answer.content.decode()
    assert "Counted twice." in answer.content.decode()
    assert not Dispute.objects.exists()


def test_line_is_disputed_decided_and_shown_on_both_sides(
    reject: Reject,
    member_a_client: Client,
    sqe_client: Client,
    sqe: User,
    log_in: LogIn,
    quality_manager: User,
) -> None:
    answer = member_a_client.post(LINE, CLAIM)
    found = Dispute.objects.get()
    assert answer["Location"] == f"/disputes/{found.pk}/"
    for client in (member_a_client, sqe_client):
        assert "external PPM of October 2025" in text(client, "/disputes/")
        assert "external PPM of October 2025" in text(client, SCORECARD)
        assert "the published scorecard" in text(client, f"/disputes/{found.pk}/")
    records = f"/disputes/{found.pk}/records/"
    assert f"/rejects/{reject.pk}/decide/" in text(sqe_client, records)
    assert f"/rejects/{reject.pk}/decide/" not in text(member_a_client, records)

    given = {"action": "uphold", "reason": "Booked twice."}
    refused = sqe_client.post(f"/disputes/{found.pk}/answer/", given)
    assert refused.status_code == 422
    assert "Decide the records" in refused.content.decode()
    decide_reject(
        reject=reject,
        split=split(1, released=4),
        reason="Four were booked twice.",
        by=sqe,
        at=datetime.now(UTC),
    )
    sqe_client.post(f"/disputes/{found.pk}/answer/", given)
    found.refresh_from_db()
    assert found.state == DisputeState.UPHELD

    roll_up()
    for client in (member_a_client, sqe_client):
        assert "Booked twice." in text(client, f"/disputes/{found.pk}/")
        assert "Verdict no. 1: supplier 1" in text(client, f"/disputes/{found.pk}/")
        effect = text(client, f"/disputes/{found.pk}/figure/")
        assert "Published in version 1: 5 of 50,000." in effect
        assert "The facts now give 1 of 50,000." in effect
    assert "Today's facts give other counts" in text(member_a_client, SCORECARD).replace(
        "&#x27;", "'"
    )
    # the month is locked by now: a quality manager's
    assert "Publish a new version" in text(log_in(quality_manager), SCORECARD)
    assert "a quality manager can publish a new version" in text(sqe_client, SCORECARD)
    assert "Publish a new version" not in text(member_a_client, SCORECARD)
    [scorecard] = Scorecard.objects.filter(supplier=reject.supplier)
    assert scorecard.snapshot["overview"]["external"]["figures"][0]["figure"]["counted"] == "5"


def test_line_is_disputed_through_the_api(
    reject: Reject, member_a_client: Client, member_b_client: Client, sqe_client: Client
) -> None:
    published = Scorecard.objects.get(supplier=reject.supplier)
    path = f"/api/v1/scorecards/{published.pk}/disputes/"
    given = {**CLAIM, "metric": Metric.EXTERNAL_PPM.value}
    kind = "application/json"
    assert member_b_client.post(path, given, content_type=kind).status_code == 404
    assert sqe_client.post(path, given, content_type=kind).status_code == 403
    first = member_a_client.post(path, given, content_type=kind)
    assert first.status_code == 201
    assert first.json()["published_line"] == "2025-10/external_ppm"
    assert Decimal(first.json()["claimed_qty"]) == 4
    assert member_a_client.post(path, given, content_type=kind).status_code == 200
    answer = f"/api/v1/disputes/{first.json()['id']}/answer/"
    refused = sqe_client.post(answer, {"action": "uphold", "reason": "Yes."}, content_type=kind)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, ["action"])
    rejected = sqe_client.post(answer, {"action": "reject", "reason": "No."}, content_type=kind)
    assert (rejected.status_code, rejected.json()["state"]) == (200, "rejected")
