"""The words of a mail about controlled shipping: what happened, what is asked, what is left."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from escalations import reasons, wording
from escalations.enums import Audience, MessageEvent
from escalations.models import (
    Attachment,
    ControlledShipping,
    Episode,
    Message,
    ShippingEvent,
    ShippingLetter,
    ShippingLogEntry,
)
from escalations.notifications.attachments import drawn, no_file
from escalations.notifications.escapes import escape_asked, waits_after
from escalations.notifications.forbidden import forbidden_by
from escalations.notifications.letters import letter_pdf
from escalations.notifications.parts import Content, Section
from escalations.owed import Scope
from escalations.queries.after_escapes import until_decided
from escalations.queries.forbidding import lanes_by_level, levels_forbidding
from escalations.queries.owed_shipping import owed_on_shipping
from escalations.queries.shipping_exit import exit_progress, said, today_of
from escalations.queries.shipping_finds import found_with
from escalations.queries.shipping_lanes import lanes_of
from escalations.queries.shown import Shown, covers_only_shown
from escalations.shipping_enums import LetterKind
from escalations.shipping_workflow import ShippingState

LETTERS = {
    MessageEvent.SHIPPING_ENTERED: LetterKind.ENTRY,
    MessageEvent.SHIPPING_EXITED: LetterKind.EXIT,
}

TAKEN_BACK = (MessageEvent.SHIPPING_CLEARED, MessageEvent.SHIPPING_WITHDRAWN)


def shipping_content(message: Message) -> Content:
    """Say in the active language what an event of a controlled shipping means to its reader."""
    event = _event(message)
    shipping = event.shipping
    shown = Shown.to(message.recipient, shipping.episode.supplier_id)
    finds = [entry for entry in found_with(event) if shown.sees(entry.plant_id)]
    change = _change(message, event, finds)
    return Content(
        subject=_subject(message, shipping),
        opening=[line for line in (change, _asked(message, event)) if line],
        sections=[section for section in _sections(message, event, finds) if section.lines],
        link=settings.SITE_URL + shipping.get_absolute_url(),
        link_text=_("Open %(number)s") % {"number": shipping.number},
    )


def shipping_letter(message: Message, at: datetime) -> tuple[Attachment | None, str]:
    """Attach the letter that the event sent, to whoever answers for every plant it names."""
    kind = LETTERS.get(MessageEvent(message.event))
    shipping = _event(message).shipping
    rows = ShippingLetter.objects.filter(shipping=shipping, kind=kind)
    letter = rows.select_related("pdf", "shipping").first()
    if letter is None:
        return no_file(message, at)
    if not _gets_letters(message, shipping):
        return None, _("No letter is attached: it also names plants you do not answer for.")
    return drawn(message, lambda: letter_pdf(letter))


def _gets_letters(message: Message, shipping: ControlledShipping) -> bool:
    """Whether the reader may have its letters, as on its page."""
    reader = message.recipient
    return reader is None or covers_only_shown(shipping, user=reader)


def _event(message: Message) -> ShippingEvent:
    rows = ShippingEvent.objects.select_related(
        "shipping__episode__supplier",
        "entry__part",
        "entry__plant",
        "reject__part",
        "reject__plant",
    )
    found: ShippingEvent = rows.get(pk=message.about_id)
    return found


def _words(shipping: ControlledShipping) -> dict[str, Any]:
    supplier = shipping.episode.supplier
    return {
        "supplier": supplier.code,
        "name": supplier.name,
        "number": shipping.number,
        "level": wording.level_name(shipping.level),
        "who": shipping.confirmed_name,
    }


def _subject(message: Message, shipping: ControlledShipping) -> str:
    texts = {
        MessageEvent.SHIPPING_ENTERED: _("%(supplier)s: %(level)s, letter %(number)s to confirm"),
        MessageEvent.SHIPPING_CONFIRMED: _("%(supplier)s: %(level)s confirmed, %(number)s"),
        MessageEvent.SHIPPING_FIND: _("%(supplier)s: defects found in %(level)s, %(number)s"),
        MessageEvent.SHIPPING_ESCAPE: _("%(supplier)s: a reject escaped %(level)s, %(number)s"),
        MessageEvent.SHIPPING_READY: _("%(supplier)s: %(level)s ready to exit, %(number)s"),
        MessageEvent.SHIPPING_EXITED: _("%(supplier)s: %(level)s ended, %(number)s"),
        MessageEvent.SHIPPING_CLEARED: _("%(supplier)s: was no escape from %(level)s, %(number)s"),
        MessageEvent.SHIPPING_WITHDRAWN: _("%(supplier)s: %(level)s withdrawn, %(number)s"),
    }
    return texts[MessageEvent(message.event)] % _words(shipping)


def _change(message: Message, event: ShippingEvent, finds: Sequence[ShippingLogEntry]) -> str:
    shipping = event.shipping
    words = _words(shipping)
    told = MessageEvent(message.event)
    if told is MessageEvent.SHIPPING_FIND and finds:
        if len(finds) > 1:
            return _(
                "%(name)s (%(supplier)s) has logged %(count)s finds together. The clean count "
                "begins again."
            ) % {**words, "count": len(finds)}
        return _(
            "%(name)s (%(supplier)s) found %(found)s of %(inspected)s pieces of part %(part)s on "
            "%(day)s: %(defect)s. The clean count begins again."
        ) % {**words, **_day(finds[0])}
    if told is MessageEvent.SHIPPING_CLEARED and event.reject is not None:
        return _(
            "Reject %(reject)s of part %(part)s, told before as an escape from %(number)s of "
            "%(name)s (%(supplier)s), was ruled not to be one."
        ) % {**words, "reject": event.reject, "part": event.reject.part.number}
    if told is MessageEvent.SHIPPING_ESCAPE and event.reject is not None:
        return _(
            "Reject %(reject)s of part %(part)s was detected at plant %(plant)s on %(day)s "
            "although %(name)s (%(supplier)s) has every piece of it inspected under %(number)s."
        ) % {
            **words,
            "reject": event.reject,
            "part": event.reject.part.number,
            "plant": event.reject.plant.code,
            "day": date_format(event.reject.detected_on),
        }
    texts = {
        MessageEvent.SHIPPING_ENTERED: _(
            "%(name)s (%(supplier)s): the entry letter of %(level)s is attached."
        ),
        MessageEvent.SHIPPING_CONFIRMED: _(
            "%(who)s has confirmed the entry letter for %(name)s (%(supplier)s)."
        ),
        MessageEvent.SHIPPING_READY: _(
            "%(name)s (%(supplier)s) meets every exit criterion of %(number)s."
        ),
        MessageEvent.SHIPPING_EXITED: _(
            "%(level)s of %(name)s (%(supplier)s) has ended; the exit letter is attached."
        )
        if _gets_letters(message, shipping)
        else _("%(level)s of %(name)s (%(supplier)s) has ended."),
        MessageEvent.SHIPPING_WITHDRAWN: _(
            "%(level)s of %(name)s (%(supplier)s) was taken back: it should not have been entered."
        ),
    }
    return capfirst(texts.get(told, "%(number)s") % words)


def _day(entry: ShippingLogEntry) -> dict[str, Any]:
    return {
        "found": wording.number(entry.found_qty),
        "inspected": wording.number(entry.inspected_qty),
        "part": entry.part.number,
        "day": date_format(entry.day),
        "defect": entry.defect,
    }


def _asked(message: Message, event: ShippingEvent) -> str:
    told, audience = MessageEvent(message.event), Audience(message.audience)
    shipping = event.shipping
    if told is MessageEvent.SHIPPING_ENTERED:
        return _confirmation_asked(shipping, at=message.created_at)
    if told is MessageEvent.SHIPPING_READY:
        return _("Please look at the log and send the exit letter.")
    if told is MessageEvent.SHIPPING_ESCAPE:
        return escape_asked(audience, event)
    if told is MessageEvent.SHIPPING_EXITED and audience is not Audience.QUALITY:
        return _(
            "What it covered may be shipped again without the additional inspection, except for "
            "what stands under “Forbidden now”."
        )
    if told in TAKEN_BACK and audience is Audience.PURCHASING:
        return _(
            "What you were asked to hold back because of it is free again; only what stands under "
            "“Forbidden now” still is not."
        )
    return ""


def _confirmation_asked(shipping: ControlledShipping, *, at: datetime) -> str:
    """Until when the letter is to be confirmed says what is owed; nothing once it was."""
    scope = Scope(at=at, supplier_ids=[shipping.episode.supplier_id])
    key = f"shipping-{shipping.pk}-{ShippingState.LETTER_SENT}"
    due = next((one.due_on for one in owed_on_shipping(scope) if one.key == key), None)
    if due is None:
        return _("Please confirm it with your name; then log each day of sorting.")
    return _("Please confirm it with your name by %(day)s; then log each day of sorting.") % {
        "day": date_format(due)
    }


def _forbidden(message: Message, event: ShippingEvent) -> list[str]:
    """Say what is forbidden now by all of the supplier's cases; ended shippings forbid nothing.

    Of the cases, parts and plants that the reader may open.
    """
    shipping, reader = event.shipping, message.recipient
    levels = levels_forbidding(shipping.episode.supplier_id, user=reader)
    lanes = lanes_by_level(shipping.episode.supplier_id, user=reader)
    own = _lanes(message, shipping)
    if not ShippingState(event.to_state).is_final:
        levels.add(shipping.level)
        lanes[shipping.level] = list(dict.fromkeys([*own, *lanes.get(shipping.level, [])]))
    asked = [until_decided()] if waits_after(message, event) else []
    return [*asked, *forbidden_by(levels, lanes)] or [wording.forbidden("")]


def _lanes(message: Message, shipping: ControlledShipping) -> list[str]:
    """Name what it covers, as far as the reader sees it."""
    shown = Shown.to(message.recipient, shipping.episode.supplier_id)
    return [str(lane) for lane in shown.lanes(lanes_of(shipping))]


def _case(case: Episode) -> Iterator[str]:
    """The end of the inspection ends no level by itself."""
    if case.is_in_force:
        yield _(
            "%(case)s (%(level)s) stays open until its own criteria are met; it forbids nothing "
            "any more."
        ) % {"case": case.number, "level": wording.level_name(case.level)}


def _find(entry: ShippingLogEntry) -> str:
    return _("%(day)s, part %(part)s: %(found)s of %(inspected)s found, %(defect)s") % {
        "day": date_format(entry.day),
        "part": entry.part.number,
        "found": wording.number(entry.found_qty),
        "inspected": wording.number(entry.inspected_qty),
        "defect": entry.defect,
    }


def _sections(
    message: Message, event: ShippingEvent, finds: Sequence[ShippingLogEntry]
) -> Iterator[Section]:
    shipping = event.shipping
    told = MessageEvent(message.event)
    yield Section(title=_("Forbidden now"), lines=_forbidden(message, event))
    if told is MessageEvent.SHIPPING_FIND and len(finds) > 1:
        yield Section(title=_("Finds"), lines=[_find(entry) for entry in finds])
    yield Section(title=_("Parts and plants"), lines=_lanes(message, shipping))
    if told is MessageEvent.SHIPPING_ENTERED:
        yield Section(title=_("Defect"), lines=shipping.defect.splitlines())
        exit_ = [wording.exit_criteria(shipping)]
        yield Section(title=_("To leave controlled shipping"), lines=exit_)
    elif told is not MessageEvent.SHIPPING_WITHDRAWN:
        progress = exit_progress(shipping, today=today_of(shipping, at=event.at))
        criteria = [
            _("%(name)s: %(have)d of %(need)d. %(why)s")
            % {"name": one.name, "have": one.reached, "need": one.need, "why": one.why}
            for one in said(progress, ended=not shipping.is_open)
        ]
        yield Section(title=_("Progress to exit"), lines=criteria)
    if told is MessageEvent.SHIPPING_EXITED:
        yield Section(title=_("The case"), lines=list(_case(shipping.episode)))
    yield Section(title=_("Reason"), lines=reasons.of_event(event).splitlines())
