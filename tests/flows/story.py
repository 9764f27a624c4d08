"""A story that takes months: its clock, what the worker does meanwhile, and its mails."""

from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from escalations import tasks
from scorecards.rollup import drain
from suppliers.models import User
from tests.flows.mailbox import Mailbox

BERLIN = ZoneInfo("Europe/Berlin")


class Story:
    """What time it is for pages, services and tasks, and what has been mailed."""

    def __init__(self, day: date, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.at = datetime.combine(day, time(9), BERLIN)

    def now(self) -> datetime:
        """Tell the time, instead of `django.utils.timezone.now`."""
        return self.at

    def go_to(self, day: date) -> None:
        """Let days pass until nine in the morning of a later one."""
        if day <= self.at.date():
            raise AssertionError(f"{day} has begun already")
        self.at = datetime.combine(day, time(9), BERLIN)

    def work(self) -> None:
        """Do what the worker does: roll up, judge, watch, remind, send."""
        drain(at=self.at)
        tasks.judge_rejects()
        tasks.watch_shippings()
        tasks.evaluate_published()
        tasks.remind()
        # Mails of a scorecard give its drawing some minutes; nobody draws here.
        self.at += timedelta(minutes=15)
        tasks.send_messages()

    def subjects(self, user: User) -> list[str]:
        """Return what somebody has been mailed, oldest first."""
        return [str(mail["Subject"]) for mail in self.mailbox.to(user.email)]

    def mail(self, user: User, words: str) -> EmailMessage:
        """Return the newest mail to somebody with these words in its subject."""
        found = self.mailbox.told(user.email, words)
        if not found:
            raise AssertionError(f"no mail with “{words}” among {self.subjects(user)}")
        return found[-1]


def text_of(mail: EmailMessage) -> str:
    """Return the words of a mail as text, in one line."""
    part = mail.get_body(("plain",))
    if part is None:
        raise AssertionError("the mail has no text")
    return " ".join(str(part.get_content()).split())
