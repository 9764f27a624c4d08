"""A sending process is killed with SIGKILL at the worst moment: the server has the mail, the
sender does not know it. The mail is sent again under the same Message-ID, and only that one.
"""

import os
import random
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from escalations.models import Message
from escalations.services import sending
from suppliers.enums import Role
from tests.cast import person
from tests.database import database_url
from tests.escalations.facts import evaluated, external
from tests.factories import SupplierFactory
from tests.flows.product import free_port
from tests.flows.waiting import until
from tests.smtp import smtp_server

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

MOMENTS = int(os.environ.get("KILL_MOMENTS", "3"))
EPISODES = int(os.environ.get("KILL_EPISODES", "12"))
SEND = """
import django
django.setup()
from django.utils import timezone
from escalations.services.sending import send_due
send_due(now=timezone.now)
"""


def test_killed_sender_repeats_one_mail_with_its_message_id() -> None:
    person(Role.BUYER)
    person(Role.SQE)
    external(SupplierFactory(), counted=7, received=100_000)
    evaluated(at=timezone.now())
    port = free_port()
    with smtp_server(port) as mailbox:
        mailbox.hold()
        sender = start_sender(port)
        until(lambda: len(mailbox.mails) == 1, "the server has taken the first mail")
        sender.kill()
        sender.wait()
        mailbox.release()
        assert sorted(states()) == ["sending", "waiting"]
        assert sending.send_due(now=lambda: timezone.now() + timedelta(minutes=1)) == 2
        assert sorted(mailbox.copies().values()) == [1, 2]
    assert states() == ["sent", "sent"]
    assert sorted(Message.objects.exclude(recipient=None).values_list("attempts", flat=True)) == [
        1,
        2,
    ]


def test_killed_at_random_moments_loses_nothing_and_doubles_one_mail_per_kill() -> None:
    """`KILL_MOMENTS=200 KILL_EPISODES=500 pytest …` is the large run."""
    person(Role.BUYER)
    person(Role.SQE)
    for supplier in SupplierFactory.create_batch(EPISODES):
        external(supplier, counted=7, received=100_000)
    evaluated(at=timezone.now())
    everything = Message.objects.exclude(recipient=None)
    told = everything.count()
    assert told >= 2 * EPISODES
    chance = random.Random(7)  # noqa: S311  # moments, not secrets
    port, kills = free_port(), 0
    with smtp_server(port) as mailbox:
        for _moment in range(MOMENTS):
            sender = start_sender(port)
            before, started = len(mailbox.mails), time.monotonic()
            # two senders at once, as two processes of a worker are
            other = start_sender(port)
            wanted = before + chance.randint(1, max(1, told // MOMENTS))
            while len(mailbox.mails) < wanted and time.monotonic() < started + 20:
                if sender.poll() is not None and other.poll() is not None:
                    break
                time.sleep(0.001)
            kills += 1  # both die in one moment
            for process in (sender, other):
                process.kill()
            for process in (sender, other):
                process.wait()
        later = timezone.now() + timedelta(hours=1)
        sending.send_due(now=lambda: later, most=10 * told)
        copies = mailbox.copies()
    assert set(states()) == {"sent"}
    assert len(copies) == told, "nothing is lost"
    assert sum(copies.values()) - told <= kills


def states() -> list[str]:
    return list(Message.objects.exclude(recipient=None).values_list("state", flat=True))


def start_sender(port: int) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "SCORECARD_PDF": "off",
    }
    root = Path(__file__).resolve().parents[2]
    return subprocess.Popen([sys.executable, "-c", SEND], env=environment, cwd=root)
