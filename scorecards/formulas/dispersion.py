"""Whether periods vary more than chance: dispersion, and Laney's widening factor."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from scorecards.formulas import special
from scorecards.formulas.attribute_charts import (
    Basis,
    ChartKind,
    Sample,
    estimate_basis,
    plain_z,
    squared_z,
)
from scorecards.formulas.quantities import Quantity

# The mean moving range of two normal values, and three times its standard deviation above
# it, both in units of that mean (Montgomery, appendix VI: d2 and D4 for n = 2).
D2 = 1.128
SCREEN = 3.267


@dataclass(frozen=True, kw_only=True)
class Dispersion:
    """The χ² test of equal rates: `index` = χ² ÷ df is 1 on average under pure chance.

    `p_over` is the probability of so much variation or more by chance alone.
    """

    chi_squared: float
    degrees: int
    index: float
    p_over: float


def dispersion(*, basis: Basis, periods: Sequence[Sample]) -> Dispersion | None:
    """Return the dispersion of baseline periods around the basis estimated from them.

    None with fewer than two periods with volume, or when the basis is not usable.
    """
    squares = [squared_z(basis=basis, period=period) for period in periods]
    valid = [square for square in squares if square is not None]
    degrees = len(valid) - 1
    if degrees < 1:
        return None
    chi_squared = float(sum(valid))
    return Dispersion(
        chi_squared=chi_squared,
        degrees=degrees,
        index=chi_squared / degrees,
        p_over=float(special.chdtrc(degrees, chi_squared)),
    )


def sigma_z(*, basis: Basis, periods: Sequence[Sample], screened: bool = False) -> float | None:
    """Return Laney's factor: the mean moving range of z ÷ 1.128.

    None with fewer than two z values. `screened` drops, once, moving ranges above
    3.267 times their mean, so that a single jump does not widen all limits.
    """
    values = [plain_z(basis=basis, period=period) for period in periods]
    valid = [value for value in values if value is not None]
    return _moving_range_mean(valid, screened=screened, divisor=D2)


def _moving_range_mean(values: Sequence[float], *, screened: bool, divisor: float) -> float | None:
    ranges = moving_ranges(values=values, screened=screened)
    return sum(ranges) / len(ranges) / divisor if ranges else None


def moving_ranges(*, values: Sequence[float], screened: bool = False) -> list[float]:
    """Return |differences| of neighbours; `screened` drops those above 3.267 × mean once."""
    ranges = [abs(second - first) for first, second in pairwise(values)]
    if not screened or not ranges:
        return ranges
    limit = SCREEN * sum(ranges) / len(ranges)
    return [value for value in ranges if value <= limit]


def estimate_laney_basis(
    *, kind: ChartKind, periods: Sequence[Sample], standard: Quantity | None = None
) -> Basis | None:
    """Return the basis of a Laney p′ or u′ chart; its factor never tightens limits.

    Arguments and errors as for `estimate_basis`.
    """
    plain = estimate_basis(kind=kind, periods=periods, standard=standard)
    if plain is None:
        return None
    factor = sigma_z(basis=plain, periods=periods)
    return Basis(kind=kind, center=plain.center, sigma_z=max(1.0, factor or 1.0))
