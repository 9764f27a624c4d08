"""Snapshots published by earlier releases stay readable, and their hashes hold."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scorecards.formulas.sentences import paragraph
from scorecards.periods import Month
from scorecards.snapshots import open_snapshot, seal, sha256
from scorecards.codec import UnreadableSnapshotError

# As the first release wrote it. Never regenerate it: if it cannot be read any more, then
# neither can what was published.
FORMAT_1 = json.loads((Path(__file__).parent / "format_1.json").read_text(encoding="utf-8"))


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


def test_format_1_is_still_written_and_hashed_the_same() -> None:
    envelope = open_snapshot(FORMAT_1)

    again = seal(envelope.overview, version=1, cut_off_at=envelope.cut_off_at)

    assert again == FORMAT_1
    assert sha256(again) == "1e030cc3871658c20d5d916d24fddf72ac8166ba66cd30c11669b989a69687f0"


@pytest.mark.parametrize("unknown", [2, 0, None, "1"])
def test_unknown_format_is_refused(unknown: object) -> None:
    with pytest.raises(UnreadableSnapshotError, match="unknown snapshot format"):
        open_snapshot({**FORMAT_1, "format": unknown})
