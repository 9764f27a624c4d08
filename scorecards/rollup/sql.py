"""The roll-up's SQL files, in the two forms they are run in."""

from collections.abc import Sequence
from pathlib import Path

from django.db.backends.utils import CursorWrapper

HERE = Path(__file__).resolve().parent
FIRST = ("part_month",)
REST = ("rejects_alone", "warranty_month", "supplier_month", "parts_in_field", "clear_empty")
STEPS = (*FIRST, *REST)
LANES = ("part_month", "rejects_alone")
TABLES = ("scorecards_partmonth", "scorecards_warrantymonth", "scorecards_suppliermonth")
GRAINS = (*LANES, "warranty_month", "supplier_month")


def read(name: str) -> str:
    """Return the text of one SQL file of this folder."""
    return (HERE / f"{name}.sql").read_text()


def statement(step: str, *, keyed: bool) -> str:
    """Return a step's SQL; the whole form drops the lines that join the stale keys."""
    text = read(step)
    if keyed or step not in GRAINS:
        return text
    return "\n".join(line for line in text.splitlines() if not line.endswith("-- keyed"))


def run_steps(cursor: CursorWrapper, *, keyed: bool, steps: Sequence[str] = STEPS) -> int:
    """Run steps for the keys in the temporary table `rollup_key`; return rows of the grain."""
    rows = 0
    for step in steps:
        cursor.execute(statement(step, keyed=keyed))
        if step in LANES:
            rows += cursor.rowcount
    return rows
