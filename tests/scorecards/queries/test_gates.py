"""A late publication is graded by the state at the month's end, not by today's."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pgtrigger
import pytest
from django.apps import apps

from escalations.models import Episode, EpisodeStep
from escalations.workflow import Action, Level, State
from scorecards.metrics import Metric
from scorecards.models import Scorecard
from scorecards.periods import Month
from scorecards.queries.grades import grades
from scorecards.queries.published import published_overview
from scorecards.rollup import drain
from scorecards.scoring import Gate
from scorecards.services.publication import publish_month
from suppliers.enums import Role
from suppliers.models import Certificate, Supplier, User
from tests.factories import CertificateFactory, DeliveryFactory

OCTOBER = Month(2026, 10)
LATE = datetime(2026, 12, 1, 9, tzinfo=UTC)
IN_OCTOBER = datetime(2026, 10, 5, 9, tzinfo=UTC)
LAPSED = date(2026, 10, 15)
RENEWED = date(2029, 10, 15)


@pytest.fixture
def alfa(supplier_a: Supplier) -> Supplier:
    DeliveryFactory(supplier=supplier_a, received_on=OCTOBER.first_day, quantity=50_000)
    drain(at=LATE)
    return supplier_a


def recorded(certificate: Certificate, at: datetime) -> None:
    """Let the first thing recorded of a certificate have been recorded at that moment."""
    events: Any = apps.get_model("suppliers", "CertificateEvent").objects
    first = events.filter(pgh_obj=certificate).order_by("pgh_id").first()
    with pgtrigger.ignore("suppliers.CertificateEvent:append_only"):
        events.filter(pk=first.pk).update(pgh_created_at=at)


def held(
    supplier: Supplier,
    *,
    level: Level,
    raised_on: date,
    ended: datetime | None,
    begun: State = State.OPEN,
) -> Episode:
    episode = Episode.objects.create(
        number=f"E-2026-{Episode.objects.count():05d}",
        supplier=supplier,
        metric=Metric.EXTERNAL_PPM.value,
        level=level.value,
        state=begun.value,
        approver=Role.SQE if begun is State.PROPOSED else "",
        raised_on=raised_on,
        raised_at=datetime(2026, 10, 1, tzinfo=UTC),
        first_month=OCTOBER.minus(1).first_day,
        last_month=OCTOBER.minus(1).first_day,
    )
    if ended is not None:
        for state, at in ((State.ACKNOWLEDGED, None), (State.CLOSED, ended)):
            Episode.objects.filter(pk=episode.pk).update(state=state.value, ended_at=at)
    return episode


def gates_of_late_publication(supplier: Supplier) -> list[tuple[Gate, str]]:
    live = grades(OCTOBER, supplier_ids=[supplier.pk])[supplier.pk]
    publish_month(month=OCTOBER, by=None, at=LATE)
    score = published_overview(Scorecard.objects.get()).score
    assert score is not None
    assert score.grade == live.grade == ("C" if score.gates else "A")
    return [(gate.gate, gate.about) for gate in score.gates]


def test_case_closed_since_the_months_end_still_gates(alfa: Supplier) -> None:
    closed = datetime(2026, 11, 20, 9, tzinfo=UTC)
    case = held(alfa, level=Level.CS2, raised_on=date(2026, 10, 9), ended=closed)

    assert gates_of_late_publication(alfa) == [(Gate.OPEN_CS2, case.number)]


def test_case_that_ended_in_the_month_or_began_after_it_does_not_gate(alfa: Supplier) -> None:
    closed = datetime(2026, 10, 31, 22, tzinfo=UTC)
    held(alfa, level=Level.CS2, raised_on=date(2026, 10, 9), ended=closed)
    held(alfa, level=Level.NEW_BUSINESS_HOLD, raised_on=date(2026, 11, 2), ended=None)

    assert gates_of_late_publication(alfa) == []


def test_withdrawn_case_should_never_have_gated(alfa: Supplier) -> None:
    case = held(alfa, level=Level.CS2, raised_on=date(2026, 10, 9), ended=None)
    for state, at in ((State.UNDER_REVIEW, None), (State.WITHDRAWN, LATE)):
        Episode.objects.filter(pk=case.pk).update(state=state.value, ended_at=at)

    assert gates_of_late_publication(alfa) == []


def test_certificate_prolonged_since_the_months_end_had_lapsed(alfa: Supplier) -> None:
    certificate = CertificateFactory(supplier=alfa, mandatory=True, expires_on=LAPSED)
    recorded(certificate, IN_OCTOBER)
    certificate.expires_on = RENEWED
    certificate.save()

    assert gates_of_late_publication(alfa) == [(Gate.EXPIRED_CERTIFICATE, "IATF 16949")]


@pytest.mark.parametrize("replaced", [False, True], ids=["beside", "instead"])
def test_certificate_entered_since_the_months_end_does_not_lift(
    alfa: Supplier, replaced: bool
) -> None:
    lapsed = CertificateFactory(supplier=alfa, mandatory=True, expires_on=LAPSED)
    recorded(lapsed, IN_OCTOBER)
    CertificateFactory(supplier=alfa, mandatory=True, expires_on=RENEWED)
    if replaced:
        lapsed.delete()

    assert gates_of_late_publication(alfa) == [(Gate.EXPIRED_CERTIFICATE, "IATF 16949")]


@pytest.mark.parametrize(("valid_from", "gates"), [(date(2026, 10, 14), 0), (date(2026, 11, 2), 1)])
def test_certificate_says_since_when_it_holds(alfa: Supplier, valid_from: date, gates: int) -> None:
    """It was entered late, and lifts the gate if it began in time."""
    lapsed = CertificateFactory(supplier=alfa, mandatory=True, expires_on=LAPSED)
    recorded(lapsed, IN_OCTOBER)
    CertificateFactory(supplier=alfa, mandatory=True, expires_on=RENEWED, valid_from=valid_from)

    assert len(gates_of_late_publication(alfa)) == gates


def test_certificate_renewed_before_the_months_end_does_not_gate(alfa: Supplier) -> None:
    for expires_on in (LAPSED, RENEWED):
        recorded(
            CertificateFactory(supplier=alfa, mandatory=True, expires_on=expires_on), IN_OCTOBER
        )

    assert gates_of_late_publication(alfa) == []


@pytest.mark.parametrize(("approved", "gates"), [(30, 1), (32, 0), (None, 0)])
def test_proposal_gates_from_its_approval(
    alfa: Supplier, sqe: User, approved: int | None, gates: int
) -> None:
    case = held(
        alfa, level=Level.CS2, raised_on=date(2026, 10, 9), ended=None, begun=State.PROPOSED
    )
    if approved is not None:
        EpisodeStep.objects.create(
            episode=case,
            number=2,
            action=Action.APPROVE.value,
            from_state=State.PROPOSED.value,
            to_state=State.OPEN.value,
            at=datetime(2026, 10, 1, 9, tzinfo=UTC) + timedelta(days=approved - 1),
            by=sqe,
        )
        Episode.objects.filter(pk=case.pk).update(state=State.OPEN.value)

    assert len(gates_of_late_publication(alfa)) == gates
