import re
from fractions import Fraction
from typing import Any

import pytest
from django.template import Context, Template
from django.utils.translation import override

from scorecards import badges
from scorecards.charts import Limit, MonthValue
from scorecards.formulas.rates import figure
from scorecards.periods import Month

LIMITS = [Limit(value=50, label="8D above"), Limit(value=100, label="CS1 above")]
MONTHS = [
    MonthValue(
        month=Month(2026, index),
        label=f"M{index}",
        value=Fraction(1_234_567, index),
        rolling=Fraction(654_321),
        counted=1200,
        volume=48_000,
        url="/m/",
    )
    for index in range(1, 6)
]


def written(source: str, **context: Any) -> str:
    rendered = Template("{% load figures %}" + source).render(Context(context))
    return re.sub(r"\s+", " ", rendered).strip()


def test_a_figure_shows_its_count_pair() -> None:
    text = written("{% ppm_cell figure %}", figure=figure(counted=5, received=48_000))

    assert "104" in text
    assert "5 of 48,000" in text
    assert "likely 34–243" in text


def test_range_that_stands_elsewhere_is_not_repeated() -> None:
    text = written("{% ppm_cell figure likely=False %}", figure=figure(counted=5, received=48_000))

    assert "likely" not in text


def test_no_receipts_show_a_reason_and_no_zero() -> None:
    text = written("{% ppm_cell figure %}", figure=figure(counted=0, received=0))

    assert "no activity" in text
    assert "—" in text
    assert "0" not in text


def test_rejects_without_receipts_say_how_many() -> None:
    text = written("{% ppm_cell figure %}", figure=figure(counted=7, received=0))

    assert "rejects without receipts (7)" in text
    assert "prov." not in text


def test_rejects_without_receipts_say_how_much_is_undecided() -> None:
    text = written("{% ppm_cell figure provisional=3 %}", figure=figure(counted=7, received=0))

    assert "prov." in text
    assert "3 of the counted parts are not yet decided" in text


def test_a_provisional_figure_says_how_much_is_undecided() -> None:
    text = written("{% ppm_cell figure provisional=2 %}", figure=figure(counted=5, received=100))

    assert "provisional: 2 of the counted parts" in text


def test_numbers_follow_the_language_and_drawings_do_not() -> None:
    with override("de"):
        text = written("{{ value|ppm }} {% monthly_chart months limits %}", value=1234, **chart())

    assert text.startswith("1.234 ")
    drawing = text[text.index("<svg") :]
    for name, numbers in re.findall(r' (x|y|d|width|height|viewBox)="([^"]*)"', drawing):
        assert "," not in numbers, name


def chart() -> dict[str, Any]:
    return {"months": MONTHS, "limits": LIMITS}


def test_the_chart_has_title_description_table_and_links() -> None:
    text = written("{% monthly_chart months limits title='External PPM' %}", **chart())

    assert "<title>External PPM. May 2026: 246,913 PPM" in text
    assert "<desc>A bar a month from January 2026 to May 2026" in text
    assert text.count('aria-label="May 2026: 246,913 PPM') == 2  # wide and narrow
    assert '<th scope="row"><a href="/m/">May 2026</a></th>' in text


def test_a_chart_without_any_figure_says_so() -> None:
    empty = [MonthValue(month=Month(2026, 1), label="Jan", value=None, reason="no activity")]

    text = written("{% monthly_chart months %}", months=empty)

    assert "No figures yet" in text
    assert "<svg" not in text


def test_a_sparkline_says_each_month_and_leads_to_its_table() -> None:
    text = written(
        "{% sparkline values limit=50 name='External PPM' end=month url='/suppliers/A/' %}",
        values=[Fraction(1, 3), None, 104],
        month=Month(2026, 1),
    )
    assert "<desc>Nov 2025: 0.333; Dec 2025: —; Jan 2026: 104</desc>" in text
    assert 'href="/suppliers/A/?month=2026-01#external-ppm"' in text
    assert "<title>External PPM" in text


def test_a_sparkline_names_what_it_shows() -> None:
    text = written("{% sparkline values limit=50 name='External PPM' %}", values=[1, None, 104])

    assert "<title>External PPM 3 months, highest 104, newest 104</title>" in text


def test_a_supplier_name_cannot_become_markup() -> None:
    text = written("{% sparkline values name=name %}", values=[1], name="<script>")

    assert "<script>" not in text


@pytest.mark.parametrize("level", ["watch", "8d", "cs1", "cs2", "stop_ship", "new_business_hold"])
def test_every_level_has_a_shape_of_its_own_and_a_word(level: str) -> None:
    text = written("{% level_badge level %}", level=level)

    assert "<svg" in text
    assert str(badges.level(level).label) in text


def test_the_shapes_of_levels_differ() -> None:
    shapes = [badge.shape for badge in badges.LEVELS.values()]

    assert len(set(shapes)) == len(shapes)


def test_an_unknown_state_is_shown_plainly() -> None:
    assert "Half done" in written("{% state_badge 'half_done' %}")
