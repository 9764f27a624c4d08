"""Board-assembly indices from opportunities by class, after IPC-7912.

Classes are component, placement and termination; components include the bare board,
placements do not (1000 + 999 + 9001 = 11 000 opportunities on one board). Formulas: Shina,
Six Sigma for Electronics Design and Manufacturing (2002), 4.10 and 4.11. Comparing makers of
boards of different complexity by these numbers misleads; the display says so.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from scorecards.formulas.quantities import MILLION, Quantity, exact


@dataclass(frozen=True, kw_only=True)
class AssemblyIndices:
    """Indices of a lot of boards.

    `dpmo_by_class` is None for a class without opportunities. `yield_binomial`,
    Π (1 − d_k/o_k)^(opportunities of k on a board), and `yield_poisson`, e^(−DPU), estimate
    the share of boards without defect.
    """

    dpmo_by_class: dict[str, Fraction | None]
    opportunities_per_board: Fraction
    dpmo_index: Fraction
    overall_manufacturing_index: Fraction
    dpu: Fraction
    yield_binomial: float
    yield_poisson: float


def assembly_indices(
    *,
    opportunities_per_board: Mapping[str, Quantity],
    defects: Mapping[str, Quantity],
    boards: Quantity,
) -> AssemblyIndices | None:
    """Return the indices of a lot; None when there were no boards or no opportunities.

    Args:
        opportunities_per_board: per class, on one board.
        defects: per class, on all boards; a class left out counts 0.
        boards: number of boards.

    Raises:
        ValueError: when defects name an unknown class or exceed their opportunities.
    """
    per_board = {name: exact(number) for name, number in opportunities_per_board.items()}
    found = {name: exact(defects.get(name, 0)) for name in per_board}
    lot, total = exact(boards), sum(per_board.values(), Fraction(0))
    _check(per_board, defects, found, lot)
    if not lot or not total:
        return None
    share = sum(found.values(), Fraction(0)) / (lot * total)
    shares = {n: found[n] / (lot * per_board[n]) for n in per_board if per_board[n]}
    return AssemblyIndices(
        dpmo_by_class={n: MILLION * shares[n] if n in shares else None for n in per_board},
        opportunities_per_board=total,
        dpmo_index=MILLION * share,
        overall_manufacturing_index=MILLION
        * (1 - math.prod((1 - s for s in shares.values()), start=Fraction(1))),
        dpu=share * total,
        yield_binomial=math.prod(_without_defect(shares[n], per_board[n]) for n in shares),
        yield_poisson=math.exp(-share * total),
    )


def _check(
    per_board: Mapping[str, Fraction],
    defects: Mapping[str, Quantity],
    found: Mapping[str, Fraction],
    lot: Fraction,
) -> None:
    unknown = set(defects) - set(per_board)
    if unknown:
        raise ValueError(f"defects in classes without opportunities: {sorted(unknown)}")
    if any(found[name] > lot * per_board[name] for name in per_board):
        raise ValueError("more defects than opportunities in a class")


def _without_defect(share: Fraction, opportunities: Fraction) -> float:
    """(1 − share)^opportunities, without losing small shares to rounding."""
    return math.exp(float(opportunities) * math.log1p(-float(share))) if share < 1 else 0.0
