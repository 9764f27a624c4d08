"""Whether counts that describe the same units can all be true.

These checks are for counts of *one* population: a production run, an inspected lot, a
sample. A supplier's monthly window is another matter: parts rejected in May may have been
received in April, so more rejects than receipts are legal there (`rates.figure`).
"""

from enum import StrEnum
from fractions import Fraction

from scorecards.formulas.quantities import MILLION, Quantity, exact
from scorecards.formulas.yields import smallest_dpmo


class Contradiction(StrEnum):
    """What cannot be."""

    COUNTS_WITHOUT_UNITS = "counts_without_units"
    MORE_DEFECTIVE_THAN_UNITS = "more_defective_than_units"
    FEWER_DEFECTS_THAN_DEFECTIVE = "fewer_defects_than_defective"
    MORE_DEFECTS_THAN_OPPORTUNITIES = "more_defects_than_opportunities"


def contradictions(
    *,
    units: Quantity,
    defective: Quantity | None = None,
    defects: Quantity | None = None,
    opportunities: Quantity | None = None,
) -> tuple[Contradiction, ...]:
    """Return what contradicts itself in counts of the same units; empty when all can be true.

    Counts left out (None) are not judged. Where nothing is returned,
    (1 − FPY) ÷ opportunities · 10⁶ ≤ DPMO ≤ PPM ≤ 10⁶ · DPU holds, provided that no
    defective unit carries more defects than it has opportunities.
    """
    total = exact(units)
    parts = None if defective is None else exact(defective)
    found = None if defects is None else exact(defects)
    chances = None if opportunities is None else exact(opportunities)
    judged = {
        Contradiction.COUNTS_WITHOUT_UNITS: not total and bool(parts or found),
        Contradiction.MORE_DEFECTIVE_THAN_UNITS: parts is not None and parts > total > 0,
        Contradiction.FEWER_DEFECTS_THAN_DEFECTIVE: parts is not None
        and found is not None
        and found < parts,
        Contradiction.MORE_DEFECTS_THAN_OPPORTUNITIES: found is not None
        and chances is not None
        and found > total * chances > 0,
    }
    return tuple(kind for kind, contradicted in judged.items() if contradicted)


def dpmo_is_possible(
    *, claimed_dpmo: Quantity, first_pass: Fraction, opportunities: Quantity
) -> bool:
    """Return whether a claimed DPMO agrees with a first-pass yield.

    Every unit that fails carries a defect at least, so DPMO cannot be below
    (1 − FPY) ÷ opportunities · 10⁶; nor can it exceed one million.
    """
    least = smallest_dpmo(first_pass=first_pass, opportunities=opportunities)
    return least <= exact(claimed_dpmo) <= MILLION
