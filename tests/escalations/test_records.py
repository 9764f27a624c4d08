"""Rules on single rejects: judged once committed, with evidence, and never twice."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from escalations.models import (
    ControlledShipping,
    EightD,
    Episode,
    Message,
    RecordHit,
    RecordJudgement,
    RejectToJudge,
)
from escalations.queries.eight_d_effect import closed_before, repeated
from escalations.services.decisions import decide
from escalations.services.records import judge_rejects
from escalations.services.shipping_exit import rule
from escalations.workflow import Action, State
from suppliers.models import Part, Plant, Reject, Supplier, User
from tests.escalations.facts import AT, TODAY, evaluated, external
from tests.factories import (
    DefectCodeFactory,
    PartFactory,
    PlantFactory,
    RejectFactory,
    RejectVerdictFactory,
)

pytestmark = pytest.mark.django_db


def rejected(supplier: Supplier, **fields: Any) -> Reject:
    reject: Reject = RejectFactory(supplier=supplier, **({"detected_on": TODAY} | fields))
    return reject


def judged() -> list[tuple[str, str, str]]:
    judge_rejects(at=AT)
    return list(
        Episode.objects.order_by("number").values_list("metric", "level", "state"),
    )


def test_line_stop_asks_for_an_8d_at_once(
    client: Client, supplier_a: Supplier, sqe: User, member_a: User
) -> None:
    reject = rejected(supplier_a, severity="line_stop", suspect_qty=Decimal(12))
    assert RejectToJudge.objects.get().reject_id == reject.pk
    assert judged() == [("incident", "8d", "open")]
    assert not RejectToJudge.objects.exists()
    report = EightD.objects.get()
    assert report.facts[0]["part"] == reject.part.number
    assert "12 suspect" in report.problem
    assert set(Message.objects.values_list("event", flat=True)) == {"raised"}
    fired = RecordJudgement.objects.filter(fired=True).get()
    assert fired.quantity == 12
    # every rule leaves its evidence, fired or not
    reasons = RecordJudgement.objects.order_by("rule__position").values_list("reason", flat=True)
    assert list(reasons) == [
        "fired",
        "other_severity",
        "not_safety",
        "no_repeat",
        "no_escape",
        "no_escape",
    ]
    client.force_login(member_a)
    page = client.get(Episode.objects.get().get_absolute_url()).content.decode()
    assert reject.complaint in page
    assert "A reject of severity “Line stop”: 8D request at once." in page
    again = judged()
    assert (len(again), RecordJudgement.objects.count()) == (1, 6)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"severity": "field"}, [("incident", "8d", "open")]),
        ({"part": {"safety_relevant": True}}, [("safety", "8d", "open")]),
        ({"severity": "sorting"}, []),
        # what was found long ago is history that is being loaded
        ({"severity": "line_stop", "detected_on": TODAY - timedelta(days=120)}, []),
    ],
)
def test_what_fires(
    supplier_a: Supplier, fields: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    if "part" in fields:
        fields = fields | {"part": PartFactory(**fields["part"])}
    rejected(supplier_a, **fields)
    assert judged() == expected


def test_second_line_stop_joins_on_the_same_part_only(supplier_a: Supplier) -> None:
    part = PartFactory()
    for _ in range(2):
        rejected(supplier_a, severity="line_stop", part=part)
    rejected(supplier_a, severity="line_stop")
    assert len(judged()) == 2
    assert RecordHit.objects.filter(episode__part=part).count() == 2


def closed_8d(supplier: Supplier, part: Part, plant: Plant, manager: User) -> Reject:
    """Raise an 8D by a line stop and close it in spite of its criteria."""
    reject = rejected(
        supplier,
        severity="line_stop",
        part=part,
        plant=plant,
        detected_on=TODAY - timedelta(days=60),
    )
    judge_rejects(at=AT - timedelta(days=60))
    case = Episode.objects.get()
    for action in (Action.ACKNOWLEDGE, Action.OVERRULE):
        decide(
            episode=case, action=action, by=manager, at=AT - timedelta(days=30), reason="Solved."
        )
    return reject


def test_repeated_defect_goes_one_level_up(supplier_a: Supplier, quality_manager: User) -> None:
    part, plant = PartFactory(), PlantFactory()
    first = closed_8d(supplier_a, part, plant, quality_manager)
    rejected(supplier_a, part=part, defect_code=DefectCodeFactory())  # another defect
    rejected(supplier_a, defect_code=first.defect_code)  # another part
    assert len(judged()) == 1
    rejected(supplier_a, part=part, defect_code=first.defect_code)
    assert judged()[1:] == [("repeat_defect", "cs1", "open")]
    case = Episode.objects.get(level="cs1")
    assert "repeats the defect of the closed 8D" in case.steps.get().reason or (
        EightD.objects.get().number in str(case.record_hits.get().judgement.found)
    )


def test_a_number_that_superseded_the_part_repeats_its_defect_within_a_year(
    supplier_a: Supplier, quality_manager: User
) -> None:
    part, plant = PartFactory(), PlantFactory()
    first = closed_8d(supplier_a, part, plant, quality_manager)
    newer = PartFactory(supersedes=PartFactory(supersedes=part))
    found = {"defect_code": first.defect_code, "part": newer}
    rejected(supplier_a, detected_on=TODAY - timedelta(days=30), **found)  # on the day of closing
    assert len(judged()) == 1
    again = rejected(supplier_a, detected_on=TODAY - timedelta(days=29), **found)
    assert judged()[1:] == [("repeat_defect", "cs1", "open")]
    report = EightD.objects.get()
    key = {"supplier_id": supplier_a.pk, "part_id": newer.pk, "defect_code": first.defect_code.code}
    closed = TODAY - timedelta(days=30)
    assert closed_before(**key, on=closed + timedelta(days=365)) == report
    assert closed_before(**key, on=closed + timedelta(days=366)) is None
    # the 8D's own page says the same of the same reject
    assert [row.reject_pk for row in repeated(report)] == [again.pk]


def test_escape_during_cs1_proposes_cs2(supplier_a: Supplier, quality_manager: User) -> None:
    external(supplier_a, counted=30, received=100_000)
    evaluated()
    assert ControlledShipping.objects.get().entered_on == TODAY
    scope = ControlledShipping.objects.get().scopes.get()
    lane = {"part": scope.part, "plant": scope.plant}
    rejected(supplier_a, detected_on=TODAY, **lane)  # found on the day it began: left before
    judge_rejects(at=AT)
    assert not Episode.objects.filter(level="cs2").exists()
    rejected(supplier_a, detected_on=TODAY + timedelta(days=2), **lane)
    rejected(supplier_a, detected_on=TODAY + timedelta(days=3), **lane)
    judge_rejects(at=AT + timedelta(days=3))
    case = Episode.objects.get(level="cs2")
    assert (case.state, case.metric, case.approver) == (
        "proposed",
        "external_ppm",
        "quality_manager",
    )
    assert case.record_hits.count() == 2


@pytest.mark.parametrize(
    "why", ["other part", "other plant", "released", "not theirs", "ruled out"]
)
def test_what_controlled_shipping_does_not_hold_proposes_no_harder_level(
    supplier_a: Supplier, quality_manager: User, why: str
) -> None:
    external(supplier_a, counted=30, received=100_000)
    evaluated()
    shipping = ControlledShipping.objects.get()
    scope = shipping.scopes.get()
    reject = rejected(
        supplier_a,
        detected_on=TODAY + timedelta(days=2),
        part=PartFactory() if why == "other part" else scope.part,
        plant=PlantFactory() if why == "other plant" else scope.plant,
        checked_qty=1,
        released_qty=1 if why == "released" else 0,
        suspect_qty=1,
    )
    if why == "not theirs":
        RejectVerdictFactory(reject=reject, confirmed_qty=1, supplier_qty=0, own_qty=1)
    if why == "ruled out":
        given: dict[str, Any] = {
            "reason": "Of old stock.",
            "by": quality_manager,
            "at": AT + timedelta(days=2),
        }
        for counts in (True, False):
            rule(shipping=shipping, reject=reject, counts=counts, **given)
        Episode.objects.get(level="cs2")  # proposed when it was marked, for people to decline
    before = Episode.objects.count()
    judge_rejects(at=AT + timedelta(days=3))
    assert Episode.objects.count() == before
    assert not RecordJudgement.objects.filter(reject=reject, fired=True).exists()


def test_corrected_or_removed_reject_opens_a_review(supplier_a: Supplier) -> None:
    corrected = rejected(supplier_a, severity="line_stop")
    removed = rejected(supplier_a, severity="line_stop")
    assert [state for *_case, state in judged()] == ["open", "open"]
    corrected.severity = "sorting"
    corrected.save()
    removed.delete()
    assert [state for *_case, state in judged()] == ["under_review", "under_review"]
    said = [case.steps.order_by("-number")[0].reason for case in Episode.objects.all()]
    assert "another severity" in " ".join(said)
    assert "taken back" in " ".join(said)
    assert {case.state for case in Episode.objects.all()} == {State.UNDER_REVIEW.value}
    assert judge_rejects(at=AT).judged == 0


def test_reject_corrected_to_another_part_or_supplier_changes_its_case(
    client: Client, supplier_a: Supplier, supplier_b: Supplier, member_a: User
) -> None:
    reject = rejected(supplier_a, severity="line_stop")
    judge_rejects(at=AT)
    first = Episode.objects.get()
    reject.part = PartFactory(number="CORRECTED-1")
    reject.save()
    judge_rejects(at=AT)
    second = Episode.objects.exclude(pk=first.pk).get()
    first.refresh_from_db()
    assert (first.state, second.state) == ("under_review", "open")
    assert second.part == reject.part
    assert "was corrected" in first.steps.order_by("-number")[0].reason
    assert EightD.objects.get(episode=second).facts[0]["part"] == "CORRECTED-1"
    reject.supplier = supplier_b
    reject.part = PartFactory(number="NOT-YOURS-2")
    reject.save()
    judge_rejects(at=AT)
    third = Episode.objects.get(supplier=supplier_b)
    second.refresh_from_db()
    assert (second.state, third.state) == ("under_review", "open")
    hits = RecordHit.objects.order_by("episode__number")
    assert [(hit.episode_id, hit.breaching) for hit in hits] == [
        (first.pk, False),
        (second.pk, False),
        (third.pk, True),
    ]
    client.force_login(member_a)
    page = client.get(second.get_absolute_url()).content.decode()
    assert "CORRECTED-1" in page
    assert "NOT-YOURS-2" not in page
    # no rule fires on it any more, which is the new supplier's evidence alone
    reject.supplier, reject.severity = supplier_a, "sorting"
    reject.save()
    judge_rejects(at=AT)
    third.refresh_from_db()
    assert third.state == "under_review"
    assert {hit.judgement.supplier_id for hit in third.record_hits.all()} == {supplier_b.pk}
    assert judge_rejects(at=AT).judged == 0


def test_interrupted_judging_keeps_the_marks(
    supplier_a: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    rejected(supplier_a, severity="line_stop", detected_on=date(2026, 11, 2))
    from escalations.services import record_cases

    def dies(*_args: object, **_options: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(record_cases, "raise_measures", dies)
        with pytest.raises(ConnectionError):
            judge_rejects(at=AT)
    assert RejectToJudge.objects.count() == 1
    assert not RecordJudgement.objects.exists()
    assert judged() == [("incident", "8d", "open")]
