"""`manage.py publish` from the console."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from scorecards.models import Scorecard, ScorecardDocument, WorkState
from suppliers.models import Supplier, User
from tests.scorecards.facts import decide, deliver


@pytest.fixture(autouse=True)
def own_media(tmp_path: Path) -> object:
    with override_settings(MEDIA_ROOT=str(tmp_path / "media")):
        yield


def publish(*words: str) -> str:
    out = StringIO()
    call_command("publish", *words, stdout=out, stderr=out)
    return out.getvalue()


def test_publishes_drains_and_renders(supplier_a: Supplier) -> None:
    deliver(supplier_a, 1_000)

    said = publish("2025-10")

    assert "Recomputed 1 changed supplier-months first." in said
    assert "2025-10: 1 published, 0 unchanged, 0 changed since publication." in said
    assert "1/1 ALFA-4711" in said
    assert "PDF: 1 rendered, 0 there already." in said
    assert ScorecardDocument.objects.get().state == WorkState.READY


def test_again_says_that_nothing_changed(supplier_a: Supplier) -> None:
    deliver(supplier_a, 1_000)
    publish("2025-10")

    said = publish("2025-10")

    assert "0 published, 1 unchanged" in said
    assert "PDF: 0 rendered, 1 there already." in said


def test_no_render_leaves_it_to_the_worker(supplier_a: Supplier) -> None:
    deliver(supplier_a, 1_000)

    publish("2025-10", "--no-render")

    assert ScorecardDocument.objects.get().state == WorkState.WAITING


def test_output_writes_the_months_pdfs_to_a_folder(supplier_a: Supplier, tmp_path: Path) -> None:
    deliver(supplier_a, 1_000)

    said = publish("2025-10", "--output", str(tmp_path / "out"))

    [file] = (tmp_path / "out").iterdir()
    assert file.name == "scorecard-ALFA-4711-2025-10-v1.pdf"
    assert file.read_bytes().startswith(b"%PDF-1.7")
    assert "1 PDFs written to" in said


def test_changed_counts_end_with_an_error_and_stay(supplier_a: Supplier) -> None:
    deliver(supplier_a, 1_000)
    publish("2025-10", "--no-render")
    decide(supplier_a, 1)

    with pytest.raises(CommandError, match="--restate"):
        publish("2025-10", "--no-render")
    assert Scorecard.objects.count() == 1


def test_restate_publishes_the_next_version(
    supplier_a: Supplier, sqe: User, tmp_path: Path
) -> None:
    deliver(supplier_a, 1_000)
    publish("2025-10", "--no-render")
    decide(supplier_a, 1)

    said = publish(
        "2025-10",
        "--restate",
        "A reject was booked late.",
        "--by",
        sqe.email,
        "--output",
        str(tmp_path / "out"),
    )

    assert "ALFA-4711: version 2." in said
    assert Scorecard.objects.get(version=2).published_by == sqe
    assert [file.name for file in (tmp_path / "out").iterdir()] == [
        "scorecard-ALFA-4711-2025-10-v2.pdf"
    ]


def test_only_the_named_supplier(supplier_a: Supplier, supplier_b: Supplier) -> None:
    deliver(supplier_a, 1_000)
    deliver(supplier_b, 1_000)

    publish("2025-10", "--supplier", "BRAVO-0815", "--no-render")

    assert Scorecard.objects.get().supplier == supplier_b


def test_named_supplier_without_activity_is_reported(supplier_a: Supplier) -> None:
    said = publish("2025-10", "--supplier", "ALFA-4711")

    assert "ALFA-4711: no activity in the twelve months to 2025-10." in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["October"], "is no month"),
        (["2025-13"], "is no month"),
        (["9999-01"], "is not over yet"),
        (["2025-10", "--supplier", "NOBODY"], "no supplier NOBODY"),
        (["2025-10", "--by", "nobody@example.org"], "no user nobody@example.org"),
    ],
)
def test_mistakes_are_named(db: None, words: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        publish(*words)


def test_without_pdf_it_publishes_and_says_so(supplier_a: Supplier, tmp_path: Path) -> None:
    deliver(supplier_a, 1_000)

    with override_settings(PDF_ENABLED=False):
        assert "No PDF was made" in publish("2025-10")
        with pytest.raises(CommandError, match="no PDF was made"):
            publish("2025-10", "--output", str(tmp_path / "out"))
    assert Scorecard.objects.count() == 1
