"""The words of the sentences about a figure, in English, ready for translation.

The templates stand inside calls of `gettext` and `ngettext`, so that the message extractor
finds them; which functions these are is the caller's choice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Subject(StrEnum):
    """What is counted; it chooses the nouns."""

    REJECTS = "rejects"
    RETURNS = "returns"


class MessageId(StrEnum):
    """Names of the sentences, stable for storage."""

    NO_ACTIVITY = "no_activity"
    TAKEN_BACK = "taken_back"
    WITHOUT_RECEIPTS = "without_receipts"
    NONE_FOUND = "none_found"
    COUNT_PAIR = "count_pair"
    MORE_THAN_RECEIVED = "more_than_received"
    LIKELY_RANGE = "likely_range"
    ABOVE_SHOWN = "above_shown"
    BELOW_SHOWN = "below_shown"
    TOO_FEW_FOR_ABOVE = "too_few_for_above"
    TOO_FEW_FOR_BELOW = "too_few_for_below"
    REJECTS_TO_DECIDE = "rejects_to_decide"
    CLEAN_UNITS_TO_DECIDE = "clean_units_to_decide"


def _singular_or_plural(singular: str, plural: str, number: int) -> str:
    return singular if number == 1 else plural


def _unchanged(message: str) -> str:
    return message


def _grouped(number: Decimal) -> str:
    return f"{number:,}"


@dataclass(frozen=True, kw_only=True)
class Wording:
    """Functions of a language: translation, plural and number format (default English)."""

    gettext: Callable[[str], str] = _unchanged
    ngettext: Callable[[str, str, int], str] = _singular_or_plural
    number: Callable[[Decimal], str] = _grouped


ENGLISH = Wording()


def template(
    message: MessageId, subject: Subject, numbers: Mapping[str, Decimal], wording: Wording
) -> str:
    """Return the translated template of a sentence, with `%(name)s` for each number."""
    if message in _COUNTED:
        return _counted(subject, message, _plural_number(numbers), wording)
    if message in _PLAIN:
        return _PLAIN[message](wording)
    return _by_subject(subject, message, wording)


def _plural_number(numbers: Mapping[str, Decimal]) -> int:
    """The number that governs the noun; a fractional one takes the plural."""
    count = numbers["count"] if "count" in numbers else numbers["units"]
    several = 2
    return int(count) if count == count.to_integral_value() else several


_COUNTED = {
    MessageId.WITHOUT_RECEIPTS,
    MessageId.COUNT_PAIR,
    MessageId.REJECTS_TO_DECIDE,
    MessageId.CLEAN_UNITS_TO_DECIDE,
}


def _counted(subject: Subject, message: MessageId, number: int, wording: Wording) -> str:
    if message is MessageId.CLEAN_UNITS_TO_DECIDE:
        return wording.ngettext(
            "With %(units)s more clean part it would be shown below %(threshold)s PPM.",
            "With %(units)s more clean parts it would be shown below %(threshold)s PPM.",
            number,
        )
    if subject is Subject.RETURNS:
        return _counted_returns(message, number, wording)
    return _counted_rejects(message, number, wording)


def _counted_rejects(message: MessageId, number: int, wording: Wording) -> str:
    if message is MessageId.WITHOUT_RECEIPTS:
        return wording.ngettext(
            "%(count)s reject without receipts: there is no PPM.",
            "%(count)s rejects without receipts: there is no PPM.",
            number,
        )
    if message is MessageId.COUNT_PAIR:
        return wording.ngettext(
            "%(count)s reject in %(units)s (%(ppm)s PPM).",
            "%(count)s rejects in %(units)s (%(ppm)s PPM).",
            number,
        )
    return wording.ngettext(
        "With %(count)s reject it would be shown above %(threshold)s PPM.",
        "With %(count)s rejects it would be shown above %(threshold)s PPM.",
        number,
    )


def _counted_returns(message: MessageId, number: int, wording: Wording) -> str:
    if message is MessageId.WITHOUT_RECEIPTS:
        return wording.ngettext(
            "%(count)s return without parts in the field: there is no PPM.",
            "%(count)s returns without parts in the field: there is no PPM.",
            number,
        )
    if message is MessageId.COUNT_PAIR:
        return wording.ngettext(
            "%(count)s return from %(units)s in the field (%(ppm)s PPM).",
            "%(count)s returns from %(units)s in the field (%(ppm)s PPM).",
            number,
        )
    return wording.ngettext(
        "With %(count)s return it would be shown above %(threshold)s PPM.",
        "With %(count)s returns it would be shown above %(threshold)s PPM.",
        number,
    )


def _by_subject(subject: Subject, message: MessageId, wording: Wording) -> str:
    returns = subject is Subject.RETURNS
    if message is MessageId.NO_ACTIVITY:
        if returns:
            return wording.gettext("No activity: no parts in the field.")
        return wording.gettext("No activity: nothing was received.")
    if message is MessageId.NONE_FOUND:
        if returns:
            return wording.gettext(
                "No returns from %(units)s in the field: compatible with up to %(upper)s PPM."
            )
        return wording.gettext("No rejects in %(units)s: compatible with up to %(upper)s PPM.")
    if returns:
        return wording.gettext("More was returned than is in the field.")
    return wording.gettext("More was rejected than received in this time.")


_PLAIN: dict[MessageId, Callable[[Wording], str]] = {
    MessageId.TAKEN_BACK: lambda wording: wording.gettext(
        "%(units)s more taken back than received: there is no PPM."
    ),
    MessageId.LIKELY_RANGE: lambda wording: wording.gettext("Likely range %(lower)s–%(upper)s."),
    MessageId.ABOVE_SHOWN: lambda wording: wording.gettext(
        "Chance alone hardly explains being above %(threshold)s PPM."
    ),
    MessageId.BELOW_SHOWN: lambda wording: wording.gettext(
        "Enough parts to say this is below %(threshold)s PPM."
    ),
    MessageId.TOO_FEW_FOR_ABOVE: lambda wording: wording.gettext(
        "Too few parts to say this is above %(threshold)s PPM."
    ),
    MessageId.TOO_FEW_FOR_BELOW: lambda wording: wording.gettext(
        "Too few parts to say this is below %(threshold)s PPM."
    ),
}
