"""The first page's room is shared between lists and chart."""

from dataclasses import replace

from scorecards.pdf.room import LEAST_HEIGHT, MOST_HEIGHT, Contents, share

USUAL = Contents(
    title="Alfa Castings",
    notices=(),
    said=("5 rejects in 50,000 (100 PPM).", "No activity."),
    notes=0,
    upper_rows=3,
    lower_rows=1,
)


def test_usual_page_has_the_full_chart_and_four_rows() -> None:
    room = share(USUAL)

    assert room.most_rows == 4
    assert room.chart_height == MOST_HEIGHT


def test_more_words_make_the_chart_flatter_and_nothing_else() -> None:
    room = share(replace(USUAL, said=("word " * 60, "word " * 60), upper_rows=9, lower_rows=4))

    assert room.most_rows == 4
    assert LEAST_HEIGHT < room.chart_height < MOST_HEIGHT


def test_crowded_page_shows_fewer_rows_before_the_chart_gets_too_flat() -> None:
    room = share(
        replace(
            USUAL,
            title="A very long name " * 9,
            notices=("Restated: " + "why " * 60,),
            notes=2,
            upper_rows=9,
            lower_rows=9,
        )
    )

    assert room.most_rows < 4
    assert room.chart_height >= LEAST_HEIGHT
