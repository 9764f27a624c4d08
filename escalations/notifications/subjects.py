"""What messages can be about: for each kind its words, and the file that goes with it.

A kind is added with one module of words and one line here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from escalations.enums import Audience, MessageKind
from escalations.models import Attachment, Message
from escalations.notifications.attachments import case_scorecard, no_file, signed_scorecard
from escalations.notifications.content import case_content
from escalations.notifications.digest import collected, summary
from escalations.notifications.disputes import dispute_content
from escalations.notifications.eight_d import eight_d_content, eight_d_report
from escalations.notifications.parts import Content
from escalations.notifications.reminders import is_settled, reminder_content
from escalations.notifications.shipping import shipping_content, shipping_letter
from escalations.notifications.shipping_log import shipping_log_content
from escalations.notifications.sign_offs import sign_off_content
from escalations.notifications.signals import is_looked_at, signal_content


def never(_message: Message) -> bool:
    """Say of what has happened that it cannot be settled by waiting."""
    return False


@dataclass(frozen=True, kw_only=True)
class Subject:
    """How a kind of message is written; both are called in the recipient's language.

    `file` returns what is attached, or None and why nothing is ("" says nothing). What
    `is_settled` before it was first sent is not sent any more.
    """

    content: Callable[[Message], Content]
    file: Callable[[Message, datetime], tuple[Attachment | None, str]] = no_file
    is_settled: Callable[[Message], bool] = never


def digest_content(message: Message) -> Content:
    """Say together what came since the last daily summary and is not settled meanwhile."""
    waiting = collected(message)
    lasting = [one for one in waiting if not subject_of(one).is_settled(one)]
    told = [(one, subject_of(one).content(one)) for one in lasting or waiting]
    return summary(told, audience=Audience(message.audience))


SUBJECTS: dict[MessageKind, Subject] = {
    MessageKind.CASE: Subject(content=case_content, file=case_scorecard),
    MessageKind.DISPUTE: Subject(content=dispute_content),
    MessageKind.REMINDER: Subject(content=reminder_content, is_settled=is_settled),
    MessageKind.DIGEST: Subject(content=digest_content),
    MessageKind.SHIPPING: Subject(content=shipping_content, file=shipping_letter),
    MessageKind.SHIPPING_LOG: Subject(content=shipping_log_content),
    MessageKind.EIGHT_D: Subject(content=eight_d_content, file=eight_d_report),
    MessageKind.SIGN_OFF: Subject(content=sign_off_content, file=signed_scorecard),
    MessageKind.SIGNAL: Subject(content=signal_content, is_settled=is_looked_at),
}


def subject_of(message: Message) -> Subject:
    """Return how this message is written."""
    return SUBJECTS[MessageKind(message.kind)]
