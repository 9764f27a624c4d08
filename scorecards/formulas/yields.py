"""Yields: how much goes through a process right the first time.

First-pass yield counts scrap *and* rework against a step; final yield and scrap rate count
only what was thrown away. All results but the Poisson ones are exact fractions.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scorecards.formulas.quantities import (
    MILLION,
    ImpossibleQuantityError,
    Quantity,
    exact,
)


@dataclass(frozen=True, kw_only=True)
class StepYields:
    """Yields of a chain of steps that all start from the same number of chances.

    `final` counts discarded units only, `first_pass` rework as well, `rolled` is the
    product of the steps' first-pass yields.
    """

    final: Fraction
    first_pass: Fraction
    rolled: Fraction
    defects: Fraction
    dpmo: Fraction


def first_pass_yield(*, entering: Quantity, scrap: Quantity, rework: Quantity) -> Fraction | None:
    """Return (entering − scrap − rework) ÷ entering, None when nothing entered.

    Raises:
        ImpossibleQuantityError: when more was scrapped or reworked than entered.
    """
    total, lost = exact(entering), exact(scrap) + exact(rework)
    if lost > total:
        raise ImpossibleQuantityError("more scrap and rework than units entering the step")
    return (total - lost) / total if total else None


def rolled_yield(*, steps: Iterable[Fraction]) -> Fraction:
    """Return the rolled throughput yield: the product of the steps' first-pass yields."""
    return math.prod(steps, start=Fraction(1))


def normalised_yield(*, rolled: Fraction, steps: int) -> float:
    """Return the geometric mean yield per step, rolled^(1/steps).

    Raises:
        ValueError: for fewer than one step.
    """
    if steps < 1:
        raise ValueError("a chain has at least one step")
    return math.pow(rolled, 1 / steps)


def defects_per_unit_from_yield(*, rolled: Fraction) -> float:
    """Return the Poisson defects per unit behind a yield, −ln(yield); infinite at 0."""
    return -math.log(rolled) if rolled else math.inf


def yield_from_defects_per_unit(*, dpu: Fraction) -> float:
    """Return the share of units without defect, e^(−DPU), if defects fall independently."""
    return math.exp(-dpu)


def quality_rate(*, good: Quantity, total: Quantity) -> Fraction | None:
    """Return the quality factor of OEE: good ÷ total, None when nothing was made."""
    made = exact(total)
    return exact(good) / made if made else None


def scrap_rate(*, scrap: Quantity, total: Quantity) -> Fraction | None:
    """Return scrap ÷ total: only what was discarded, without rework."""
    return quality_rate(good=scrap, total=total)


def chain_yields(
    *, defects: Sequence[Quantity], rework: Sequence[Quantity], opportunities: Quantity
) -> StepYields:
    """Return the yields of steps that each see all `opportunities`.

    Args:
        defects: discarded per step.
        rework: mended per step, same length.
        opportunities: units (or chances) at every step, above 0.

    Raises:
        ValueError: when the lists differ in length or there are no opportunities.
    """
    chances = exact(opportunities)
    if not chances:
        raise ValueError("yields need opportunities above 0")
    scrapped, mended = [exact(d) for d in defects], [exact(r) for r in rework]
    steps = [1 - (d + r) / chances for d, r in zip(scrapped, mended, strict=True)]
    lost = sum(scrapped, Fraction(0))
    return StepYields(
        final=1 - lost / chances,
        first_pass=1 - (lost + sum(mended, Fraction(0))) / chances,
        rolled=rolled_yield(steps=steps),
        defects=lost,
        dpmo=MILLION * lost / chances,
    )


def smallest_dpmo(*, first_pass: Fraction, opportunities: Quantity) -> Fraction:
    """Return the smallest DPMO a first-pass yield allows: (1 − FPY) ÷ opportunities · 10⁶.

    Every failing unit carries at least one defect; a lower claimed DPMO is impossible.

    Raises:
        ValueError: when there are no opportunities.
    """
    chances = exact(opportunities)
    if not chances:
        raise ValueError("DPMO needs opportunities above 0")
    return MILLION * (1 - first_pass) / chances


def poisson_dpmo(*, first_pass: Fraction, opportunities: Quantity) -> float:
    """Return the DPMO behind a yield if defects fall independently: −ln(FPY) ÷ o · 10⁶."""
    return defects_per_unit_from_yield(rolled=first_pass) / float(exact(opportunities)) * MILLION
