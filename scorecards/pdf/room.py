"""How the first page shares its room: everything on it is needed, so the chart gives way.

Pure. Heights in millimetres, as the stylesheet gives them; lines are estimated from the
number of characters, on the safe side.
"""

import math
import unicodedata
from dataclasses import dataclass
from typing import Final

from scorecards.pdf.paper import Paper

# What margins and running lines leave of the sheet.
AROUND_MM: Final = 30.0
# Masthead, two tables with headings, legend, list headings, signature, and gaps between.
FIXED_MM: Final = 31.0 + 2 * 33.5 + 9.5 + 2 * 13.0 + 24.0
TITLE_LINE_MM: Final = 6.0
TEXT_LINE_MM: Final = 4.3
NOTICE_MM: Final = 9.5
ROW_MM: Final = 5.2
NOTE_MM: Final = 3.8
# The score stands beside the name: its line with the heading of its table, and its rows.
SCORE_MM: Final = 14.0
SCORE_ROW_MM: Final = 4.3
MASTHEAD_MM: Final = 28.0

# What closer lines leave of all that.
DENSE: Final = 0.88
CHARACTERS_PER_LINE: Final = 108
CHARACTERS_PER_TITLE_LINE: Final = 52
CHARACTERS_BESIDE_SCORE: Final = 32
CHART_WIDTH: Final = 760.0
CHART_WIDTH_MM: Final = 182.0
LEAST_HEIGHT, MOST_HEIGHT = 112.0, 230.0
ROWS_TO_TRY: Final = (4, 3, 2)


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What stands on the first page besides its fixed parts.

    `upper_rows` and `lower_rows` are the rows of the longer of two lists side by side. Where it
    is `dense` lines stand closer.
    """

    title: str
    notices: tuple[str, ...]
    said: tuple[str, ...]
    notes: int
    upper_rows: int
    lower_rows: int
    score_rows: int = 0
    dense: bool = False
    sheet_mm: float = Paper.A4.height_mm


@dataclass(frozen=True, kw_only=True)
class Room:
    """Height of the chart in view-box units, and how many rows of each list are shown."""

    chart_height: float
    most_rows: int


def share(contents: Contents, *, at_most: int = ROWS_TO_TRY[0]) -> Room:
    """Give the lists `at_most` rows each, or fewer where the chart would get too flat."""
    for most_rows in [rows for rows in ROWS_TO_TRY if rows <= at_most] or [at_most]:
        height = _left_for_chart(contents, most_rows) * CHART_WIDTH / CHART_WIDTH_MM
        if height >= LEAST_HEIGHT:
            break
    return Room(
        chart_height=round(min(max(height, LEAST_HEIGHT), MOST_HEIGHT)), most_rows=most_rows
    )


def _left_for_chart(contents: Contents, most_rows: int) -> float:
    taken = (
        FIXED_MM
        + _more_than_usual_masthead(contents)
        + sum(NOTICE_MM + (_lines(text) - 1) * TEXT_LINE_MM for text in contents.notices)
        + sum(_lines(text) * TEXT_LINE_MM for text in contents.said)
        + contents.notes * NOTE_MM
        + sum(_rows(rows, most_rows) for rows in (contents.upper_rows, contents.lower_rows))
    )
    return contents.sheet_mm - AROUND_MM - taken * (DENSE if contents.dense else 1)


def _more_than_usual_masthead(contents: Contents) -> float:
    """Return how much higher the masthead is than with a name of one line and no score."""
    if not contents.score_rows:
        return (_lines(contents.title, CHARACTERS_PER_TITLE_LINE) - 1) * TITLE_LINE_MM
    title = (_lines(contents.title, CHARACTERS_BESIDE_SCORE) - 1) * TITLE_LINE_MM
    score = SCORE_MM + contents.score_rows * SCORE_ROW_MM - MASTHEAD_MM
    return max(title, score, 0.0)


def _lines(text: str, characters: int = CHARACTERS_PER_LINE) -> int:
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return max(math.ceil((len(text) + wide) / characters), 1)


def _rows(rows: int, most: int) -> float:
    return min(rows, most) * ROW_MM + (NOTE_MM if rows > most else 0)
