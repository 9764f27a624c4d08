"""PDFs are made exactly as often as needed, by several workers, whatever dies."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.test import override_settings

from scorecards import tasks
from scorecards.models import Scorecard, ScorecardDocument, WorkState
from scorecards.models.work import MOST_ATTEMPTS, pause_after
from scorecards.pdf import PdfUnavailableError, version_pdf
from scorecards.pdf.files import draw
from scorecards.services.documents import render_now, render_waiting
from scorecards.services.publication import publish_month
from suppliers.models import Supplier
from tests.database import database_url
from tests.factories import SupplierFactory
from tests.scorecards.facts import OCTOBER, deliver, roll_up

NOW = datetime(2025, 11, 10, 9, 30, tzinfo=UTC)


def now() -> datetime:
    return NOW


def publish(*suppliers: Supplier) -> list[Scorecard]:
    for supplier in suppliers:
        deliver(supplier, 1_000)
    roll_up()
    return publish_month(month=OCTOBER, by=None, at=NOW).published


def files() -> list[Path]:
    return sorted(Path(settings.MEDIA_ROOT).rglob("*.pdf"))


@pytest.fixture(autouse=True)
def own_media(tmp_path: Path) -> object:
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        yield


def test_waiting_document_becomes_a_file(supplier_a: Supplier) -> None:
    [scorecard] = publish(supplier_a)

    assert render_waiting(clock=now) == 1

    document = ScorecardDocument.objects.get()
    [file] = files()
    content = file.read_bytes()
    assert (document.state, document.attempts, document.finished_at) == (WorkState.READY, 1, NOW)
    assert document.size_bytes == len(content)
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert file == Path(settings.MEDIA_ROOT) / document.file
    assert version_pdf(scorecard).content == content


def test_rendering_ends_with_its_turn(supplier_a: Supplier) -> None:
    publish(supplier_a)

    assert render_waiting(clock=now, until=NOW) == 0
    assert ScorecardDocument.objects.get().attempts == 0
    assert render_waiting(clock=now, until=NOW + timedelta(seconds=1)) == 1


def test_rendering_again_does_nothing(supplier_a: Supplier) -> None:
    [scorecard] = publish(supplier_a)
    render_waiting(clock=now)

    assert render_waiting(clock=now) == 0
    assert render_now(scorecard, clock=now) is False
    assert ScorecardDocument.objects.get().attempts == 1


def test_lost_or_damaged_file_is_drawn_again(supplier_a: Supplier) -> None:
    [scorecard] = publish(supplier_a)
    render_waiting(clock=now)
    [file] = files()
    content = file.read_bytes()

    file.write_bytes(content[:1000])
    assert version_pdf(scorecard).content == content
    file.unlink()
    assert version_pdf(scorecard).content == content


def test_document_of_an_earlier_release_stays_what_it_was(
    supplier_a: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    [scorecard] = publish(supplier_a)
    with monkeypatch.context() as earlier:
        earlier.setattr("scorecards.pdf.weasy.complete", lambda _document, _pdf: None)
        render_waiting(clock=now)
    [file] = files()
    content = file.read_bytes()

    assert draw(scorecard) != content, "today it would be drawn with more tags"
    assert render_waiting(clock=now) == 0
    assert version_pdf(scorecard).content == content == file.read_bytes()


def fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(_scorecard: Scorecard) -> bytes:
        raise OSError("no space left on device")

    monkeypatch.setattr("scorecards.services.documents.draw", draw)


def test_failed_attempt_waits_and_says_why(
    supplier_a: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(supplier_a)
    fail(monkeypatch)

    assert render_waiting(clock=now) == 0

    document = ScorecardDocument.objects.get()
    assert (document.state, document.attempts) == (WorkState.WAITING, 1)
    assert document.error == "OSError: no space left on device"
    assert NOW + timedelta(seconds=8) <= document.next_attempt_at <= NOW + timedelta(seconds=12)
    assert files() == []


def test_eighth_failure_is_the_last(supplier_a: Supplier, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(supplier_a)
    fail(monkeypatch)
    later = NOW
    for _ in range(MOST_ATTEMPTS + 2):
        later += timedelta(hours=1)
        render_waiting(clock=lambda at=later: at)  # type: ignore[misc]  # bound at once

    document = ScorecardDocument.objects.get()
    assert (document.state, document.attempts) == (WorkState.DEAD, MOST_ATTEMPTS)


def test_attempts_that_died_without_a_word_count_too(supplier_a: Supplier) -> None:
    publish(supplier_a)
    ScorecardDocument.objects.update(state=WorkState.WORKING, attempts=MOST_ATTEMPTS)

    assert render_waiting(clock=now) == 0
    document = ScorecardDocument.objects.get()
    assert document.state == WorkState.DEAD
    assert document.error == "Interrupted in every attempt."


def test_pauses_double_and_are_bounded() -> None:
    pauses = [pause_after(attempts).total_seconds() for attempts in range(1, 12)]

    assert 8 <= pauses[0] <= 12
    assert 32 <= pauses[2] <= 48
    assert max(pauses) <= 36 * 60


def test_missing_machinery_uses_up_no_attempt(supplier_a: Supplier) -> None:
    publish(supplier_a)

    with override_settings(PDF_ENABLED=False):
        with pytest.raises(PdfUnavailableError):
            render_waiting(clock=now)
        assert tasks.render_scorecards() == 0
    document = ScorecardDocument.objects.get()
    assert (document.state, document.attempts, document.error) == (WorkState.WAITING, 0, "")
    soon = document.next_attempt_at
    assert render_waiting(clock=lambda: soon) == 1  # once PDF is on again
    document.refresh_from_db()
    assert document.state == WorkState.READY


def test_task_renders_what_waits(supplier_a: Supplier) -> None:
    publish(supplier_a)

    assert tasks.render_scorecards() == 1


@pytest.mark.django_db(transaction=True)
def test_several_workers_share_the_work_without_doing_any_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(*SupplierFactory.create_batch(24))
    drawn: list[int] = []

    def draw(scorecard: Scorecard) -> bytes:
        drawn.append(scorecard.pk)
        time.sleep(0.01)
        return f"{scorecard.pk}".encode()

    monkeypatch.setattr("scorecards.services.documents.draw", draw)
    in_threads([lambda: render_waiting(clock=now)] * 3)

    assert len(drawn) == len(set(drawn)) == 24
    assert set(ScorecardDocument.objects.values_list("state", "attempts")) == {("ready", 1)}


@pytest.mark.django_db(transaction=True)
def test_document_at_work_is_left_alone_even_when_its_time_has_come(
    supplier_a: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    [scorecard] = publish(supplier_a)
    monkeypatch.setattr("scorecards.services.documents.draw", lambda _card: b"%PDF")
    done: list[object] = []

    def others() -> None:
        done.append(render_waiting(clock=lambda: NOW + timedelta(days=1)))
        done.append(render_now(scorecard, clock=now))

    with transaction.atomic():
        ScorecardDocument.objects.select_for_update().get()
        in_threads([others])

    assert done == [0, False]


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_is_done_again_and_once(supplier_a: Supplier) -> None:
    publish(supplier_a)
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "-c", SLOW_WORKER]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "drawing\n"
        process.send_signal(signal.SIGKILL)

    document = ScorecardDocument.objects.get()
    assert (document.state, document.attempts) == (WorkState.WORKING, 1)
    assert files() == []
    assert render_waiting(clock=lambda: document.next_attempt_at) == 1
    document.refresh_from_db()
    assert (document.state, document.attempts) == (WorkState.READY, 2)
    assert len(files()) == 1


# The product's own worker, held up inside the drawing so that it can be killed there.
SLOW_WORKER = """
import time, django
django.setup()
from django.utils import timezone
from scorecards.services import documents
def draw(scorecard):
    print("drawing", flush=True)
    time.sleep(60)
documents.draw = draw
documents.render_waiting(clock=timezone.now)
"""


def in_threads(targets: list[Callable[[], object]]) -> None:
    """Run callables at once, each on a connection of its own."""

    def run(target: Callable[[], object]) -> None:
        try:
            target()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(target,)) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
