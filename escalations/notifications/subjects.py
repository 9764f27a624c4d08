"""What messages can be about: for each kind its words, and the file that goes with it.

A kind is added with one module of words and one line here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from escalations.enums import MessageKind
from escalations.models import Attachment, Message
from escalations.notifications.attachments import case_scorecard, no_file, signed_scorecard
from escalations.notifications.content import case_content
from escalations.notifications.disputes import dispute_content
from escalations.notifications.parts import Content
from escalations.notifications.sign_offs import sign_off_content


@dataclass(frozen=True, kw_only=True)
class Subject:
    """How a kind of message is written; both are called in the recipient's language.

    `file` returns what is attached, or None and why nothing is ("" says nothing).
    """

    content: Callable[[Message], Content]
    file: Callable[[Message, datetime], tuple[Attachment | None, str]] = no_file


SUBJECTS: dict[MessageKind, Subject] = {
    MessageKind.CASE: Subject(content=case_content, file=case_scorecard),
    MessageKind.DISPUTE: Subject(content=dispute_content),
    MessageKind.SIGN_OFF: Subject(content=sign_off_content, file=signed_scorecard),
}


def subject_of(message: Message) -> Subject:
    """Return how this message is written."""
    return SUBJECTS[MessageKind(message.kind)]
