"""A supplier beside comparable ones: quartiles in which nobody can be recognised."""

from dataclasses import dataclass
from datetime import datetime

from scorecards.formulas.peers import Peer, Place, Quartiles, quartiles
from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from scorecards.queries.compare import members_of
from scorecards.queries.figures import WindowFigure, window_figures
from scorecards.queries.published import last_ended_month
from scorecards.queries.targets import tier_in
from suppliers.models import Supplier, SupplierGroupMembership, Tier

WINDOW = Window.ROLLING_12


@dataclass(frozen=True, kw_only=True)
class PeerComparison:
    """Quartiles of twelve months that ended, of the supplier's tier without its own group.

    `quartiles` is None where there are too few peers, or none at all: which of them, how many
    and of whom is said to nobody. `own` is None where the supplier has no figure itself.
    """

    metric: Metric
    end: Month
    tier: Tier | None
    quartiles: Quartiles | None
    own: WindowFigure | None

    @property
    def place(self) -> Place | None:
        """Where the supplier lies, as far as the told numbers say."""
        if self.quartiles is None or self.own is None or self.own.ppm is None:
            return None
        return self.quartiles.place(self.own.ppm)


def peer_comparison(
    *, supplier: Supplier, metric: Metric, month: Month, at: datetime
) -> PeerComparison:
    """Compare a supplier with its tier over the twelve months up to `month`.

    Whoever asks has fetched `supplier` as visible. The others are read whoever asks, hence only
    as quartiles above the bar, and only of months that are over: a running one would show what a
    single delivery of a neighbour changed.
    """
    end = min(month, last_ended_month(at=at))
    tier = tier_in(end, supplier=supplier)
    figures = {} if tier is None else _figures(tier, metric, end)
    own = figures.pop(supplier.pk, None)
    return PeerComparison(
        metric=metric,
        end=end,
        tier=tier,
        quartiles=quartiles(peers=_peers(figures, supplier, end)),
        own=own,
    )


def _figures(tier: Tier, metric: Metric, end: Month) -> dict[int, WindowFigure]:
    members = members_of(tier, among=Supplier.objects.all(), month=end)
    return window_figures(metric=metric, window=WINDOW, end=end, suppliers=members)


def _peers(figures: dict[int, WindowFigure], supplier: Supplier, end: Month) -> list[Peer]:
    """Return those with a figure that do not belong to the supplier's own group.

    A supplier in no group is a group of its own.
    """
    rows = SupplierGroupMembership.objects.filter(during__contains=end.last_day)
    groups = dict(rows.values_list("supplier", "group"))
    own = groups.get(supplier.pk)
    return [
        Peer(rate=figure.ppm, group=group)
        for pk, figure in figures.items()
        if figure.ppm is not None and ((group := groups.get(pk) or f"supplier {pk}") != own)
    ]
