"""What gives way where a scorecard has no room, and how few layouts it takes to know."""

from dataclasses import replace
from itertools import pairwise

import pytest

from scorecards.pdf.fit import FITS, FULL, Control, Fit, Size, fits_for, fitting


def drawn_with(first_fitting: int) -> tuple[Fit | None, int]:
    attempts = 0

    def draw(fit: Fit) -> Fit | None:
        nonlocal attempts
        attempts += 1
        return fit if FITS.index(fit) >= first_fitting else None

    return fitting(draw), attempts


def test_usual_document_is_whole_and_takes_one_layout() -> None:
    assert drawn_with(0) == (FULL, 1)


def test_crowded_ones_lose_no_more_than_they_must() -> None:
    for number, fit in enumerate(FITS):
        found, attempts = drawn_with(number)
        assert found == fit
        assert attempts <= 8


def test_what_never_fits_is_not_found() -> None:
    assert drawn_with(len(FITS))[0] is None


def test_each_fit_has_less_than_the_one_before() -> None:
    shown = [
        (
            list(Control).index(fit.control),
            list(Size).index(fit.series),
            list(Size).index(fit.paretos),
            fit.dense,
            not fit.notes,
            -fit.shown(50),
            -fit.front_rows,
            -fit.words,
        )
        for fit in FITS
    ]
    for before, after in pairwise(shown):
        assert all(a >= b for a, b in zip(after, before, strict=True))


@pytest.mark.parametrize("control", [True, False])
@pytest.mark.parametrize("series", [True, False])
@pytest.mark.parametrize("words", [True, False])
def test_document_without_one_of_the_drawings_tries_nothing_twice(
    control: bool, series: bool, words: bool
) -> None:
    fits = fits_for(control=control, series=series, words=words)
    seen = [
        replace(
            fit,
            control=fit.control if control else Control.DRAWN,
            series=fit.series if series else Size.FULL,
            words=fit.words if words else 0,
            gates=fit.gates if words else 0,
        )
        for fit in fits
    ]
    assert len(set(seen)) == len(seen)
    assert fits[0] == FULL
    assert all(fit in FITS for fit in fits)
    assert (len(fits) == len(FITS)) == (control and series and words)


def test_drawings_give_way_one_by_one_and_the_causes_last() -> None:
    drawings = [
        (fit.series, fit.paretos, fit.control, fit.dense, fit.notes)
        for fit in FITS
        if fit.rows is None
    ]
    assert drawings == [
        (Size.FULL, Size.FULL, Control.DRAWN, False, True),
        (Size.FULL, Size.FULL, Control.DRAWN, False, True),
        (Size.SMALL, Size.FULL, Control.DRAWN, False, True),
        (Size.SMALL, Size.SMALL, Control.DRAWN, False, True),
        (Size.LEFT_OUT, Size.SMALL, Control.DRAWN, False, True),
        (Size.LEFT_OUT, Size.SMALL, Control.DRAWN, True, True),
        (Size.LEFT_OUT, Size.SMALL, Control.DRAWN, True, False),
        (Size.LEFT_OUT, Size.SMALL, Control.TOLD, True, False),
        (Size.LEFT_OUT, Size.LEFT_OUT, Control.TOLD, True, False),
    ]
