"""How sure a figure is, ready for JSON and long lists: its likely range and its sentence."""

from collections.abc import Sequence
from typing import Any

from scorecards.formulas.intervals import Interval, garwood
from scorecards.formulas.sentences import paragraph, statements
from scorecards.queries.figures import WindowFigure
from scorecards.queries.judged import SUBJECTS, limits_of, spoken_threshold
from scorecards.thresholds import Threshold
from scorecards.wording import reader_wording


def range_of(figure: WindowFigure) -> Interval | None:
    """Return the exact two-sided 95 % range; None without receipts."""
    return garwood(count=figure.counted, exposure=figure.exposure)


def sentence_of(figure: WindowFigure, thresholds: Sequence[Threshold] = ()) -> str:
    """Say in the reader's language what the counts show, and about the threshold that matters."""
    spoken_of = spoken_threshold(figure, thresholds)
    parts = statements(
        counted=figure.counted,
        received=figure.exposure,
        threshold_ppm=None if spoken_of is None else spoken_of.threshold_ppm,
        shown_against=limits_of(thresholds, None),
        subject=SUBJECTS[figure.metric],
    )
    return paragraph(parts=parts, wording=reader_wording())


def certainty_dict(figure: WindowFigure, thresholds: Sequence[Threshold] = ()) -> dict[str, Any]:
    """Return range and sentence of a figure for JSON; the range is null without receipts."""
    interval = range_of(figure)
    return {
        "range": None
        if interval is None
        else {
            "lower_ppm": f"{interval.lower_ppm:.6f}",
            "upper_ppm": f"{interval.upper_ppm:.6f}",
        },
        "sentence": sentence_of(figure, thresholds),
    }
