from hypothesis import given
from hypothesis import strategies as st

from scorecards.charts import sparkline

values = st.lists(st.one_of(st.none(), st.integers(0, 1_000_000)), max_size=24)


@given(values=values, limit=st.one_of(st.none(), st.integers(0, 10_000)))
def test_a_sparkline_stays_in_its_room(values: list[int | None], limit: int | None) -> None:
    spark = sparkline(values, limit=limit)

    numbers = [float(n) for n in spark.line.replace("M", " ").replace("L", " ").split()]
    assert all(0 <= x <= 96 for x in numbers[0::2])
    assert all(0 <= y <= 24 for y in numbers[1::2])
    assert spark.empty == all(value is None for value in values)
    assert spark.gaps == sum(value is None for value in values)


def test_a_gap_breaks_the_line() -> None:
    spark = sparkline([10, 20, None, 30, 40])

    assert spark.line.count("M") == 2


def test_a_lonely_month_is_a_dot() -> None:
    spark = sparkline([10, 20, None, 30, None])

    assert len(spark.dots) == 1
    assert spark.newest is None


def test_all_zero_lies_on_the_base_line() -> None:
    spark = sparkline([0, 0, 0])

    assert spark.newest is not None
    assert spark.newest.y == 21
    assert not spark.empty


def test_nothing_is_drawn_for_no_data() -> None:
    spark = sparkline([None, None], limit=50)

    assert (spark.line, spark.dots, spark.newest, spark.limit_y) == ("", (), None, None)
