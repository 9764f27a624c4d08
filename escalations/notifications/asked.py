"""What a mail asks of its reader: one sentence by audience and level."""

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations import reasons
from escalations.enums import Audience, MessageEvent
from escalations.notifications.joined import joins_proposal
from escalations.queries.notice import Notice
from escalations.workflow import Actor, Level

SHIPPING_ASKED: dict[Audience, Promise] = {
    Audience.PURCHASING: gettext_lazy(
        "Please see to it that nobody asks for shipments around the inspection, even when parts "
        "are short."
    ),
    Audience.QUALITY: gettext_lazy(
        "Please acknowledge the case and agree the inspection with the supplier."
    ),
    Audience.SUPPLIER: gettext_lazy(
        "From today please inspect all affected parts once more before shipment, beside your "
        "normal controls, and keep records of what was inspected and found."
    ),
}
# At level 2 it is not the supplier that inspects.
THIRD_PARTY_ASKED: dict[Audience, Promise] = {
    **SHIPPING_ASKED,
    Audience.QUALITY: gettext_lazy(
        "Please acknowledge the case, and agree the third party and its inspection with the "
        "supplier."
    ),
    Audience.SUPPLIER: gettext_lazy(
        "From today please have all affected parts inspected once more before shipment by an "
        "independent third party, at your expense, and keep records of what was inspected and "
        "found."
    ),
}
ASKED: dict[Level, dict[Audience, Promise]] = {
    Level.EIGHT_D: {
        Audience.PURCHASING: gettext_lazy(
            "Nothing is asked of purchasing now; the supplier owes us an 8D report."
        ),
        Audience.QUALITY: gettext_lazy(
            "Please acknowledge the case and check the supplier's containment."
        ),
        Audience.SUPPLIER: gettext_lazy("Please contain the problem and answer with an 8D report."),
    },
    Level.CS1: SHIPPING_ASKED,
    Level.CS2: THIRD_PARTY_ASKED,
    Level.STOP_SHIP: {
        Audience.PURCHASING: gettext_lazy(
            "Please call for no shipment of this part until the stop is lifted, and see what the "
            "plants need meanwhile."
        ),
        Audience.QUALITY: gettext_lazy(
            "Please acknowledge the case and have the inspection mended; a quality manager lifts "
            "the stop."
        ),
        Audience.SUPPLIER: gettext_lazy(
            "From today please ship none of this part, and hold back what is on its way; mend the "
            "inspection and show us how."
        ),
    },
    Level.NEW_BUSINESS_HOLD: {
        Audience.PURCHASING: gettext_lazy(
            "Please place no new business with this supplier until the hold is lifted."
        ),
        Audience.QUALITY: gettext_lazy("Please acknowledge the case."),
        Audience.SUPPLIER: gettext_lazy(
            "You will not be asked for new business until the hold is lifted."
        ),
    },
}
REVIEW_ASKED = gettext_lazy(
    "The counts have changed and no longer call for this level. Nothing was cancelled: please "
    "confirm the case, close it, or let a quality manager withdraw it."
)
PROPOSED_ASKED = gettext_lazy(
    "Please approve or decline the proposal. The supplier and purchasing know nothing of it yet."
)
PROPOSED_TOLD = gettext_lazy(
    "The quality manager decides; you need do nothing. The supplier and purchasing know nothing of "
    "it yet."
)
ENDED_ASKED = gettext_lazy(
    "What this level forbade is allowed again, except for what stands under “Forbidden now”."
)
PROPOSED_AFTER_ESCAPE = gettext_lazy(
    "Please approve or decline the proposal. The supplier and purchasing were told of the escape; "
    "purchasing places no new business until you decide."
)
STOP_AFTER_ESCAPE = gettext_lazy(
    "Please approve or decline the stop of shipments. The supplier and purchasing were told of the "
    "escape; whether there is new business is not decided here."
)

DECLINED_ASKED = gettext_lazy(
    "What you were asked to hold back until this decision is free again; only what stands under "
    "“Forbidden now” still is not."
)
WATCHED_ASKED = gettext_lazy(
    "Please look at the rejects with the supplier while there is time. The watch ends by itself "
    "once the month is judged."
)
NO_ESCAPE = gettext_lazy(
    "There is nothing left to decide: what called for this level was ruled to be no escape."
)
WITHDRAWN = gettext_lazy(
    "There is nothing left to decide: the controlled shipping that was escaped has been withdrawn."
)
TAKEN_BACK = gettext_lazy(
    "There is nothing left to decide: the facts were corrected, and no longer call for this level."
)
# By why the engine declined; a month or a reject that was corrected needs no line.
NOTHING_LEFT: dict[str, Promise] = {
    "escape_cleared": NO_ESCAPE,
    "shipping_withdrawn": WITHDRAWN,
}
JOINED_ASKED: dict[Audience, Promise] = {
    Audience.PURCHASING: gettext_lazy("Nothing is asked of you."),
    Audience.QUALITY: gettext_lazy(
        "Please check with the supplier that containment and actions cover this too."
    ),
    Audience.SUPPLIER: gettext_lazy(
        "Please contain this too, and take it into what you owe for the case."
    ),
    Audience.MANAGER: gettext_lazy("Please take it into your decision on the proposal."),
}

# By event and audience; whoever is not named is asked nothing.
SAID: dict[MessageEvent, dict[Audience, Promise]] = {
    MessageEvent.ENDED: {Audience.PURCHASING: ENDED_ASKED, Audience.SUPPLIER: ENDED_ASKED},
    MessageEvent.DECLINED: {Audience.PURCHASING: DECLINED_ASKED},
    MessageEvent.REVIEW: {Audience.QUALITY: REVIEW_ASKED},
    MessageEvent.JOINED: JOINED_ASKED,
    MessageEvent.WATCHED: {Audience.QUALITY: WATCHED_ASKED},
}


def asked(told: Notice) -> str:
    """Return what the reader is asked to do; empty when nothing is."""
    if joins_proposal(told) and told.audience is Audience.QUALITY:
        return str(_proposed(told))
    if told.event is MessageEvent.DECLINED and told.lead.by is None:
        return str(NOTHING_LEFT.get(told.lead.because.get("why", ""), TAKEN_BACK))
    if told.event in SAID:
        return str(SAID[told.event].get(told.audience, ""))
    if told.event is MessageEvent.PROPOSED:
        return str(_proposed(told))
    sentences = [_of_level(told, step.episode.level) for step in told.steps]
    # several cases of one level ask for the same
    return " ".join(filter(None, dict.fromkeys(sentences)))


def _proposed(told: Notice) -> Promise:
    if told.audience is Audience.QUALITY and told.lead.episode.approver != Actor.SQE.value:
        return PROPOSED_TOLD
    if not reasons.is_escape(told.lead):
        return PROPOSED_ASKED
    is_stop = told.lead.episode.level == Level.STOP_SHIP.value
    return STOP_AFTER_ESCAPE if is_stop else PROPOSED_AFTER_ESCAPE


def _of_level(told: Notice, level: str) -> str:
    alone = level == told.lead.episode.level
    if told.audience is not Audience.SUPPLIER and not alone:
        return ""
    sentence = str(ASKED.get(Level(level), {}).get(told.audience, ""))
    eight_d = told.eight_d
    if told.audience is Audience.SUPPLIER and level == Level.EIGHT_D.value and eight_d is not None:
        sentence += " " + _("Containment (D3) is due on %(day)s.") % {
            "day": date_format(eight_d.d3_due_on)
        }
    return sentence
