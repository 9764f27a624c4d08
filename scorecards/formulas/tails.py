"""Tail probabilities of the counting distributions, from `scipy.special`.

The incomplete gamma and beta functions extend the tails to fractional counts (metres,
kilograms), agreeing with the distributions at whole counts. Sources: NIST Digital
Library of Mathematical Functions, 8.4 and 8.17.
"""

import math

from scorecards.formulas import special


def poisson_at_least(*, count: float, mean: float) -> float:
    """Return P(X ≥ count) for a Poisson count with that mean."""
    if count <= 0:
        return 1.0
    return float(special.gammainc(count, mean))


def poisson_at_most(*, count: float, mean: float) -> float:
    """Return P(X ≤ count) for a Poisson count with that mean."""
    if count < 0:
        return 0.0
    return float(special.gammaincc(count + 1, mean))


def poisson_density(*, count: float, mean: float) -> float:
    """Return P(X = count) for a Poisson count with that mean."""
    return math.exp(special.xlogy(count, mean) - mean - special.gammaln(count + 1))


def binomial_at_least(*, count: float, trials: float, share: float) -> float:
    """Return P(X ≥ count) among `trials` with probability `share` each."""
    if count <= 0:
        return 1.0
    if count > trials:
        return 0.0
    return float(special.betainc(count, trials - count + 1, share))


def binomial_at_most(*, count: float, trials: float, share: float) -> float:
    """Return P(X ≤ count) among `trials` with probability `share` each."""
    if count < 0:
        return 0.0
    if count >= trials:
        return 1.0
    return float(special.betaincc(count + 1, trials - count, share))


def negative_binomial_at_most(*, count: float, size: float, share: float) -> float:
    """Return P(X ≤ count) of failures before `size` successes of probability `share`."""
    if count < 0:
        return 0.0
    return float(special.betainc(size, count + 1, share))


def negative_binomial_at_least(*, count: float, size: float, share: float) -> float:
    """Return P(X ≥ count) of failures before `size` successes of probability `share`."""
    if count <= 0:
        return 1.0
    return float(special.betaincc(size, count, share))
