"""A level that the engine proposed and whose breach is gone is declined by the engine, and told."""

from datetime import timedelta

import pytest

from escalations.models import Episode, Message
from escalations.notifications.render import render
from escalations.services.proposals import propose
from escalations.services.records import judge_rejects
from escalations.workflow import Level
from suppliers.models import Reject, Supplier, User
from tests.escalations.facts import AT, evaluated, external, record_rule
from tests.escalations.test_proposals import new_version
from tests.escalations.test_records import rejected
from tests.factories import PartFactory

pytestmark = pytest.mark.django_db
APPROVED = {"activation": "needs_approval", "approval_role": "quality_manager"}
LATER = AT + timedelta(hours=1)


def states() -> list[str]:
    return list(Episode.objects.order_by("number").values_list("state", flat=True))


def told() -> set[str]:
    rows = Message.objects.with_content().filter(event="declined")
    for message in rows:
        assert "no longer" in render(message).text
    return set(rows.values_list("audience", flat=True))


@pytest.fixture(autouse=True)
def _people(sqe: User, quality_manager: User, buyer: User, member_a: User) -> None:
    """Everybody who might be told."""


def test_month_that_no_longer_breaches_takes_its_proposal_back(supplier_a: Supplier) -> None:
    new_version(**APPROVED)
    external(supplier_a, counted=26, received=250_000)
    evaluated()
    assert states() == ["proposed"]
    external(supplier_a, received=1_000_000)
    evaluated(at=LATER)
    assert states() == ["declined"]
    assert Episode.objects.get().steps.latest("number").by is None
    assert told() == {"manager", "quality"}
    # what was taken back is proposed again where the breach comes back
    external(supplier_a, counted=100)
    evaluated(at=LATER + timedelta(hours=1))
    assert states() == ["declined", "proposed"]


def test_last_reject_that_is_gone_takes_its_proposal_back(supplier_a: Supplier) -> None:
    record_rule(severity="line_stop", level="cs1", scope="supplier_part", **APPROVED)
    part = PartFactory()
    both = [rejected(supplier_a, part=part, severity="line_stop") for _ in range(2)]
    judge_rejects(at=AT)
    for reject, state in zip(both, ("proposed", "declined"), strict=True):
        Reject.objects.filter(pk=reject.pk).update(severity="sorting")
        judge_rejects(at=LATER)
        assert states() == [state]
    assert told() == {"manager", "quality"}


def test_what_a_person_proposed_is_that_persons(supplier_a: Supplier, sqe: User) -> None:
    record_rule(severity="line_stop", level="cs1", scope="supplier_part", **APPROVED)
    part = PartFactory()
    propose(
        supplier=supplier_a,
        metric="incident",
        part=part,
        level=Level.CS1,
        because="Seen at the line.",
        by=sqe,
        at=AT,
    )
    reject = rejected(supplier_a, part=part, severity="line_stop")
    judge_rejects(at=AT)
    reject.delete()
    judge_rejects(at=LATER)
    assert states() == ["proposed"]
