"""Repeats of a closed 8D: the first climbs one level, further ones join the case it began."""

from datetime import date, timedelta
from typing import Any

import pytest

from escalations.models import ControlledShipping, EightD, Episode, RecordJudgement
from escalations.queries.eight_d_effect import repeated
from escalations.services.decisions import decide
from escalations.services.opening import NewCase, open_case
from escalations.services.proposals import propose
from escalations.services.records import judge_rejects
from escalations.workflow import Action, Level
from scorecards.periods import Month
from suppliers.models import Reject, Supplier, User
from tests.escalations.facts import AT, TODAY, evaluated, external, record_rule
from tests.escalations.test_records import closed_8d, rejected
from tests.escalations.test_shipping_over import withdrawn
from tests.factories import DefectCodeFactory, PartFactory, PlantFactory, RejectVerdictFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(supplier_a: Supplier, quality_manager: User) -> Reject:
    """A reject whose 8D was closed 30 days ago."""
    return closed_8d(supplier_a, PartFactory(), PlantFactory(), quality_manager)


def repeat(first: Reject, **fields: Any) -> Reject:
    """Let the defect of a reject be found again, and judge it.

    On the day on which the sorting begins: what is found later has also escaped it, which is
    another rule's.
    """
    about = {"part": first.part, "plant": first.plant, "defect_code": first.defect_code}
    found = rejected(first.supplier, **(about | fields))
    judge_rejects(at=AT)
    return found


def repeat_cases() -> list[tuple[str, str]]:
    rows = Episode.objects.filter(metric="repeat_defect").order_by("number")
    return list(rows.values_list("level", "state"))


def called_for(reject: Reject) -> str:
    rows = RecordJudgement.objects.filter(reject=reject, fired=True, rule__kind="repeat_defect")
    return str(rows.latest("number").level)


def hold(first: Reject, by: User, *, approved: bool = True, **about: Any) -> Episode:
    """Propose controlled shipping level 1 for something else, and approve it."""
    case = propose(
        supplier=first.supplier,
        metric="other",
        level=Level.CS1,
        because="Found in an audit.",
        by=by,
        at=AT,
        **about,
    )
    if approved:
        decide(episode=case, action=Action.APPROVE, by=by, at=AT, reason="Yes.")
    return case


def test_further_repeats_join_the_case_that_the_first_began(first: Reject) -> None:
    repeats = [repeat(first) for _ in range(4)]
    assert repeat_cases() == [("cs1", "open")]
    case = Episode.objects.get(metric="repeat_defect")
    assert list(case.record_hits.order_by("pk").values_list("reject", flat=True)) == [
        one.pk for one in repeats
    ]
    assert {called_for(one) for one in repeats} == {"cs1"}


def test_repeats_of_one_upload_join_too(first: Reject) -> None:
    about = {"part": first.part, "plant": first.plant, "defect_code": first.defect_code}
    for _ in range(3):
        rejected(first.supplier, **about)
    judge_rejects(at=AT)
    assert repeat_cases() == [("cs1", "open")]
    assert Episode.objects.get(metric="repeat_defect").record_hits.count() == 3


def test_a_corrected_repeat_still_calls_for_the_level_it_began(first: Reject) -> None:
    again = repeat(first)
    again.plant = PlantFactory()
    again.save()
    judge_rejects(at=AT)
    assert repeat_cases() == [("cs1", "open")]
    assert called_for(again) == "cs1"


def test_the_first_repeat_climbs_above_what_holds_for_its_part(
    first: Reject, quality_manager: User
) -> None:
    hold(first, quality_manager, part=first.part)
    repeat(first)
    repeat(first)
    assert repeat_cases() == [("cs2", "open")]


@pytest.mark.parametrize("elsewhere", ["plant", "part", "released", "proposed"])
def test_what_does_not_hold_for_the_repeat_is_no_step_of_its_ladder(
    first: Reject, quality_manager: User, elsewhere: str
) -> None:
    """A case of another plant or part, one that is over, and one that is only proposed."""
    about: dict[str, Any] = {"part": first.part}
    if elsewhere == "plant":
        about = {"plant": PlantFactory()}
    elif elsewhere == "part":
        about = {"part": PartFactory()}
    case = hold(first, quality_manager, approved=elsewhere != "proposed", **about)
    if elsewhere == "released":
        withdrawn(ControlledShipping.objects.get(episode=case), quality_manager)
    repeat(first)
    assert repeat_cases() == [("cs1", "open")]


def test_a_stop_of_shipments_is_no_step_of_the_ladder(
    first: Reject, quality_manager: User, buyer: User
) -> None:
    asked = NewCase(
        supplier=first.supplier,
        level=Level.STOP_SHIP,
        metric="external_ppm",
        found="Cracks at the line.",
        reason="Cracks at the line.",
        parts=[first.part],
    )
    stop = open_case(new=asked, by=quality_manager, at=AT)
    decide(episode=stop, action=Action.APPROVE, by=quality_manager, at=AT, reason="Yes.")
    repeat(first)
    assert repeat_cases() == [("cs1", "open")]


def test_a_level_of_the_number_that_the_part_superseded_holds_for_it(
    first: Reject, quality_manager: User
) -> None:
    hold(first, quality_manager, part=first.part)
    repeat(first, part=PartFactory(supersedes=first.part))
    assert repeat_cases() == [("cs2", "open")]


def test_a_repeat_goes_on_in_the_level_2_that_took_its_case_over(
    first: Reject, quality_manager: User
) -> None:
    repeat(first)
    case = Episode.objects.get(metric="repeat_defect")
    harder = propose(
        supplier=case.supplier,
        part=case.part,
        metric=case.metric,
        level=Level.CS2,
        because="It goes on.",
        by=quality_manager,
        at=AT,
    )
    decide(episode=harder, action=Action.APPROVE, by=quality_manager, at=AT, reason="Yes.")
    assert repeat_cases() == [("cs1", "closed"), ("cs2", "open")]
    repeat(first)
    assert repeat_cases() == [("cs1", "closed"), ("cs2", "open")]
    assert Episode.objects.get(level="cs2").record_hits.count() == 1


def test_once_its_case_is_closed_the_next_repeat_begins_a_new_one(
    first: Reject, quality_manager: User
) -> None:
    repeat(first)
    case = Episode.objects.get(metric="repeat_defect")
    for action in (Action.ACKNOWLEDGE, Action.OVERRULE):
        decide(episode=case, action=action, by=quality_manager, at=AT, reason="Solved.")
    repeat(first)
    assert repeat_cases() == [("cs1", "closed"), ("cs1", "open")]


def closed(case: Episode, by: User, *, days: int = 30) -> EightD:
    """Close a case with its 8D in spite of its criteria, so many days ago."""
    for action in (Action.ACKNOWLEDGE, Action.OVERRULE):
        decide(episode=case, action=action, by=by, at=AT - timedelta(days=days), reason="Solved.")
    report: EightD = EightD.objects.get(episode=case)
    return report


def test_what_joined_an_8d_later_is_repeated_as_well(
    supplier_a: Supplier, quality_manager: User
) -> None:
    part, defects = PartFactory(), DefectCodeFactory.create_batch(2)
    for number, defect in enumerate(defects):
        rejected(
            supplier_a,
            severity="line_stop",
            part=part,
            defect_code=defect,
            detected_on=TODAY - timedelta(days=60 - number),
        )
        judge_rejects(at=AT - timedelta(days=60 - number))
    report = closed(Episode.objects.get(), quality_manager)
    again = rejected(supplier_a, part=part, defect_code=defects[1])
    judge_rejects(at=AT)
    assert repeat_cases() == [("cs1", "open")]
    RejectVerdictFactory(reject=again)
    assert [row.reject_pk for row in repeated(report)] == [again.pk]


def test_every_part_of_an_8d_is_repeated_however_many_there_are(
    supplier_a: Supplier, quality_manager: User
) -> None:
    defect, parts = DefectCodeFactory(), PartFactory.create_batch(14)
    month = Month(2026, 9)
    for part in parts:
        external(supplier_a, counted=1, received=13_000, month=month, part=part, defect_code=defect)
    evaluated(at=AT - timedelta(days=40), today=TODAY - timedelta(days=40))
    report = closed(Episode.objects.get(level="8d"), quality_manager)
    assert len(report.facts) == 10
    for part in parts:
        rejected(supplier_a, part=part, defect_code=defect)
    judge_rejects(at=AT)
    assert Episode.objects.filter(metric="repeat_defect").count() == 14


def test_a_month_that_joined_an_8d_is_repeated_and_one_after_its_closing_is_not(
    supplier_a: Supplier, quality_manager: User
) -> None:
    defect, parts = DefectCodeFactory(), PartFactory.create_batch(3)
    for number, part in enumerate(parts):
        month = Month(2026, 7 + number)
        external(
            supplier_a, counted=7, received=100_000, month=month, part=part, defect_code=defect
        )
        ago = timedelta(days=90 - 30 * number)
        evaluated(at=AT - ago, today=TODAY - ago)
    case = Episode.objects.get(level="8d")
    assert case.hits.count() == 3
    closed(case, quality_manager)
    # as where the report is closed while its case goes on
    case.hits.filter(month=date(2026, 9, 1)).update(joined_at=AT - timedelta(days=20))
    found = [rejected(supplier_a, part=part, defect_code=defect) for part in parts]
    judge_rejects(at=AT)
    repeats = RecordJudgement.objects.filter(fired=True, rule__kind="repeat_defect")
    assert set(repeats.values_list("reject", flat=True)) == {one.pk for one in found[:2]}


def test_controlled_shipping_of_many_rejects_leaves_no_part_out(supplier_a: Supplier) -> None:
    record_rule(scope="supplier", level="cs1", severity="line_stop")
    for part in PartFactory.create_batch(12):
        rejected(supplier_a, part=part, severity="line_stop")
    judge_rejects(at=AT)
    assert ControlledShipping.objects.get().scopes.count() == 12
