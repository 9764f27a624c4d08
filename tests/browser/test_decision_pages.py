"""Recording, deciding and disputing in a real browser: accessible, and narrow enough."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from escalations.models import EightD, Policy
from escalations.services.evaluation import evaluate
from scorecards.metrics import Metric
from scorecards.periods import Month
from scorecards.queries.lines import line_of
from scorecards.services.publication import publish_month
from suppliers.models import Dispute, Supplier, User
from suppliers.services.dispute_opening import open_line_dispute
from suppliers.services.disputes import appeal, pass_on_overdue
from tests.browser.fixtures import patient
from tests.browser.watching import accessibility_problems, sideways_scroll, watch
from tests.factories import DeliveryFactory, RejectVerdictFactory, WarrantyReturnFactory
from tests.scorecards.facts import roll_up
from tests.suppliers.services.records import AT, dispute_of, pdf, reject_of
from tests.suppliers.services.test_disputes import partly

MARCH = Month(2026, 3)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def disputes(
    supplier_a: Supplier, member_a: User, sqe: User
) -> tuple[Dispute, Dispute, Dispute, Dispute]:
    """One waits, one is overdue, one is partly upheld, one appealed."""
    rejects = [reject_of(supplier_a, complaint=f"C-{number}") for number in range(4)]
    for reject in rejects:
        DeliveryFactory(supplier=supplier_a, quantity=50_000, received_on=reject.detected_on)
    RejectVerdictFactory(reject=rejects[0])
    late = dispute_of(rejects[1], member_a, at=AT.replace(day=2))
    pass_on_overdue(at=AT)
    waits = dispute_of(rejects[0], member_a, files=[pdf("measured.pdf")])
    answered = partly(dispute_of(rejects[2], member_a), sqe)
    appealed = partly(dispute_of(rejects[3], member_a), sqe)
    appeal(dispute=appealed, reason="Look again.", by=member_a, at=AT)
    roll_up()
    publish_month(month=MARCH, by=None, at=AT.replace(month=4))
    return waits, late, answered, appealed


def enter(context: BrowserContext, server: LiveServer, user: User) -> None:
    """Log in by a session cookie; logging in by form is tested elsewhere."""
    client = Client()
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}
    context.add_cookies([cookie])  # type: ignore[list-item]  # Playwright's TypedDict


@pytest.fixture
def visits(
    disputes: tuple[Dispute, ...],
    supplier_a: Supplier,
    sqe: User,
    quality_manager: User,
    member_a: User,
    buyer: User,
) -> dict[User, list[str]]:
    """Who opens which pages."""
    evaluate(at=AT.replace(month=4), today=date(2026, 4, 20), first=MARCH, last=MARCH)
    assert EightD.objects.exists()
    policies = list(Policy.objects.order_by("pk").values_list("pk", flat=True))
    waits, late, answered, appealed = disputes
    undecided = reject_of(supplier_a, complaint="C-9")
    line = open_line_dispute(
        supplier=supplier_a,
        line=line_of(Metric.EXTERNAL_PPM, MARCH),
        reason="quantity",
        claimed_qty=Decimal(10),
        statement="Ten were counted twice.",
        by=member_a,
        at=AT.replace(month=5),
    )
    returned = WarrantyReturnFactory(supplier=supplier_a)
    return {
        sqe: [
            "/rejects/new/",
            f"/rejects/{undecided.pk}/",
            f"/rejects/{undecided.pk}/sorting/",
            f"/rejects/{undecided.pk}/details/",
            f"/rejects/{undecided.pk}/decide/",
            f"/returns/{returned.pk}/decide/",
            "/disputes/?state=all",
            f"/disputes/{waits.pk}/",
            f"/disputes/{waits.pk}/answer/",
            f"/disputes/{late.pk}/",
            f"/rejects/{undecided.pk}/evidence/",
            f"/disputes/{line.pk}/",
            f"/disputes/{line.pk}/answer/",
            "/today/",
            "/8d/",
            "/suppliers/ALFA-4711/8d-in-time/2026-04/?window=12",
            "/profile/",
            "/policies/",
            "/escalations/new/",
            "/escalations/new/?supplier=ALFA-4711",
            "/suppliers/ALFA-4711/people/",
            *(f"/policies/{pk}/" for pk in policies),
        ],
        buyer: ["/my-suppliers/"],
        quality_manager: [
            "/counting-policy/",
            "/8d/working-days/",
            f"/disputes/{appealed.pk}/answer/",
            "/policies/new/",
            f"/policies/{policies[0]}/draft/",
            f"/policies/{policies[0]}/dry-run/",
        ],
        member_a: [
            f"/rejects/{undecided.pk}/dispute/",
            "/disputes/",
            f"/disputes/{answered.pk}/",
            f"/disputes/{answered.pk}/appeal/",
            f"/disputes/{appealed.pk}/",
            "/suppliers/ALFA-4711/2026-03/",
            "/suppliers/ALFA-4711/2026-03/external_ppm/dispute/",
            f"/disputes/{line.pk}/",
            "/8d/",
            "/profile/",
        ],
    }


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_every_page_is_accessible(
    browser: Browser,
    live_server: LiveServer,
    visits: dict[User, list[str]],
    width: int,
    theme: str,
) -> None:
    problems = {}
    for user, paths in visits.items():
        context = patient(
            browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme="dark" if theme == "dark" else "light",
                reduced_motion="reduce",
            )
        )
        enter(context, live_server, user)
        page = context.new_page()
        complaints = watch(page)
        for path in paths:
            page.goto(live_server.url + path)
            page.wait_for_load_state("networkidle")
            problems[path] = accessibility_problems(page)
            assert sideways_scroll(page) <= 0, path
        context.close()
        assert complaints == []
    assert {path: found for path, found in problems.items() if found} == {}
