import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scorecards.formulas.exact_limits import TAIL
from scorecards.formulas.rare_events import event_limits, gap_chart, time_chart

MONTGOMERY = [286, 948, 536, 124, 816, 729, 4, 143, 431, 8, 2837, 596, 81, 227, 603, 492, 1199]
MONTGOMERY += [1214, 2831, 96]


def test_t_chart_of_the_published_times() -> None:
    chart = time_chart(between=MONTGOMERY)
    assert chart.y_mean == pytest.approx(5.39, abs=0.005)
    assert chart.limits.ucl == pytest.approx(6937.93, abs=0.01)
    assert chart.limits.lcl == 0


def test_t_chart_accepts_two_events_at_once() -> None:
    assert time_chart(between=[0, 10, 20, 0]).center > 0


@pytest.mark.parametrize("times", [[], [5], [0, 0], [5, -1]])
def test_t_chart_refuses_what_it_cannot_chart(times: list[float]) -> None:
    with pytest.raises(ValueError, match="two times"):
        time_chart(between=times)


@pytest.mark.parametrize("gaps", [[], [7], [0, 0, 0]])
def test_g_chart_refuses_what_it_cannot_chart(gaps: list[int]) -> None:
    with pytest.raises(ValueError, match="two gaps"):
        gap_chart(between=gaps)


@given(between=st.lists(st.integers(0, 100_000), min_size=2, max_size=30).filter(any))
def test_g_chart_exact_limits_have_their_tail(between: list[int]) -> None:
    chart = gap_chart(between=between)
    known = stats.geom(chart.share, loc=-1)
    assert known.sf(chart.exact_upper) <= TAIL * (1 + 1e-9)
    if chart.exact_upper:
        assert known.sf(chart.exact_upper - 1) > TAIL * (1 - 1e-9)
    assert known.cdf(chart.exact_lower - 1) <= TAIL * (1 + 1e-9)
    assert known.cdf(chart.exact_lower) > TAIL * (1 - 1e-9)
    assert chart.interpolated.lcl <= chart.interpolated.median <= chart.interpolated.ucl


def test_r_th_event_limits_of_fifty_ppm() -> None:
    third = event_limits(ppm=50, events=3)
    assert (third.bad_below, third.good_above) == (4_235, 217_387)


@given(ppm=st.integers(1, 500_000), events=st.integers(1, 6))
def test_r_th_event_limits_have_their_tail(ppm: int, events: int) -> None:
    limits = event_limits(ppm=ppm, events=events)
    known = stats.nbinom(events, ppm / 1e6, loc=events)
    assert known.cdf(limits.bad_below - 1) <= TAIL * (1 + 1e-7)
    assert known.cdf(limits.bad_below) > TAIL * (1 - 1e-7)
    assert known.sf(limits.good_above) <= TAIL * (1 + 1e-7)
    assert limits.p_bad == pytest.approx(known.cdf(limits.bad_below - 1), rel=1e-7, abs=1e-15)


@pytest.mark.parametrize(("ppm", "events"), [(0, 1), (1_000_000, 1), (50, 0)])
def test_r_th_event_refuses_impossible_rates(ppm: int, events: int) -> None:
    with pytest.raises(ValueError, match="at least one event"):
        event_limits(ppm=ppm, events=events)
