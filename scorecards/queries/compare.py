"""Suppliers side by side: PPM against volume with what chance explains, and a fair ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import QuerySet

from scorecards.formulas.attribute_charts import Sample
from scorecards.formulas.funnel import Funnel, FunnelRow, funnel
from scorecards.formulas.intervals import Interval, garwood
from scorecards.formulas.peers import Peer, Quartiles, quartiles
from scorecards.formulas.quantities import MILLION
from scorecards.formulas.shrinkage import PriorMethod, Ranking, rank_suppliers
from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from scorecards.queries.figures import WindowFigure, window_figures
from suppliers.models import Supplier, Tier


@dataclass(frozen=True, kw_only=True)
class ComparedSupplier:
    """One supplier: its figure, where it lies in the funnel, and its fair rate and rank.

    `shrunken` is the rate per part drawn towards the common one; `rank` 1 is the worst.
    """

    supplier: Supplier
    figure: WindowFigure
    row: FunnelRow
    shrunken: float | None
    rank: int | None

    @property
    def interval(self) -> Interval | None:
        """The likely range of its own rate, in PPM, as everywhere the figure stands."""
        return garwood(count=self.figure.counted, exposure=self.figure.exposure)

    @property
    def outside(self) -> bool:
        """Whether it lies outside the outer limits, widened where suppliers really differ."""
        return bool(self.row.wide_bands) and self.row.wide_bands[-1].outside is not None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Suppliers with volume, worst first; `funnel` is None where nothing was counted.

    `quartiles` are of their own rates, as each of them is told of the others; None for a few.
    """

    suppliers: tuple[ComparedSupplier, ...]
    funnel: Funnel | None
    difference_shown: bool
    quartiles: Quartiles | None = None

    @property
    def overdispersed(self) -> bool:
        """Whether suppliers differ by more than chance, so that limits were widened."""
        return self.funnel is not None and self.funnel.tau_squared > 0


def compared(
    *, suppliers: QuerySet[Supplier], metric: Metric, window: Window, end: Month
) -> Comparison:
    """Compare `suppliers` (those who asks may see) over a window that ends with `end`."""
    figures = window_figures(metric=metric, window=window, end=end, suppliers=suppliers)
    found = [one for one in suppliers.order_by("code") if one.pk in figures]
    known = [one for one in found if figures[one.pk].exposure > 0]
    samples = [_sample(figures[one.pk]) for one in known]
    plot = funnel(suppliers=samples)
    ranking = rank_suppliers(suppliers=samples, method=PriorMethod.MOMENTS)
    if plot is None:
        return Comparison(suppliers=(), funnel=None, difference_shown=False)
    return Comparison(
        suppliers=_rows(known, figures, plot, ranking),
        funnel=plot,
        difference_shown=ranking.difference_shown,
        quartiles=quartiles(peers=[_peer(figures[one.pk]) for one in known]),
    )


def _peer(figure: WindowFigure) -> Peer:
    rate = Fraction(max(figure.counted, Decimal(0))) / Fraction(figure.exposure)
    return Peer(rate=rate * MILLION, group=object())


def _sample(figure: WindowFigure) -> Sample:
    return Sample(count=Fraction(max(figure.counted, Decimal(0))), size=Fraction(figure.exposure))


def _rows(
    suppliers: Sequence[Supplier],
    figures: dict[int, WindowFigure],
    plot: Funnel,
    ranking: Ranking,
) -> tuple[ComparedSupplier, ...]:
    rows = [
        ComparedSupplier(
            supplier=supplier,
            figure=figures[supplier.pk],
            row=row,
            shrunken=shrunken,
            rank=rank if ranking.difference_shown else None,
        )
        for supplier, row, shrunken, rank in zip(
            suppliers, plot.rows, ranking.shrunken, ranking.ranks, strict=True
        )
    ]
    return tuple(sorted(rows, key=lambda one: (-(one.shrunken or 0.0), one.supplier.code)))


def members_of(tier: Tier | None, *, among: QuerySet[Supplier], month: Month) -> QuerySet[Supplier]:
    """Return those of `among` that were in the tier at the month's end; all without a tier."""
    if tier is None:
        return among
    return among.filter(tiers__tier=tier, tiers__during__contains=month.last_day)
