"""The roll-up's SQL files, in the two forms they are run in."""

from pathlib import Path

from django.db.backends.utils import CursorWrapper

HERE = Path(__file__).resolve().parent
STEPS = ("part_month", "warranty_month", "supplier_month", "parts_in_field", "clear_empty")
TABLES = ("scorecards_partmonth", "scorecards_warrantymonth", "scorecards_suppliermonth")
GRAINS = ("part_month", "warranty_month", "supplier_month")


def read(name: str) -> str:
    """Return the text of one SQL file of this folder."""
    return (HERE / f"{name}.sql").read_text()


def statement(step: str, *, keyed: bool) -> str:
    """Return a step's SQL; the whole form drops the lines that join the stale keys."""
    text = read(step)
    if keyed or step not in GRAINS:
        return text
    return "\n".join(line for line in text.splitlines() if not line.endswith("-- keyed"))


def run_steps(cursor: CursorWrapper, *, keyed: bool) -> int:
    """Run all steps for the keys in the temporary table `rollup_key`; return rows of the grain."""
    rows = 0
    for step in STEPS:
        cursor.execute(statement(step, keyed=keyed))
        if step == "part_month":
            rows = cursor.rowcount
    return rows
