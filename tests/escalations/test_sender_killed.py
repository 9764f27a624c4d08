"""A sending process is killed with SIGKILL at the worst moment: the server has the mail, the
sender does not know it. The mail is sent again under the same Message-ID, and only that one.
"""

import os
import subprocess
import sys
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
from tests.smtp import smtp_server
from tests.waiting import until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

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
