"""What gives way where a scorecard has no room, and how few layouts it takes to know."""

from itertools import pairwise

from scorecards.pdf.fit import FITS, FULL, Control, Fit, fits_for, fitting


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
            not fit.charts,
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


def test_document_without_control_chart_tries_nothing_twice() -> None:
    assert [fit for fit in FITS if fit not in fits_for(control=False)] == [
        Fit(control=Control.TOLD)
    ]
