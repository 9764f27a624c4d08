"""Fair ranking: each supplier's rate drawn towards the common one by how little it shipped.

Rates of suppliers are taken as gamma distributed, counts as Poisson given the rate. The
moments estimate is Marshall's (Applied Statistics 40, 1991), the likelihood that of the
negative binomial. Where suppliers do not demonstrably differ, the ranking says so.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from scorecards.formulas import special
from scorecards.formulas.attribute_charts import Basis, ChartKind, Sample, center_of
from scorecards.formulas.dispersion import dispersion
from scorecards.formulas.quantities import MILLION, Quantity, exact

ALPHA = 0.05
# The search for the shape: e^−12 … e^18 in steps, then golden section.
SHAPE_LOGS = range(-12, 19)
GOLDEN = (math.sqrt(5) - 1) / 2
NARROW = 1e-9


@dataclass(frozen=True, kw_only=True)
class GammaPrior:
    """How rates (per part) spread between suppliers: gamma with this shape and rate."""

    shape: float
    rate: float

    @property
    def mean(self) -> float:
        """Mean rate per part."""
        return self.shape / self.rate


@dataclass(frozen=True, kw_only=True)
class MomentsPrior:
    """Marshall's estimate: pooled mean, variance between suppliers, and the prior.

    `prior` is None when the variance comes out as 0: everyone then has the mean.
    """

    mean: Fraction
    variance: Fraction
    prior: GammaPrior | None


@dataclass(frozen=True, kw_only=True)
class Posterior:
    """What is known of one supplier's rate per part: mean and central interval."""

    mean: float
    lower: float
    upper: float
    shape: float
    rate: float

    def probability_above(self, *, threshold_ppm: Quantity) -> float:
        """Return the probability that the supplier's true rate exceeds the threshold."""
        threshold = float(exact(threshold_ppm) / MILLION)
        return float(special.gammaincc(self.shape, self.rate * threshold))


def moments_prior(*, suppliers: Sequence[Sample]) -> MomentsPrior | None:
    """Return Marshall's moments estimate; None without any volume.

    variance = max(0, Σ n(r − m)² ÷ Σn − m ÷ mean n).
    """
    valid = [supplier for supplier in suppliers if supplier.size]
    mean = center_of(periods=valid)
    if mean is None:
        return None
    total = sum((supplier.size for supplier in valid), Fraction(0))
    spread = sum(s.size * (s.count / s.size - mean) ** 2 for s in valid) / total
    variance = max(Fraction(0), spread - mean * len(valid) / total)
    prior = None
    if variance:
        prior = GammaPrior(shape=float(mean**2 / variance), rate=float(mean / variance))
    return MomentsPrior(mean=mean, variance=variance, prior=prior)


def shrunken_rate(*, prior: GammaPrior, supplier: Sample) -> float:
    """Return the posterior mean (count + shape) ÷ (size + rate)."""
    return (float(supplier.count) + prior.shape) / (float(supplier.size) + prior.rate)


def posterior(*, prior: GammaPrior, supplier: Sample, confidence: float = 0.95) -> Posterior:
    """Return the gamma posterior of one supplier's rate; without volume it is the prior."""
    shape = float(supplier.count) + prior.shape
    rate = float(supplier.size) + prior.rate
    tail = (1 - confidence) / 2
    return Posterior(
        mean=shape / rate,
        lower=float(special.gammaincinv(shape, tail)) / rate,
        upper=float(special.gammainccinv(shape, tail)) / rate,
        shape=shape,
        rate=rate,
    )


def likelihood_prior(*, suppliers: Sequence[Sample]) -> GammaPrior | None:
    """Return the prior of greatest likelihood; None when suppliers vary no more than chance.

    None is exact: the likelihood rises towards equal rates unless Σ[(x − nm)² − x] > 0.
    """
    valid = [supplier for supplier in suppliers if supplier.size]
    mean = center_of(periods=valid)
    if not mean or sum((s.count - s.size * mean) ** 2 - s.count for s in valid) <= 0:
        return None
    data = [(float(s.count), float(s.size)) for s in valid]
    shape = math.exp(_best_log_shape(data, float(mean)))
    return GammaPrior(shape=shape, rate=shape / _best_mean(data, shape, float(mean)))


def log_likelihood(*, prior: GammaPrior, suppliers: Sequence[Sample]) -> float:
    """Return the negative binomial log likelihood of the counts under a prior."""
    data = [(float(s.count), float(s.size)) for s in suppliers if s.size]
    return _log_likelihood(data, prior.shape, prior.mean)


def _log_likelihood(data: Sequence[tuple[float, float]], shape: float, mean: float) -> float:
    total = 0.0
    for count, size in data:
        expected = size * mean
        total += special.gammaln(count + shape) - special.gammaln(shape)
        total -= special.gammaln(count + 1) + shape * math.log1p(expected / shape)
        total += count * math.log(expected / (shape + expected))
    return float(total)


def _best_mean(data: Sequence[tuple[float, float]], shape: float, start: float) -> float:
    """The mean that maximises the likelihood for a shape: a falling score, bisected."""

    def score(mean: float) -> float:
        return sum(x - n * mean * (x + shape) / (shape + n * mean) for x, n in data)

    low, high = start, start
    while score(low) < 0:
        low /= 2
    while score(high) > 0:
        high *= 2
    while high - low > NARROW * NARROW * high and low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if score(middle) > 0 else (low, middle)
    return (low + high) / 2


def _best_log_shape(data: Sequence[tuple[float, float]], start: float) -> float:
    def profile(log_shape: float) -> float:
        shape = math.exp(log_shape)
        return _log_likelihood(data, shape, _best_mean(data, shape, start))

    best = max(SHAPE_LOGS, key=profile)
    low, high = float(best - 1), float(best + 1)
    while high - low > NARROW:
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        if profile(left) < profile(right):
            low = left
        else:
            high = right
    return (low + high) / 2


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Suppliers ranked by shrunken rate, 1 for the worst; None without volume.

    `difference_shown` is False when chance alone explains the differences; the display then
    says "no difference demonstrated" and shows no ranks. `prior` is None when even the
    estimate of the variance is 0; all shrunken rates are then the pooled rate.
    """

    prior: GammaPrior | None
    shrunken: tuple[float | None, ...]
    ranks: tuple[int | None, ...]
    difference_shown: bool


class PriorMethod(StrEnum):
    """How the prior is estimated: best likelihood, or moments, which thousands can afford."""

    LIKELIHOOD = "likelihood"
    MOMENTS = "moments"


def rank_suppliers(
    *,
    suppliers: Sequence[Sample],
    alpha: float = ALPHA,
    method: PriorMethod = PriorMethod.LIKELIHOOD,
) -> Ranking:
    """Return the ranking of suppliers by the posterior mean of their rates."""
    if method is PriorMethod.LIKELIHOOD:
        prior = likelihood_prior(suppliers=suppliers)
    else:
        moments = moments_prior(suppliers=suppliers)
        prior = None if moments is None else moments.prior
    pooled = center_of(periods=suppliers)
    shrunken = tuple(_shrunken(prior, pooled, supplier) for supplier in suppliers)
    return Ranking(
        prior=prior,
        shrunken=shrunken,
        ranks=ranks(values=shrunken),
        difference_shown=_differ(suppliers, pooled, alpha),
    )


def _shrunken(prior: GammaPrior | None, pooled: Fraction | None, supplier: Sample) -> float | None:
    if pooled is None or not supplier.size:
        return None
    return float(pooled) if prior is None else shrunken_rate(prior=prior, supplier=supplier)


def _differ(suppliers: Sequence[Sample], pooled: Fraction | None, alpha: float) -> bool:
    if not pooled:
        return False
    test = dispersion(basis=Basis(kind=ChartKind.U, center=pooled), periods=suppliers)
    return test is not None and test.p_over < alpha


def ranks(*, values: Sequence[float | None]) -> tuple[int | None, ...]:
    """Return ranks from 1 for the largest value; equal values share the smaller rank."""
    first: dict[float, int] = {}
    known = sorted((value for value in values if value is not None), reverse=True)
    for rank, value in enumerate(known, start=1):
        first.setdefault(value, rank)
    return tuple(None if value is None else first[value] for value in values)
