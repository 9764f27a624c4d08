"""What a figure is without the disputed, where a record and its line are disputed both."""

from decimal import Decimal

import pytest

from scorecards.metrics import Metric
from scorecards.periods import Window
from scorecards.queries.disputed import disputed
from scorecards.queries.figures import supplier_series, window_figure
from scorecards.queries.lines import line_of
from scorecards.queries.scopes import of_supplier
from suppliers.models import Supplier
from tests.factories import DisputeFactory
from tests.scorecards.facts import OCTOBER, deliver, roll_up, suspect


@pytest.mark.parametrize(
    ("of_the_line", "disputed_qty"), [("2", 5), ("5", 5), ("1", 4)], ids=["more", "all", "less"]
)
@pytest.mark.parametrize("window", [Window.MONTH, Window.ROLLING_3, Window.YEAR_TO_DATE])
def test_no_more_is_disputed_of_a_month_than_it_counts(
    supplier_a: Supplier, window: Window, of_the_line: str, disputed_qty: int
) -> None:
    """October counts 5, of which 3 are disputed by the record; September's 7 are undisputed."""
    deliver(supplier_a, 50_000)
    suspect(supplier_a, 7, month=OCTOBER.minus(1))
    suspect(supplier_a, 2)
    DisputeFactory(reject=suspect(supplier_a, 3), claimed_qty=3)
    roll_up()
    DisputeFactory(
        reject=None,
        supplier=supplier_a,
        published_line=line_of(Metric.EXTERNAL_PPM, OCTOBER).key,
        claimed_qty=Decimal(of_the_line),
    )

    first = OCTOBER if window is Window.MONTH else OCTOBER.minus(2)
    series = supplier_series(supplier_id=supplier_a.pk, metric=Metric.EXTERNAL_PPM)
    figure = window_figure(series, metric=Metric.EXTERNAL_PPM, window=window, end=OCTOBER)
    found = disputed(figure, scope=of_supplier(supplier_a), first=first)

    assert found is not None
    assert found.quantity == disputed_qty
    assert found.without.counted == figure.counted - disputed_qty
