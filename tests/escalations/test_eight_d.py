"""The 8D workspace: drafts, steps, reviews, dates, closing, and what the database refuses."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from escalations.eight_d_score import Criterion
from escalations.eight_d_workflow import (
    STEPS,
    Action,
    Discipline,
    ForbiddenStepError,
    StepState,
    Subject,
    TooEarlyError,
    moves,
)
from escalations.models import EightD, EightDMove, EightDRevision, EightDStep, Message
from escalations.notifications.render import render
from escalations.queries.cases import next_due
from escalations.queries.eight_d import files_of
from escalations.queries.eight_d_closing import conditions
from escalations.queries.eight_d_effect import (
    Effect,
    EffectMonth,
    closed_before,
    effect_of,
    repeated,
)
from escalations.queries.eight_d_report import document, report
from escalations.services import eight_d as services
from escalations.services import eight_d_closing, eight_d_extensions
from escalations.services.eight_d_documents import take_over
from escalations.services.eight_d_files import attach
from scorecards.periods import Month
from scorecards.responsiveness import OwedSteps, owed_steps
from scorecards.rollup import drain
from scorecards.services.publication import publish_month
from suppliers.models import Part, Reject, Supplier, User
from tests.escalations.eight_d_contents import CONTENTS
from tests.escalations.facts import AT, evaluated, external
from tests.factories import (
    DeliveryFactory,
    MembershipFactory,
    PartFactory,
    PlantFactory,
    RejectFactory,
    SupplierFactory,
)

pytestmark = pytest.mark.django_db

D1, D2, D3, D4, D5, D6 = STEPS[:6]


@pytest.fixture
def part() -> Part:
    made: Part = PartFactory(number="P-1")
    return made


@pytest.fixture
def eight_d(supplier_a: Supplier, part: Part) -> EightD:
    """An 8D requested on Thursday, 12 November 2026."""
    external(supplier_a, counted=13, received=250_000, part=part)
    evaluated()
    found: EightD = EightD.objects.get()
    return found


def save(eight_d: EightD, step: Discipline, by: User, **options: Any) -> EightDStep:
    kept = eight_d.steps.filter(discipline=step.value).first()
    seen = options.pop("seen", 0 if kept is None else kept.version)
    content = options.pop("content", CONTENTS[step])
    at = options.pop("at", AT)
    return services.save_draft(
        eight_d=eight_d, discipline=step, content=content, seen=seen, by=by, at=at
    )


def hand_in(eight_d: EightD, by: User, *steps: Discipline, at: datetime = AT) -> None:
    for step in steps:
        save(eight_d, step, by, at=at)
        version = eight_d.steps.get(discipline=step.value).version
        services.submit(eight_d=eight_d, discipline=step, seen=version, by=by, at=at)


def decide(
    eight_d: EightD, by: User, action: Action, *steps: Discipline, at: datetime = AT
) -> None:
    for step in steps:
        services.review(
            eight_d=eight_d,
            discipline=step,
            revision=eight_d.revisions.filter(discipline=step.value).count(),
            action=action,
            comment="Say more.",
            by=by,
            at=at,
        )


def test_draft_is_kept_as_typed_and_a_stale_one_refused(
    eight_d: EightD, member_a: User, sqe: User
) -> None:
    first = save(eight_d, D1, member_a, content={"champion": "Ann"})
    assert (first.version, first.content["champion"]) == (1, "Ann")
    assert save(eight_d, D1, member_a, content={"champion": "Ann"}, seen=0).version == 1
    with pytest.raises(services.StaleDraftError) as stale:
        save(eight_d, D1, sqe, content={"champion": "Bob"}, seen=0)
    assert stale.value.step is not None
    assert stale.value.step.saved_by == member_a
    assert save(eight_d, D1, sqe, content={"champion": "Bob"}, seen=1).version == 2


def test_steps_go_in_order_and_are_frozen_when_submitted(
    eight_d: EightD, member_a: User, sqe: User, member_b: User
) -> None:
    save(eight_d, D2, member_a)
    with pytest.raises(TooEarlyError):
        services.submit(eight_d=eight_d, discipline=D2, seen=1, by=member_a, at=AT)
    save(eight_d, D1, member_a, content={})
    with pytest.raises(services.IncompleteStepError):
        services.submit(eight_d=eight_d, discipline=D1, seen=1, by=member_a, at=AT)
    hand_in(eight_d, member_a, D1)
    with pytest.raises(ForbiddenStepError):
        save(eight_d, D1, member_a, content={"champion": "Somebody else"})
    with pytest.raises(ForbiddenStepError):
        decide(eight_d, member_a, Action.ACCEPT, D1)
    with pytest.raises(ForbiddenStepError):
        save(eight_d, D3, member_b)
    with pytest.raises(ValidationError):
        services.review(
            eight_d=eight_d,
            discipline=D1,
            revision=1,
            action=Action.RETURN,
            comment=" ",
            by=sqe,
            at=AT,
        )
    decide(eight_d, sqe, Action.RETURN, D1)
    assert save(eight_d, D1, sqe, content=CONTENTS[D1] | {"champion": "Zoe"}).version == 3
    services.submit(eight_d=eight_d, discipline=D1, seen=3, by=sqe, at=AT)
    revisions = EightDRevision.objects.order_by("number")
    assert [(one.content["champion"], one.on_behalf) for one in revisions] == [
        (CONTENTS[D1]["champion"], False),
        ("Zoe", True),
    ]
    assert [
        (move.action, move.from_state, move.to_state, move.on_behalf)
        for move in EightDMove.objects.order_by("number")
    ] == [
        ("submit", "draft", "submitted", False),
        ("return", "submitted", "returned", False),
        ("submit", "returned", "submitted", True),
    ]


def test_each_move_is_told_to_the_other_side(eight_d: EightD, member_a: User, sqe: User) -> None:
    hand_in(eight_d, member_a, D1)
    decide(eight_d, sqe, Action.RETURN, D1)
    told = Message.objects.filter(kind="eight_d").order_by("pk").values_list("event", "audience")
    assert list(told) == [("step_submitted", "quality"), ("step_returned", "supplier")]


def test_database_refuses_every_forbidden_pair(eight_d: EightD, member_a: User) -> None:
    hand_in(eight_d, member_a, D1)
    save(eight_d, D2, member_a)
    allowed = moves(Subject.STEP)
    for before in StepState:
        for after in set(StepState) - {before}:
            assert passes(eight_d, before, after) == ((before.value, after.value) in allowed)


def passes(eight_d: EightD, before: StepState, after: StepState) -> bool:
    """Say whether D2 in one state may be written to another; leaves nothing behind."""
    way = {
        StepState.DRAFT: [],
        StepState.SUBMITTED: ["submitted"],
        StepState.RETURNED: ["submitted", "returned"],
        StepState.ACCEPTED: ["submitted", "accepted"],
    }
    d2 = EightDStep.objects.filter(eight_d=eight_d, discipline="d2")
    with transaction.atomic():
        try:
            for state in way[before]:
                d2.update(state=state)
            with transaction.atomic():
                d2.update(state=after.value)
        except IntegrityError as error:
            assert "may not go from" in str(error)  # noqa: PT017  # both outcomes are looked at
            return False
        finally:
            transaction.set_rollback(True)
        return True


def test_database_keeps_order_content_and_history(eight_d: EightD, member_a: User) -> None:
    hand_in(eight_d, member_a, D1)
    save(eight_d, D3, member_a)
    d1 = EightDStep.objects.filter(discipline="d1")
    for says, change in [
        (
            "step before",
            lambda: EightDStep.objects.filter(discipline="d3").update(state="submitted"),
        ),
        ("not written any more", lambda: d1.update(content={})),
        (
            "begins as a draft",
            lambda: EightDStep.objects.create(
                eight_d=eight_d, discipline="d5", state="accepted", saved_by=member_a, saved_at=AT
            ),
        ),
        ("once D8", lambda: EightD.objects.update(state="closed", closed_at=AT)),
    ]:
        act: Any = change
        with pytest.raises(IntegrityError, match=says), transaction.atomic():
            act()
    for table in ("eightdrevision", "eightdmove"):
        with (
            pytest.raises(ProgrammingError, match="Cannot update"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE escalations_{table} SET id = id")  # noqa: S608  # our own


def test_dates_feed_cases_and_score(
    eight_d: EightD, member_a: User, sqe: User, supplier_a: Supplier
) -> None:
    assert next_due(eight_d.episode, at=AT).on == date(2026, 11, 13)
    friday = AT + timedelta(days=1)
    hand_in(eight_d, member_a, D1, D2, D3, at=friday)
    november = (date(2026, 11, 1), date(2026, 11, 30))
    owed = owed_steps([supplier_a.pk], *november)
    # D3 in time; D5 stands still while the customer looks at D3
    assert owed == {supplier_a.pk: OwedSteps(in_time=1, owed=1)}
    decide(eight_d, sqe, Action.ACCEPT, D1, D2, D3, at=friday)
    owed = owed_steps([supplier_a.pk], *november)
    assert owed == {supplier_a.pk: OwedSteps(in_time=1, owed=2)}
    assert next_due(eight_d.episode, at=friday).what == "D4–D5 root causes and chosen actions"


def test_later_date_is_asked_for_and_answered_once(
    eight_d: EightD, member_a: User, sqe: User
) -> None:
    ask: Any = {"eight_d": eight_d, "milestone": D5, "reason": "The laboratory is booked."}
    with pytest.raises(ValidationError, match="Choose a day after"):
        eight_d_extensions.ask(**ask, until=date(2026, 11, 20), by=member_a, at=AT)
    wish = eight_d_extensions.ask(**ask, until=date(2026, 12, 4), by=member_a, at=AT)
    with pytest.raises(ForbiddenStepError):
        eight_d_extensions.ask(**ask, until=date(2026, 12, 5), by=member_a, at=AT)
    grant: Any = {
        "eight_d": eight_d,
        "milestone": D5,
        "wish": wish.number,
        "action": Action.GRANT,
        "comment": "",
    }
    with pytest.raises(ForbiddenStepError):
        eight_d_extensions.answer(**grant, by=member_a, at=AT)
    granted = eight_d_extensions.answer(**grant, by=sqe, at=AT)
    assert granted.until == date(2026, 12, 4)
    with pytest.raises(ForbiddenStepError):
        eight_d_extensions.answer(**grant, by=sqe, at=AT)


def test_report_closes_when_accepted_scored_and_effective(
    eight_d: EightD, member_a: User, sqe: User, supplier_a: Supplier, part: Part
) -> None:
    hand_in(eight_d, member_a, *STEPS)
    decide(eight_d, sqe, Action.ACCEPT, *STEPS)
    eight_d.refresh_from_db()
    assert eight_d.verified_at == AT
    weak: dict[str, int] = {one.value: 1 for one in Criterion}
    eight_d_closing.score(eight_d=eight_d, points=weak, comment="", by=sqe, at=AT)
    with pytest.raises(ValidationError) as refused:
        eight_d_closing.close(eight_d=eight_d, reason="Done.", by=sqe, at=AT)
    assert len(refused.value.messages) == 2
    good: dict[str, int] = {one.value: 2 for one in Criterion}
    eight_d_closing.score(eight_d=eight_d, points=good, comment="", by=sqe, at=AT)
    for number in (1, 2, 3):
        month = Month(2026, 11).plus(number)
        plant = PlantFactory()
        DeliveryFactory(
            supplier=supplier_a, part=part, plant=plant, received_on=month.first_day, quantity=1000
        )
        later = datetime.combine(month.plus(1).first_day.replace(day=14), AT.timetz())
        drain(at=later)
        publish_month(month=month, by=sqe, at=later)
    assert effect_of(eight_d).clean_in_a_row == 3
    assert all(one.met for one in conditions(eight_d))
    closed = eight_d_closing.close(eight_d=eight_d, reason="Effective.", by=sqe, at=later)
    assert closed.closed_at == later
    with pytest.raises(ForbiddenStepError):
        save(closed, D1, member_a)
    defect = Reject.objects.get(supplier=supplier_a).defect_code
    successor = PartFactory(number="P-1B", supersedes=part)
    RejectFactory(
        supplier=supplier_a,
        part=successor,
        plant=PlantFactory(),
        defect_code=defect,
        detected_on=later.date() + timedelta(days=30),
    )
    assert [one.part for one in repeated(closed)] == ["P-1B"]
    key: Any = {"supplier_id": supplier_a.pk, "part_id": successor.pk, "defect_code": defect.code}
    assert closed_before(**key, on=later.date() + timedelta(days=30)) == closed
    assert closed_before(**key, on=later.date() + timedelta(days=366)) is None
    resumed = eight_d_closing.resume(eight_d=closed, reason="Again.", by=sqe, at=later)
    assert resumed.closed_at is None
    told = Message.objects.with_content().get(event="eight_d_resumed", audience="supplier")
    assert f"{resumed.number} taken up again" in render(told).subject


def test_months_without_deliveries_and_gaps_prove_nothing() -> None:
    def month(number: int, **known: Any) -> EffectMonth:
        known = {"found": 0, "breached": False, "delivered": True} | known
        return EffectMonth(month=Month(2027, number), **known)

    assert Effect(months=[month(1), month(2), month(3)]).shown
    assert not Effect(months=[month(1), month(2, delivered=False), month(3)]).shown
    assert not Effect(months=[month(1), month(3), month(4)]).shown
    assert Effect(months=[month(1), month(3), month(4)]).clean_in_a_row == 2


def test_short_statement_stands_in_for_the_later_steps(
    eight_d: EightD, member_a: User, sqe: User
) -> None:
    hand_in(eight_d, member_a, D1, D2, D3, Discipline.SHORT)
    decide(eight_d, sqe, Action.ACCEPT, D1, D2, D3, Discipline.SHORT)
    accepted, effect = conditions(EightD.objects.get(pk=eight_d.pk))
    assert accepted.met
    assert not effect.met
    assert next_due(eight_d.episode, at=AT).on is None


def test_document_goes_out_and_comes_back_as_drafts(
    eight_d: EightD, member_a: User, sqe: User
) -> None:
    import json

    hand_in(eight_d, member_a, D1, D2)
    content = document(report(eight_d))
    decide(eight_d, sqe, Action.RETURN, D1)
    content["steps"]["d1"]["content"]["champion"] = "Zoe"
    content["steps"]["d4"] = {"content": {"occurrence_cause": "Known"}}
    written = take_over(eight_d=eight_d, text=json.dumps(content).encode(), by=member_a, at=AT)
    assert written == [D1, D4]
    assert eight_d.steps.get(discipline="d1").content["champion"] == "Zoe"
    content["steps"]["d4"]["content"]["shoe"] = "42"
    with pytest.raises(ValidationError, match="no such field"):
        take_over(eight_d=eight_d, text=json.dumps(content).encode(), by=member_a, at=AT)
    for text in (b"{", b"[]", b'{"format": "8d-report", "version": 1, "steps": {"d9": {}}}'):
        with pytest.raises(ValidationError):
            take_over(eight_d=eight_d, text=text, by=member_a, at=AT)
    assert report(eight_d, number=1).steps[0].state == "submitted"
    assert report(eight_d).steps[0].state == "returned"


def test_document_of_somebody_else_is_refused(eight_d: EightD, member_a: User) -> None:
    import json

    hand_in(eight_d, member_a, D1)
    content = document(report(eight_d)) | {"steps": {"d2": {"content": {"problem": "Theirs"}}}}

    def taken(**more: str) -> None:
        other_number = more.pop("other_number", "")
        text = json.dumps(content | more).encode()
        take_over(eight_d=eight_d, text=text, by=member_a, at=AT, other_number=other_number)

    for told, said in (
        ({"supplier": "BRAVO-0815"}, "says BRAVO-0815, and 8D-"),
        ({"supplier": ""}, "“supplier” is missing"),
        ({"number": "Q-17"}, "“number” says Q-17"),
        ({"number": "Q-17", "other_number": "Q-18"}, "“number” says Q-17"),
    ):
        with pytest.raises(ValidationError, match=said):
            taken(**told)
        assert not eight_d.steps.filter(discipline="d2").exists()
    taken(number="Q-17", other_number=" Q-17 ")
    assert eight_d.steps.get(discipline="d2").content["problem"] == "Theirs"


def test_what_could_not_be_saved_is_said_so_and_stays_in_the_form(
    eight_d: EightD, member_a_client: Client
) -> None:
    address = reverse("eight_d_step", args=[eight_d.number, "d2"])
    long = "x" * 60_000
    refused = member_a_client.post(address, {"seen": "0", "problem": long, "action": "submit"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Not saved: 1 thing does not fit" in page
    assert "Saved, but" not in page
    assert long in page
    assert not eight_d.steps.exists()
    autosaved = member_a_client.post(address, {"problem": long}, headers={"X-Autosave": "1"})
    assert autosaved.json()["said"].startswith("Not saved: ")


def test_files_are_checked_and_frozen_with_the_revision(
    eight_d: EightD, member_a: User, buyer: User
) -> None:
    proof = ContentFile(b"measured", name="proof.txt")
    again = ContentFile(b"measured", name="copy.txt")
    attach(eight_d=eight_d, discipline=D1, files=[proof, again], by=member_a, at=AT)
    with pytest.raises(ValidationError):
        attach(
            eight_d=eight_d,
            discipline=D1,
            files=[ContentFile(b"MZ", name="tool.exe")],
            by=member_a,
            at=AT,
        )
    readers = {user: files_of(eight_d, D1, user=user) for user in (member_a, buyer)}
    assert [found.count() for found in readers.values()] == [1, 0]
    hand_in(eight_d, member_a, D1)
    assert [file["name"] for file in EightDRevision.objects.get().files] == ["proof.txt"]
    assert files_of(eight_d, D1, user=buyer).count() == 1
    with pytest.raises(ForbiddenStepError):
        attach(eight_d=eight_d, discipline=D1, files=[proof], by=member_a, at=AT)


# -- pages ------------------------------------------------------------------------


def posted(step: Discipline, **fields: str) -> dict[str, str]:
    sent = {"seen": "0", "action": "save"}
    for name, value in CONTENTS[step].items():
        rows = value if isinstance(value, list) else []
        sent |= {name: value} if isinstance(value, str) else {}
        sent |= {
            f"{name}-{i}-{key}": cell for i, row in enumerate(rows) for key, cell in row.items()
        }
    return sent | fields


def test_step_is_written_returned_and_mended_by_form(
    eight_d: EightD, member_a_client: Client, sqe_client: Client, buyer_client: Client
) -> None:
    address = f"/8d/{eight_d.number}/d1/"
    refused = member_a_client.post(address, posted(D1, action="submit", champion=""))
    assert refused.status_code == 422
    assert "Tom Reed" in refused.content.decode()
    assert "Champion (management sponsor): Fill this in." in refused.content.decode()
    assert "Tom Reed" not in buyer_client.get(address).content.decode()
    done = member_a_client.post(address, posted(D1, action="submit", seen="1"))
    assert done.status_code == 302
    assert "Tom Reed" in buyer_client.get(address).content.decode()
    bare = sqe_client.post(
        f"{address}review/", {"action": "return", "revision": "1", "comment": ""}
    )
    assert bare.status_code == 422
    sqe_client.post(
        f"{address}review/", {"action": "return", "revision": "1", "comment": "Who leads?"}
    )
    page = member_a_client.get(address).content.decode()
    assert "Who leads?" in page
    member_a_client.post(address, posted(D1, action="submit", seen="2", champion="Zoe"))
    shown = sqe_client.get(f"{address}revisions/2/").content.decode()
    assert "<ins>Zoe</ins>" in shown
    assert sqe_client.get(f"/8d/{eight_d.number}/").status_code == 200
    listed = sqe_client.get("/8d/", {"overdue": "on"}).content.decode()
    assert eight_d.number in listed


def test_autosave_answers_and_a_conflict_shows_both_texts(
    eight_d: EightD, member_a_client: Client, sqe_client: Client
) -> None:
    address, header = f"/8d/{eight_d.number}/d1/", {"x-autosave": "1"}
    kept = member_a_client.post(address, posted(D1), headers=header)
    assert kept.json()["seen"] == 1
    stale = sqe_client.post(address, posted(D1, champion="Mine"), headers=header)
    assert stale.status_code == 409
    both = sqe_client.post(address, posted(D1, champion="Mine"))
    text = both.content.decode()
    assert both.status_code == 409
    assert "Mine" in text
    assert "Ann Bell, plant manager" in text
    assert sqe_client.post(address, posted(D1, champion="Mine", seen="1")).status_code == 302


def test_api_reads_writes_and_moves_steps(
    eight_d: EightD, member_a_client: Client, sqe_client: Client, auditor_client: Client
) -> None:
    address = f"/api/v1/eight-ds/{eight_d.number}/"
    json_type = "application/json"
    body = {"content": CONTENTS[D1], "seen": 0}
    saved = member_a_client.post(f"{address}steps/d1/", body, content_type=json_type)
    assert saved.json()["steps"][0]["version"] == 1
    assert auditor_client.get(address).json()["steps"][0]["content"] == {}
    seen = {"seen": 1}
    early = member_a_client.post(f"{address}steps/d2/submit/", seen, content_type=json_type)
    assert early.status_code == 400
    moved = member_a_client.post(f"{address}steps/d1/submit/", seen, content_type=json_type)
    assert moved.json()["steps"][0]["state"] == "submitted"
    again = member_a_client.post(f"{address}steps/d1/", body, content_type=json_type)
    assert again.status_code == 409
    review = {"action": "accept", "revision": moved.json()["steps"][0]["revision"]}
    accepted = sqe_client.post(f"{address}steps/d1/review/", review, content_type=json_type)
    assert [move["action"] for move in accepted.json()["moves"]] == ["submit", "accept"]
    assert accepted.json()["clocks"][0]["due_on"] == "2026-11-13"


def test_form_takes_long_texts_and_keeps_offering_every_place(
    eight_d: EightD, member_a: User, member_a_client: Client
) -> None:
    address = f"/8d/{eight_d.number}/d3/"
    save(eight_d, D3, member_a, content={"stock": [CONTENTS[D3]["stock"][1]], "result": "Sorted."})
    page = member_a_client.get(address).content.decode()
    # a browser reads "5,000" as five characters
    assert 'name="result" id="id_result" rows="5" maxlength="5000"' in page
    for number, place in enumerate(("transit", "supplier", "customer")):
        assert f'name="stock-{number}-place"' in page
        start = page.index(f'name="stock-{number}-place"')
        assert f'<option value="{place}" selected>' in page[start : start + 800]


def test_both_sides_read_what_was_said_beside_a_score(
    eight_d: EightD, member_a: User, sqe: User, member_a_client: Client
) -> None:
    points: dict[str, int] = {one.value: 2 for one in Criterion}
    for by, comment in ((member_a, "D7 follows."), (sqe, "Old words."), (sqe, "Show the <wear>.")):
        eight_d_closing.score(eight_d=eight_d, points=points, comment=comment, by=by, at=AT)
    page = member_a_client.get(eight_d.get_absolute_url()).content.decode()
    assert page.index("D7 follows.") < page.index("Show the &lt;wear&gt;.")
    assert "Old words." not in page


def test_the_list_asks_as_much_for_one_as_for_three(
    eight_d: EightD, member_a: User, sqe_client: Client, django_assert_num_queries: Any
) -> None:
    hand_in(eight_d, member_a, D1, D2, D3)
    sqe_client.get("/8d/")
    with CaptureQueriesContext(connection) as one:
        assert sqe_client.get("/8d/").content.decode().count("8D-2026-") >= 1
    for _number in range(2):
        external(SupplierFactory(), counted=13, received=250_000)
    evaluated()
    for other in EightD.objects.exclude(pk=eight_d.pk):
        hand_in(other, MembershipFactory(user__email=f"q{other.pk}@x.example").user, D1, D2)
    assert EightD.objects.count() == 3
    with django_assert_num_queries(len(one)):
        page = sqe_client.get("/8d/").content.decode()
    assert all(number in page for number in EightD.objects.values_list("number", flat=True))
