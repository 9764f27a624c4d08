"""A reject that joins an open case: it stands in its history, and whom it concerns is told."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from escalations.models import Episode, EpisodeStep, Message
from escalations.notifications.render import render
from escalations.services.decisions import decide
from escalations.services.records import judge_rejects
from escalations.services.together import gather
from escalations.workflow import Action
from scorecards.periods import Month
from suppliers.enums import Role
from suppliers.models import Supplier, User
from tests.escalations.facts import AT, OCTOBER, evaluated, external, record_rule
from tests.escalations.test_records import rejected
from tests.factories import (
    DeliveryFactory,
    MembershipLimitFactory,
    PartFactory,
    PlantFactory,
    SupplierContactFactory,
)

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(hours=1)


def joined(case: Episode) -> list[EpisodeStep]:
    return list(case.steps.filter(action="join").order_by("number"))


def told(event: str = "joined") -> list[tuple[str, str]]:
    rows = Message.objects.filter(event=event).order_by("audience")
    return list(rows.values_list("audience", "state"))


@pytest.fixture
def case(supplier_a: Supplier, buyer: User, sqe: User, member_a: User) -> Episode:
    """An 8D that a line stop asked for."""
    rejected(supplier_a, severity="line_stop", part=PartFactory(), complaint="C-1")
    judge_rejects(at=AT)
    found: Episode = Episode.objects.get()
    return found


def stop(case: Episode, complaint: str, **fields: object) -> None:
    rejected(case.supplier, severity="line_stop", part=case.part, complaint=complaint, **fields)


def test_rejects_of_one_upload_are_one_line_and_one_mail_each(
    client: Client, case: Episode, sqe: User, member_a: User
) -> None:
    plant = PlantFactory()
    for complaint in ("C-2", "C-3"):
        stop(case, complaint, plant=plant)
    judge_rejects(at=LATER)
    (step,) = joined(case)
    assert (step.from_state, step.to_state) == ("open", "open")
    assert "2 more rejects" in step.reason
    assert told() == [
        ("purchasing", "collected"),
        ("quality", "waiting"),
        ("supplier", "waiting"),
    ]
    for message in Message.objects.with_content().filter(event="joined"):
        mail = render(message)
        assert "2 more rejects" in mail.subject
        assert "C-2" in mail.text
        assert "C-3" in mail.text
        assert "C-1" not in mail.text
    for user in (sqe, member_a):
        client.force_login(user)
        page = client.get(case.get_absolute_url()).content.decode()
        assert "2 more rejects" in page
    judge_rejects(at=LATER)
    assert len(joined(case)) == 1


def test_what_comes_in_several_batches_is_told_in_one_mail(case: Episode) -> None:
    with connection.cursor() as cursor:  # which makes the planner think that nothing ever waits
        cursor.execute("ANALYZE escalations_rejecttojudge")
    for number in (2, 3, 4):
        stop(case, f"C-{number}")
    judge_rejects(at=LATER, most=1)
    assert len(joined(case)) == 3
    message = Message.objects.with_content().filter(event="joined", audience="quality").latest("pk")
    gather(message)
    mail = render(message)
    assert all(f"C-{number}" in mail.text for number in (2, 3, 4))
    assert "3 more rejects" in mail.subject
    others = Message.objects.filter(event="joined", audience="quality").exclude(pk=message.pk)
    assert set(others.values_list("state", flat=True)) == {"summed_up"}


def test_what_comes_with_the_first_reject_is_told_with_it(
    supplier_a: Supplier, sqe: User, buyer: User, member_a: User
) -> None:
    part = PartFactory()
    for complaint in ("C-1", "C-2"):
        rejected(supplier_a, severity="line_stop", part=part, complaint=complaint)
    judge_rejects(at=AT)
    assert told() == []
    message = Message.objects.with_content().get(event="raised", audience="quality")
    mail = render(message)
    assert "C-2" in mail.text
    assert "The same month also raised" not in mail.text
    assert len(joined(Episode.objects.get())) == 1


def test_a_reject_that_two_rules_look_at_joins_once(case: Episode, supplier_a: Supplier) -> None:
    """A reject that is corrected, and one that began the case, join nothing."""
    reject = case.record_hits.get().judgement.reject
    reject.plant = PlantFactory()
    reject.save()
    judge_rejects(at=LATER)
    assert joined(case) == []


def test_a_monitored_case_is_hit_again_and_stands_on_today(
    client: Client, case: Episode, sqe: User
) -> None:
    for action in (Action.ACKNOWLEDGE, Action.MONITOR):
        decide(episode=case, action=action, by=sqe, at=AT)
    stop(case, "C-2")
    judge_rejects(at=LATER)
    stop(case, "C-3")
    judge_rejects(at=LATER)
    case.refresh_from_db()
    assert case.state == "acknowledged"
    actions = case.steps.order_by("number").values_list("action", flat=True)
    assert list(actions)[-2:] == ["breach_again", "join"]
    assert [one for one, _state in told()].count("quality") == 2
    client.force_login(sqe)
    assert f"{case.number} was hit again" in client.get("/today/").content.decode()
    decide(episode=case, action=Action.MONITOR, by=sqe, at=LATER)
    assert f"{case.number} was hit again" not in client.get("/today/").content.decode()


def test_what_joins_a_proposal_is_told_to_whoever_decides_it(
    supplier_a: Supplier, buyer: User, sqe: User, member_a: User, quality_manager: User
) -> None:
    record_rule(
        severity="line_stop",
        level="cs1",
        scope="supplier_part",
        activation="needs_approval",
        approval_role="quality_manager",
    )
    part = PartFactory()
    for complaint in ("C-1", "C-2"):
        rejected(supplier_a, severity="line_stop", part=part, complaint=complaint)
        judge_rejects(at=AT)
    assert told() == [("manager", "waiting"), ("quality", "waiting")]
    for message in Message.objects.with_content().filter(event="joined"):
        assert "Forbidden now" not in render(message).text


def test_whoever_is_narrowed_to_plants_reads_of_these(
    client: Client, case: Episode, supplier_a: Supplier
) -> None:
    mine, others = PlantFactory(), PlantFactory()
    narrowed = MembershipLimitFactory(membership__role=Role.SQE, plant=mine).membership.user
    SupplierContactFactory(supplier=supplier_a, user=narrowed)
    DeliveryFactory(supplier=supplier_a, plant=mine)
    stop(case, "C-MINE", plant=mine)
    stop(case, "C-OTHER", plant=others)
    judge_rejects(at=LATER)
    stop(case, "C-LAST", plant=others)
    judge_rejects(at=LATER)
    message = Message.objects.with_content().get(event="joined", recipient=narrowed)
    text = render(message).text
    assert "C-MINE" in text
    assert "C-OTHER" not in text
    client.force_login(narrowed)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "C-MINE" in page
    assert "C-OTHER" not in page


def test_a_month_that_joins_is_told_once_and_stands_in_the_history(
    supplier_a: Supplier, buyer: User, sqe: User, member_a: User
) -> None:
    part, plant = PartFactory(), PlantFactory()
    for number, month in enumerate((Month(2026, 9), OCTOBER)):
        external(supplier_a, counted=26, received=250_000, month=month, part=part, plant=plant)
        assert told() == []
        evaluated(at=AT + timedelta(days=number))
    cases = Episode.objects.order_by("number")
    assert [one.level for one in cases] == ["8d", "cs1"]
    assert [len(joined(one)) for one in cases] == [1, 1]
    assert told() == [
        ("purchasing", "collected"),
        ("quality", "waiting"),
        ("supplier", "waiting"),
    ]
    mail = render(Message.objects.with_content().get(event="joined", audience="quality"))
    assert "in October 2026 too" in mail.subject
    assert f"{cases[0].number}: External PPM in October 2026" in mail.text
    evaluated(at=AT + timedelta(days=2))
    assert len(told()) == 3


def test_a_month_that_raises_a_harder_level_is_told_by_that(
    supplier_a: Supplier, buyer: User, sqe: User, member_a: User
) -> None:
    for counted, month in ((7, Month(2026, 9)), (30, OCTOBER)):
        external(supplier_a, counted=counted, received=100_000, month=month)
        evaluated()
    assert len(joined(Episode.objects.get(level="8d"))) == 1
    assert told() == []
