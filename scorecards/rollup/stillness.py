"""Keeping a supplier's roll-up still while several of its figures are read together."""

from django.db import connection

from scorecards.periods import Month
from scorecards.queries.waiting import waiting_months
from scorecards.rollup.locks import ROLLUP_LOCK, SUPPLIER_LOCKS

HOLD = """
SELECT pg_advisory_xact_lock_shared(%s), pg_advisory_xact_lock(%s, (%s %% 2147483647)::int)
"""


def hold_still(supplier_id: int) -> None:
    """Keep drains of this supplier and rebuilds away until the transaction ends.

    A drain that already claimed marks of it either has committed by then, or waits for us
    and its marks are still to be seen (`waiting_keys`).
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [ROLLUP_LOCK, SUPPLIER_LOCKS, supplier_id])


def waiting_keys(*, supplier_id: int, until: Month) -> int:
    """Return how many of the supplier's months up to `until` wait to be recomputed.

    Those a changed master touches among them: once they are held still, they are as stale as
    the others.
    """
    return len(waiting_months([supplier_id], span=(None, until)))
