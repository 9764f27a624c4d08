"""Mails in German: every kind is rendered, and no string of any is left in English."""

import gettext
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import trans_real

from config.translations import machine_readable
from escalations.enums import Audience, MessageEvent, MessageState
from escalations.models import Episode, Message
from escalations.notifications.render import in_language_of, render
from escalations.services.decisions import decide
from escalations.services.digests import sum_up
from escalations.services.proposals import propose
from escalations.services.reminding import remind_due
from escalations.workflow import Action, Level
from scorecards.models import Scorecard
from scorecards.services.publication import publish_month, restate
from scorecards.services.sign_off import answer
from scorecards.services.sign_off import remind_due as remind_of_sign_offs
from scorecards.sign_off_steps import SignOff
from suppliers.enums import DisputeAction
from suppliers.models import Supplier, User
from suppliers.services.disputes import answer as answer_dispute
from suppliers.services.disputes import appeal, pass_on_overdue
from tests.escalations.facts import AT, OCTOBER, evaluated, external
from tests.factories import RejectVerdictFactory
from tests.scorecards.facts import deliver, roll_up, suspect
from tests.suppliers.services.records import dispute_of, reject_of
from tests.suppliers.services.test_disputes import partly

pytestmark = pytest.mark.django_db
PO = Path(__file__).parents[2] / "locale" / "de" / "LC_MESSAGES" / "django.po"
NAMED = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Collect what is asked of the German catalogue and is not in it."""
    found: set[str] = set()
    catalogue = vars(trans_real.translation("de"))["_catalog"]
    plural = ngettext_of(trans_real.ngettext, catalogue, found)

    def single(message: Any) -> str:
        if translation.get_language() == "de" and message and catalogue.get(message) is None:
            found.add(str(message))
        return str(original(message))

    def in_context(context: str, message: str) -> str:
        if translation.get_language() == "de" and catalogue.get(f"{context}\4{message}") is None:
            found.add(f"{context} | {message}")
        return str(contextual(context, message))

    original, contextual = trans_real.gettext, trans_real.pgettext
    for name, wrapped in (("gettext", single), ("ngettext", plural), ("pgettext", in_context)):
        monkeypatch.setattr(trans_real, name, wrapped)
        monkeypatch.setattr(vars(translation)["_trans"], name, wrapped, raising=False)
    return found


def ngettext_of(
    original: Callable[[str, str, int], str], catalogue: Any, found: set[str]
) -> Callable[[str, str, int], str]:
    def many(one: str, several: str, number: int) -> str:
        known = catalogue.get((one, 1)) is not None
        if translation.get_language() == "de" and not known:
            found.add(f"{one} | {several}")
        return str(original(one, several, number))

    return many


def everything_told(supplier: Supplier, member: User, sqe: User, manager: User) -> None:
    """Let one supplier go through what mails tell of."""
    roll_up()
    external(supplier, counted=26, received=250_000)
    evaluated()
    hold = propose(
        supplier=supplier,
        metric="external_ppm",
        level=Level.CS2,
        because="An escape.",
        by=None,
        at=AT,
    )
    decide(episode=hold, action=Action.APPROVE, by=manager, at=AT, reason="Right.")
    again = propose(
        supplier=supplier,
        metric="warranty_ppm",
        level=Level.NEW_BUSINESS_HOLD,
        because="Twice.",
        by=None,
        at=AT,
    )
    decide(episode=again, action=Action.DECLINE, by=manager, at=AT, reason="Not yet.")
    case = Episode.objects.filter(level=Level.EIGHT_D.value).get()
    for action in (Action.ACKNOWLEDGE, Action.REVIEW, Action.CONFIRM):
        decide(episode=case, action=action, by=sqe, at=AT, reason="Seen.")
    for days in (0, 1, 2, 6, 10, 17, 25):
        at = AT + timedelta(days=days)
        remind_due(clock=lambda at=at: at)  # type: ignore[misc]  # the moment is bound
        Message.objects.filter(state=MessageState.WAITING).update(
            state=MessageState.SENT, sent_at=at
        )


def disputes(supplier: Supplier, member: User, sqe: User, manager: User) -> None:
    at = datetime(2026, 3, 10, 9, tzinfo=UTC)
    first = dispute_of(reject_of(supplier, complaint="C-1"), member)
    partly(first, sqe)
    appeal(dispute=first, reason="Look again.", by=member, at=at)
    given: Any = {"reason": "No.", "decided": None, "at": at}
    answer_dispute(dispute=first, action=DisputeAction.REJECT, by=manager, **given)
    dispute_of(reject_of(supplier, complaint="C-2"), member)
    pass_on_overdue(at=at + timedelta(days=9))


def sign_offs(supplier: Supplier, member: User) -> None:
    published = datetime(2026, 11, 10, 9, 30, tzinfo=UTC)
    deliver(supplier, 10_000)
    suspect(supplier, 3, complaint="C-9")
    roll_up()
    publish_month(month=OCTOBER, by=None, at=published)
    reject = supplier.rejects.get(complaint="C-9")
    RejectVerdictFactory(reject=reject, supplier_qty=1)
    roll_up()
    restate(supplier=supplier, month=OCTOBER, reason="Two were ours.", by=None, at=published)
    for days in (8, 15, 22):
        at = published + timedelta(days=days)
        remind_of_sign_offs(clock=lambda at=at: at)  # type: ignore[misc]  # the moment is bound
    card = Scorecard.objects.newest().get(supplier=supplier)
    answer(
        card,
        action=SignOff.QUERIED,
        name="Ida",
        sha256=card.sha256,
        statement="Only one piece here.",
        by=member,
        at=published,
    )
    sum_up(clock=lambda: published + timedelta(days=30))


def test_no_string_of_a_mail_is_untranslated(
    supplier_a: Supplier,
    member_a: User,
    admin_a: User,
    sqe: User,
    buyer: User,
    quality_manager: User,
    missing: set[str],
) -> None:
    User.objects.update(language="de")
    for person in (member_a, sqe, buyer, quality_manager):
        person.refresh_from_db()
    everything_told(supplier_a, member_a, sqe, quality_manager)
    disputes(supplier_a, member_a, sqe, quality_manager)
    sign_offs(supplier_a, member_a)
    missing.clear()
    said: dict[tuple[str, str], str] = {}
    for message in Message.objects.with_content().order_by("pk"):
        with in_language_of(message):
            said[message.event, message.audience] = render(message).text
    told = {event for event, _audience in said}
    assert told >= {
        *(MessageEvent.RAISED, MessageEvent.PROPOSED, MessageEvent.DECLINED),
        *(MessageEvent.DISPUTED, MessageEvent.ANSWERED, MessageEvent.OVERDUE),
        *(MessageEvent.APPEALED, MessageEvent.PUBLISHED, MessageEvent.RESTATED),
        *(MessageEvent.REMINDER, MessageEvent.UNSIGNED, MessageEvent.QUERIED),
        *(MessageEvent.DUE, MessageEvent.PASSED_UP, MessageEvent.PASSED_ON, MessageEvent.DIGEST),
    }
    assert missing == set()
    assert "hat für externe PPM eine neue Stufe" in said[MessageEvent.RAISED, Audience.PURCHASING]


def test_translations_name_the_same_values_as_their_originals() -> None:
    compiled = io.BytesIO(machine_readable(PO.read_text("utf-8")))
    texts: dict[Any, str] = vars(gettext.GNUTranslations(compiled))["_catalog"]
    del texts[""]
    assert len(texts) > 300
    for original, german in texts.items():
        said = original[0] if isinstance(original, tuple) else original
        assert set(NAMED.findall(german)) == set(NAMED.findall(said)), said
