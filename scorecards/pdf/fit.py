"""How much of a scorecard is printed, so that it stays a page to sign and one with the detail.

Pure. What a usual supplier has is printed whole. A crowded one loses what its web page has as
well: first the drawing whose table says the same beneath it, then lines stand closer; what is said
of every supplier alike goes before what is drawn of this one, the control chart before the causes
that a scorecard is asked for; then rows of its lists, and each list says how many.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, TypeVar

Drawn = TypeVar("Drawn")


class Control(Enum):
    """How much of a control chart a page has room for: all, its signals in words, nothing."""

    DRAWN = "drawn"
    TOLD = "told"
    LEFT_OUT = "left out"


class Size(Enum):
    """How large a drawing above its own table is."""

    FULL = "full"
    SMALL = "small"
    LEFT_OUT = "left out"


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How much is printed.

    Attributes:
        control: of the control chart, where there is one.
        series: how large the detail draws figures by month, above their table.
        paretos: how large it draws causes, above theirs.
        dense: whether lines stand closer.
        rows: how many rows a list of the detail has at most; None for all.
        front_rows: how many rows a list of the first page has at most.
        words: how many characters of the reason of a restatement the first page has.
        gates: how many reasons for grade C the first page says in full.
        notes: whether the detail says how to read the figures, and where each comes about.
    """

    control: Control = Control.DRAWN
    series: Size = Size.FULL
    paretos: Size = Size.FULL
    dense: bool = False
    rows: int | None = None
    front_rows: int = 4
    words: int = 360
    gates: int = 3
    notes: bool = True

    def shown(self, total: int) -> int:
        """Return how many of a list's rows the detail shows."""
        return total if self.rows is None else min(total, self.rows)


ALL: Final = 10_000
FULL: Final = Fit(words=ALL, gates=ALL)
TOLD: Final = Control.TOLD
# From everything to the least: each has less than the one before it.
SMALL: Final = Fit(series=Size.SMALL, paretos=Size.SMALL)
CAUSES: Final = replace(SMALL, series=Size.LEFT_OUT)
CLOSE: Final = replace(CAUSES, dense=True)
SILENT: Final = replace(CLOSE, notes=False)
PLAIN: Final = replace(SILENT, paretos=Size.LEFT_OUT, control=TOLD)
FITS: Final = (
    FULL,
    Fit(),
    Fit(series=Size.SMALL),
    SMALL,
    CAUSES,
    CLOSE,
    SILENT,
    replace(SILENT, control=TOLD),
    PLAIN,
    replace(PLAIN, rows=12),
    replace(PLAIN, rows=9),
    replace(PLAIN, rows=7),
    replace(PLAIN, rows=5),
    replace(PLAIN, rows=4, words=240, gates=2),
    replace(PLAIN, rows=3, front_rows=3, words=160, gates=1),
    replace(PLAIN, rows=2, front_rows=2, words=80, gates=1, control=Control.LEFT_OUT),
)


def fitting(draw: Callable[[Fit], Drawn | None], fits: Sequence[Fit] = FITS) -> Drawn | None:
    """Return what `draw` gives for the fullest fit that it has room for; None where none has.

    `draw` returns None where it would take too much room. Each attempt costs a layout: most
    documents take one, crowded ones are found in growing steps and then by halving.
    """
    refused, tried, found = -1, 0, draw(fits[0])
    while found is None and tried < len(fits) - 1:
        refused, tried = tried, min(2 * tried + 1, len(fits) - 1)
        found = draw(fits[tried])
    while found is not None and tried - refused > 1:
        middle = (refused + tried) // 2
        fuller = draw(fits[middle])
        if fuller is None:
            refused = middle
        else:
            found, tried = fuller, middle
    return found


def fits_for(*, control: bool, series: bool, words: bool) -> Sequence[Fit]:
    """Return the fits that differ for a document; each that is tried costs a layout.

    Args:
        control: whether it has a control chart.
        series: whether its detail has figures by month to draw.
        words: whether the first page may say more than there is room for.
    """
    found: dict[Fit, Fit] = {}
    for fit in FITS:
        seen = fit if control else replace(fit, control=Control.LEFT_OUT)
        seen = seen if series else replace(seen, series=Size.LEFT_OUT)
        found.setdefault(seen if words else replace(seen, words=ALL, gates=ALL), fit)
    return tuple(found.values())
