"""What becomes of an 8D whose case ends first: one rule for everybody who asks."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from escalations.eight_d_workflow import Action as StepAction
from escalations.eight_d_workflow import Discipline, ForbiddenStepError
from escalations.models import EightD, Episode
from escalations.owed import Scope, owed
from escalations.queries.cases import next_due
from escalations.queries.eight_d import rows
from escalations.queries.eight_d_clocks import clocks_of, owed_between
from escalations.queries.eight_d_effect import closed_on
from escalations.services import eight_d as services
from escalations.services import eight_d_closing
from escalations.services.decisions import decide
from escalations.workflow import Action
from suppliers.models import Supplier, User
from tests.escalations.eight_d_contents import CONTENTS
from tests.escalations.facts import AT, evaluated, external
from tests.factories import SupplierFactory

pytestmark = pytest.mark.django_db
D1, D2, D3 = Discipline.D1, Discipline.D2, Discipline.D3
# Raised on Thursday 12 November: D3 is due on the 13th, D5 on the 26th.
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))
LONG_AFTER = AT + timedelta(days=200)


def after(days: int) -> datetime:
    return AT + timedelta(days=days)


@pytest.fixture
def eight_d(supplier_a: Supplier) -> EightD:
    external(supplier_a, counted=13, received=250_000)
    evaluated()
    found: EightD = EightD.objects.get()
    return found


def overruled(eight_d: EightD, manager: User, *, days: int) -> EightD:
    case = eight_d.episode
    decide(episode=case, action=Action.ACKNOWLEDGE, by=manager, at=AT)
    case.refresh_from_db()
    decide(episode=case, action=Action.OVERRULE, by=manager, at=after(days), reason="Run out.")
    found: EightD = EightD.objects.select_related("episode__supplier").get(pk=eight_d.pk)
    return found


def withdrawn(eight_d: EightD, manager: User, *, days: int) -> EightD:
    case = eight_d.episode
    decide(episode=case, action=Action.REVIEW, by=manager, at=AT, reason="Is it ours?")
    case.refresh_from_db()
    decide(episode=case, action=Action.WITHDRAW, by=manager, at=after(days), reason="Ours.")
    found: EightD = EightD.objects.select_related("episode__supplier").get()
    return found


def in_time(eight_d: EightD, span: tuple[date, date]) -> list[tuple[str, bool]]:
    found = owed_between([eight_d.episode.supplier_id], *span)
    return [(one.clock.milestone.value, one.clock.in_time) for one in found]


def test_it_ends_with_its_case_for_everybody(
    client: Client, eight_d: EightD, quality_manager: User, member_a: User, sqe: User
) -> None:
    ended = overruled(eight_d, quality_manager, days=7)
    assert not ended.is_open
    assert closed_on(ended) == date(2026, 11, 19)
    assert [one for one in owed(Scope(at=after(60))) if "8d-" in one.key] == []
    assert next_due(ended.episode, at=after(60)).on is None
    (row,) = rows([ended], at=after(60), user=sqe)
    assert (row.due, row.overdue, row.turn.step) == (None, False, None)
    with pytest.raises(ForbiddenStepError):
        services.save_draft(
            eight_d=ended, discipline=D1, content=CONTENTS[D1], seen=0, by=member_a, at=after(8)
        )
    client.force_login(member_a)
    page = client.get(ended.get_absolute_url()).content.decode()
    assert "Ended with its case" in page
    assert "overdue" not in page
    open_ones = client.get(reverse("eight_ds")).content.decode()
    assert ended.number not in open_ones
    assert ended.number in client.get(reverse("eight_ds"), {"state": "closed"}).content.decode()


def test_only_what_was_missed_by_then_counts_as_late(
    eight_d: EightD, quality_manager: User
) -> None:
    ended = overruled(eight_d, quality_manager, days=7)
    # D3 was due on the 13th; D5 on the 26th, a week after the end, fell due for nobody
    assert in_time(ended, NOVEMBER) == [("d3", False)]
    assert in_time(ended, DECEMBER) == []
    (late,) = clocks_of([ended], at=LONG_AFTER)[ended.pk]
    assert (late.milestone, late.met_on, late.left, late.overdue) == (D3, None, None, False)


def test_a_date_is_not_missed_on_the_day_the_case_ends(
    eight_d: EightD, quality_manager: User
) -> None:
    ended = overruled(eight_d, quality_manager, days=1)
    assert in_time(ended, NOVEMBER) == []


def test_what_was_handed_in_counts_by_its_date(
    eight_d: EightD, quality_manager: User, member_a: User
) -> None:
    for step in (D1, D2, D3):
        told: Any = {"eight_d": eight_d, "discipline": step, "by": member_a, "at": AT}
        services.save_draft(**told, content=CONTENTS[step], seen=0)
        services.submit(**told, seen=1)
    ended = overruled(eight_d, quality_manager, days=30)
    assert in_time(ended, NOVEMBER) == [("d3", True)]


def test_a_month_before_the_end_is_judged_as_it_stood(
    eight_d: EightD, quality_manager: User
) -> None:
    ended = overruled(eight_d, quality_manager, days=70)
    before = [("d3", False), ("d5", False)]
    assert in_time(ended, NOVEMBER) == before
    assert in_time(ended, DECEMBER) == [("d6", False)]


def test_taken_back_it_was_never_owed(
    client: Client, eight_d: EightD, quality_manager: User, sqe: User
) -> None:
    ended = withdrawn(eight_d, quality_manager, days=30)
    assert not ended.is_open
    assert closed_on(ended) is None
    assert in_time(ended, NOVEMBER) == []
    assert clocks_of([ended], at=LONG_AFTER)[ended.pk] == ()
    client.force_login(sqe)
    assert "Taken back with its case" in client.get(ended.get_absolute_url()).content.decode()


def test_api_says_how_it_stands(
    client: Client, eight_d: EightD, quality_manager: User, sqe: User
) -> None:
    other = SupplierFactory()
    external(other, counted=13, received=250_000)
    evaluated()
    one = EightD.objects.get(pk=eight_d.pk)
    ended = overruled(one, quality_manager, days=7)
    client.force_login(sqe)
    url = "/api/v1/eight-ds/"

    def numbers(state: str) -> list[str]:
        found = client.get(url, {"state": state}).json()["results"]
        return [one["number"] for one in found]

    assert ended.number not in numbers("open")
    assert numbers("ended_with_case") == [ended.number]
    (shown,) = client.get(url, {"state": "ended_with_case"}).json()["results"]
    assert (shown["state"], shown["closed_at"]) == ("ended_with_case", None)
    assert shown["ended_at"].startswith("2026-11-19")
    assert [one["milestone"] for one in shown["clocks"]] == ["d3"]


def test_closed_one_is_not_taken_up_again_without_its_case(
    client: Client, eight_d: EightD, quality_manager: User
) -> None:
    ended = overruled(eight_d, quality_manager, days=7)
    with pytest.raises(ForbiddenStepError, match="case has ended"):
        eight_d_closing.resume(eight_d=ended, reason="Again.", by=quality_manager, at=after(8))
    client.force_login(quality_manager)
    assert (
        f'value="{StepAction.RESUME}"' not in client.get(ended.get_absolute_url()).content.decode()
    )


def test_the_case_says_what_of_its_8d_ends_with_it(
    client: Client, eight_d: EightD, quality_manager: User
) -> None:
    case: Episode = eight_d.episode
    decide(episode=case, action=Action.ACKNOWLEDGE, by=quality_manager, at=AT)
    client.force_login(quality_manager)
    page = client.get(case.get_absolute_url()).content.decode()
    assert f"Ending the case also ends {eight_d.number}" in page
    assert "D7 prevention" in page
