"""The 8D as a document: what stands in it in each state, and how it is heard."""

import pytest

from escalations.eight_d_workflow import STEPS, Action, Discipline
from escalations.models import EightD
from escalations.notifications.eight_d_pdf import report_pdf
from escalations.queries.eight_d_report import report
from escalations.services import eight_d as services
from suppliers.models import Supplier, User
from tests.escalations.eight_d_contents import CONTENTS
from tests.escalations.facts import AT, evaluated, external
from tests.escalations.test_eight_d import D1, D2, D3, decide, hand_in, save
from tests.factories import PartFactory
from tests.scorecards.pdf.checker import Heard
from tests.scorecards.pdf.reading import Read

pytestmark = pytest.mark.django_db


@pytest.fixture
def eight_d(supplier_a: Supplier) -> EightD:
    external(supplier_a, counted=13, received=250_000, part=PartFactory(number="P-1"))
    evaluated()
    found: EightD = EightD.objects.get()
    return found


def drawn(eight_d: EightD, heard: Heard, name: str, number: int | None = None) -> Read:
    found = report(EightD.objects.get(pk=eight_d.pk), number=number)
    return Read(heard.add(name, report_pdf(found).content))


def test_requested_says_what_is_asked_and_nothing_else(eight_d: EightD, heard: Heard) -> None:
    read = drawn(eight_d, heard, "requested")

    assert f"8D report {eight_d.number} Supplier ALFA-4711 Alfa Castings Escalation" in read.text
    assert read.text.count("Not submitted.") == len(STEPS)
    assert read.tags["/LI"] == 4
    assert read.reader.metadata is not None
    assert read.reader.metadata.title == f"{eight_d.number}, ALFA-4711"


def test_earlier_state_and_what_was_returned_say_so(
    eight_d: EightD, member_a: User, sqe: User, heard: Heard
) -> None:
    hand_in(eight_d, member_a, D1, D2)
    decide(eight_d, sqe, Action.RETURN, D1)

    newest, earlier = drawn(eight_d, heard, "returned"), drawn(eight_d, heard, "earlier", 1)

    assert "returned: Say more." in newest.text
    assert "An earlier state." in earlier.text
    assert "An earlier state." not in newest.text


def test_complete_report_has_every_step_on_pages_with_running_feet(
    eight_d: EightD, member_a: User, sqe: User, heard: Heard
) -> None:
    hand_in(eight_d, member_a, *STEPS)
    decide(eight_d, sqe, Action.ACCEPT, *STEPS)

    read = drawn(eight_d, heard, "complete")

    assert len(read.pages) >= 2
    assert "Not submitted." not in read.text
    assert all(eight_d.number in page for page in read.pages)
    assert read.tags["/Table"] >= 8


def test_addresses_in_the_reports_own_words_can_be_followed(
    eight_d: EightD, member_a: User, heard: Heard
) -> None:
    told = "Pictures: https://quality.example/burr?a=1&b=2 (ask <t.reed@a.example>)."
    hand_in(eight_d, member_a, D1)
    save(eight_d, D2, member_a, content=CONTENTS[D2] | {"problem": told})
    version = eight_d.steps.get(discipline=D2.value).version
    services.submit(eight_d=eight_d, discipline=D2, seen=version, by=member_a, at=AT)

    read = drawn(eight_d, heard, "addresses")

    assert told in read.text
    assert read.links == {"mailto:t.reed@a.example", "https://quality.example/burr?a=1&b=2"}


def test_short_statement_is_heard_too(
    eight_d: EightD, member_a: User, sqe: User, heard: Heard
) -> None:
    hand_in(eight_d, member_a, D1, D2, D3, Discipline.SHORT)
    decide(eight_d, sqe, Action.ACCEPT, D1, D2, D3)

    read = drawn(eight_d, heard, "short")

    assert CONTENTS[D3]["marking"] in read.text
