"""By which 8Ds the corrective action behind a controlled shipping is verified."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from escalations.models import ControlledShipping, EightD, Episode
from escalations.queries.shipping_exit import exit_progress
from escalations.services.decisions import decide
from escalations.workflow import Action
from suppliers.models import Part, Supplier, User
from tests.escalations.shippings import ENTRY, after, raised
from tests.factories import PartFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def part() -> Part:
    made: Part = PartFactory(number="P-COVERED")
    return made


@pytest.fixture
def shipping(supplier_a: Supplier, part: Part) -> ControlledShipping:
    return raised(supplier_a, part=part)


def verified_on(shipping: ControlledShipping) -> date | None:
    return exit_progress(shipping, today=ENTRY + timedelta(days=100)).verified_on


def verify(report: EightD, at: datetime) -> None:
    EightD.objects.filter(pk=report.pk).update(verified_at=at)


def another(report: EightD, *, number: str, about: Part, **case: Any) -> EightD:
    """Copy a report and its case, as another one of the same supplier and metric about a part."""
    old = report.episode
    fields: dict[str, Any] = {
        "supplier": old.supplier,
        "metric": old.metric,
        "level": old.level,
        "raised_on": old.raised_on,
        "raised_at": old.raised_at,
        "first_month": old.first_month,
        "last_month": old.last_month,
        "part": about,
    }
    episode = Episode.objects.create(number=f"E-{number}", **(fields | case))
    report = EightD.objects.get(pk=report.pk)
    report.pk, report.number, report.episode = None, number, episode
    report.verified_at, report.facts = None, [{**report.facts[0], "part": about.number}]
    report.save()
    return report


def end(case: Episode, by: User, *, days: int) -> None:
    decide(episode=case, action=Action.ACKNOWLEDGE, by=by, at=after(1))
    case.refresh_from_db()
    decide(episode=case, action=Action.OVERRULE, by=by, at=after(days), reason="Ran out.")


def test_an_8d_about_another_part_says_nothing(shipping: ControlledShipping) -> None:
    own = EightD.objects.get()
    verify(own, after(3))
    another(own, number="8D-OTHER", about=PartFactory(number="P-OTHER"))
    assert verified_on(shipping) == ENTRY + timedelta(days=3)


def test_every_open_8d_about_its_part_must_be_verified(
    shipping: ControlledShipping, part: Part
) -> None:
    own = EightD.objects.get()
    verify(own, after(3))
    second = another(own, number="8D-SECOND", about=part)
    assert verified_on(shipping) is None
    verify(second, after(9))
    assert verified_on(shipping) == ENTRY + timedelta(days=9)


def test_a_successor_of_its_part_is_its_part(shipping: ControlledShipping, part: Part) -> None:
    own = EightD.objects.get()
    verify(own, after(3))
    another(own, number="8D-NEXT", about=PartFactory(number="P-NEXT", supersedes=part))
    assert verified_on(shipping) is None


def test_an_8d_that_ended_without_d6_blocks_nothing(
    shipping: ControlledShipping, part: Part, quality_manager: User
) -> None:
    own = EightD.objects.get()
    second = another(own, number="8D-SECOND", about=part)
    verify(second, after(9))
    assert verified_on(shipping) is None
    end(own.episode, quality_manager, days=5)
    assert verified_on(shipping) == ENTRY + timedelta(days=9)


def test_where_every_8d_ended_without_d6_nothing_is_verified(
    shipping: ControlledShipping, quality_manager: User
) -> None:
    end(EightD.objects.get().episode, quality_manager, days=5)
    assert verified_on(shipping) is None


def test_an_8d_that_ended_verified_still_speaks_for_it(
    shipping: ControlledShipping, quality_manager: User
) -> None:
    own = EightD.objects.get()
    verify(own, after(3))
    end(own.episode, quality_manager, days=5)
    assert verified_on(shipping) == ENTRY + timedelta(days=3)


def test_the_8d_of_the_same_case_speaks_where_none_names_the_part(
    shipping: ControlledShipping,
) -> None:
    """The supplier's own PPM raised both; the 8D keeps the worst parts of its breach alone."""
    own = EightD.objects.get()
    own.facts = [{**own.facts[0], "part": "P-WORST"}]
    own.save()
    assert verified_on(shipping) is None
    verify(own, after(3))
    assert verified_on(shipping) == ENTRY + timedelta(days=3)
