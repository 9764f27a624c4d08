"""The demo's 8D: written through the services, once, and in review when it is loaded."""

from datetime import timedelta

import pytest

from escalations.demo_eight_d import eight_d_story
from escalations.demo_timeline import Timeline
from escalations.models import EightD, EightDMove, EightDStep
from escalations.queries.eight_d_clocks import clocks_of
from escalations.queries.eight_d_closing import scores_of
from suppliers.demo import CROSSES_100_AND_RECOVERS, cast
from suppliers.enums import Role
from tests.escalations.facts import AT, evaluated, external
from tests.factories import MembershipFactory, SupplierFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("days", [0, 45, 130])
def test_it_is_in_review_and_written_once(days: int) -> None:
    supplier = SupplierFactory(code=cast.suppliers()[CROSSES_100_AND_RECOVERS].code)
    MembershipFactory(user=UserFactory(email="sqe@demo.example"), role=Role.SQE)
    MembershipFactory(role=Role.SUPPLIER_ADMIN, supplier=supplier)
    external(supplier, counted=13, received=250_000)
    evaluated()
    now = AT + timedelta(days=days)
    said: list[str] = []
    for _ in range(2):
        Timeline(it=lambda: eight_d_story(at=now, say=said.append)).run(until=now)
    eight_d = EightD.objects.get()
    assert len(said) == 1
    states = dict(EightDStep.objects.order_by("discipline").values_list("discipline", "state"))
    assert states == {f"d{n}": "accepted" for n in range(1, 6)} | {"d6": "submitted"}
    scores = scores_of(eight_d)
    assert (scores.supplier_pct, scores.customer_pct) == (95, 80)
    assert not EightDMove.objects.filter(at__gt=now).exists()
    told = list(EightDMove.objects.order_by("pk").values_list("at", flat=True))
    assert told == sorted(told)
    clocks = clocks_of([eight_d], at=now)[eight_d.pk]
    assert not [one for one in clocks if one.overdue]
