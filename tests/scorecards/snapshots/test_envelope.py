"""Snapshots published by earlier releases stay readable, and their hashes hold."""

import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import override_settings

from scorecards.codec import UnreadableSnapshotError
from scorecards.formulas.sentences import paragraph
from scorecards.pdf.page import page_html
from scorecards.periods import Month
from scorecards.queries.sheet import Sheet
from scorecards.snapshots import Changes, open_snapshot, seal, sha256

# As the first release wrote it. Never regenerate it: if it cannot be read any more, then
# neither can what was published.
FORMAT_1 = json.loads((Path(__file__).parent / "format_1.json").read_text(encoding="utf-8"))
FORMAT_2 = json.loads((Path(__file__).parent / "format_2.json").read_text(encoding="utf-8"))
SHA256_OF_2 = "9cbb2973d384e0060b27864668a2ff84d7f95eec8d40864dd8904a9c7ea6e4bf"
FORMAT_3 = json.loads((Path(__file__).parent / "format_3.json").read_text(encoding="utf-8"))
SHA256_OF_3 = "d0eaa28276871246d67474483a526bc9fe1f3be66a84bd104f3a3b8154cbfa04"
# The pages that are made of them now.
PAGES = {
    1: "cf710df2d5906dc434a69636d19340231829b53bed3553a4a4e05019ef7e8917",
    2: "6feb757675b653c6b0454998cf73d7880f1901ebb33645c67c510a713c67238c",
}


def test_format_1_is_still_read() -> None:
    envelope = open_snapshot(FORMAT_1)

    overview = envelope.overview
    assert (envelope.version, envelope.cut_off_at) == (1, datetime(2026, 11, 10, 9, 30, tzinfo=UTC))
    assert (overview.supplier.code, overview.month) == ("ALFA-4711", Month(2026, 10))
    assert overview.external.month.ppm == 100
    assert overview.external.month.printed_ppm == 100
    assert overview.external.target_ppm == 25
    assert len(overview.external.series) == 13
    assert paragraph(parts=overview.external.month.statements) == (
        "5 rejects in 50,000 (100 PPM). Likely range 32–233. "
        "Too few parts to say this is above 50 PPM."
    )
    assert overview.cases[0].number == "8D-2026-00001"
    assert overview.certificates[0].standard == "IATF 16949"
    assert overview.defects[0].label == "BORE"


def test_format_1_keeps_its_hash_and_is_read_without_a_score() -> None:
    assert sha256(FORMAT_1) == "1e030cc3871658c20d5d916d24fddf72ac8166ba66cd30c11669b989a69687f0"
    assert open_snapshot(FORMAT_1).overview.score is None


def test_format_1_loses_nothing_in_the_newer_format() -> None:
    envelope = open_snapshot(FORMAT_1)

    again = seal(envelope.overview, version=1, cut_off_at=envelope.cut_off_at)

    newer = {**FORMAT_1["overview"], "score": None, "control": None}
    assert again == {**FORMAT_1, "format": 3, "overview": newer}


def test_format_2_keeps_its_hash_and_is_read_without_a_control_chart() -> None:
    envelope = open_snapshot(FORMAT_2)

    again = seal(envelope.overview, version=1, cut_off_at=envelope.cut_off_at)

    newer = {**FORMAT_2["overview"], "control": None}
    assert again == {**FORMAT_2, "format": 3, "overview": newer}
    assert sha256(FORMAT_2) == SHA256_OF_2
    assert envelope.overview.control is None
    score = envelope.overview.score
    assert score is not None
    assert (score.score, score.grade, score.scheme) == (Decimal("60.0"), "C", 1)
    assert [hit.about for hit in score.gates] == ["E-2026-00007"]


def test_format_3_is_still_read_written_and_hashed_the_same() -> None:
    envelope = open_snapshot(FORMAT_3)

    again = seal(envelope.overview, version=1, cut_off_at=envelope.cut_off_at)

    assert again == FORMAT_3
    assert sha256(again) == SHA256_OF_3
    control = envelope.overview.control
    assert control is not None
    assert (control.version, control.first, control.method) == (1, Month(2024, 11), "exact_limits")
    assert [month.month for month in control.months if month.signals] == [
        Month(2026, 3),
        Month(2026, 10),
    ]


@pytest.mark.parametrize("number", [1, 2])
def test_page_of_earlier_formats_is_what_it_was_byte_for_byte(number: int) -> None:
    envelope = open_snapshot({1: FORMAT_1, 2: FORMAT_2}[number])
    sheet = Sheet(
        overview=envelope.overview,
        version=1,
        cut_off_at=envelope.cut_off_at,
        published_at=envelope.cut_off_at,
        snapshot_id=7,
        sha256="ab" * 32,
        reason="",
        changes=Changes(),
        superseded_by=None,
    )

    with override_settings(SITE_URL="http://localhost:8000"):
        page = page_html(sheet)

    # Whoever changes the page on purpose changes PDFs of old versions drawn again with it.
    assert hashlib.sha256(page.encode()).hexdigest() == PAGES[number]


@pytest.mark.parametrize("unknown", [4, 0, None, "1"])
def test_unknown_format_is_refused(unknown: object) -> None:
    with pytest.raises(UnreadableSnapshotError, match="unknown snapshot format"):
        open_snapshot({**FORMAT_1, "format": unknown})
