"""Whoever answers for one plant decides nothing that holds at others, by whichever way."""

import pytest

from escalations.models import Episode, Message
from escalations.services.decisions import decide
from escalations.services.opening import NewCase, open_case
from escalations.transitions import ForbiddenTransitionError
from escalations.workflow import Action, Level
from suppliers.enums import Role
from suppliers.models import Part, Plant, Supplier, User
from tests.escalations.facts import AT
from tests.factories import (
    MembershipFactory,
    MembershipLimitFactory,
    PartFactory,
    PlantFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Plant:
    found: Plant = PlantFactory(code="HERE")
    return found


@pytest.fixture
def narrowed(here: Plant) -> User:
    """A quality manager of one plant."""
    user: User = UserFactory()
    membership = MembershipFactory(user=user, role=Role.QUALITY_MANAGER)
    MembershipLimitFactory(membership=membership, plant=here)
    return user


def stop(supplier: Supplier, part: Part, plant: Plant | None, *, by: User) -> Episode:
    new = NewCase(
        supplier=supplier,
        metric="external_ppm",
        level=Level.STOP_SHIP,
        found="Sharp edges.",
        reason="Somebody was hurt.",
        plant=plant,
        parts=[part],
    )
    return open_case(new=new, by=by, at=AT)


def test_stop_at_every_plant_is_not_approved_or_lifted_for_one(
    supplier_a: Supplier, sqe: User, quality_manager: User, narrowed: User
) -> None:
    case = stop(supplier_a, PartFactory(), None, by=sqe)
    with pytest.raises(ForbiddenTransitionError):
        decide(episode=case, action=Action.APPROVE, by=narrowed, at=AT, reason="Mine.")
    decide(episode=case, action=Action.APPROVE, by=quality_manager, at=AT, reason="Ours.")
    told = Message.objects.count()
    with pytest.raises(ForbiddenTransitionError):
        decide(episode=case, action=Action.LIFT, by=narrowed, at=AT, reason="Mended here.")
    case.refresh_from_db()
    assert case.is_in_force
    assert Message.objects.count() == told


def test_stop_at_the_own_plant_is_theirs(
    supplier_a: Supplier, sqe: User, narrowed: User, here: Plant
) -> None:
    case = stop(supplier_a, PartFactory(), here, by=sqe)
    decide(episode=case, action=Action.APPROVE, by=narrowed, at=AT, reason="Mine.")
    decide(episode=case, action=Action.LIFT, by=narrowed, at=AT, reason="Mended here.")
    case.refresh_from_db()
    assert case.state == "closed"
