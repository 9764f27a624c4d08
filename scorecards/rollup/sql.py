"""The roll-up's SQL files, in the two forms they are run in."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
LANES, RETURNS, MONTHS = TABLES = (
    "scorecards_partmonth",
    "scorecards_warrantymonth",
    "scorecards_suppliermonth",
)
LANE_STEPS = ("receipts", "rejects")
STEPS = (*LANE_STEPS, "warranty_month", "supplier_month")
# What an open side of a period is called where a day is expected.
ALWAYS = {"rollup_first": "DATE '-infinity'", "rollup_end": "DATE 'infinity'"}
# What supplier_month.sql adds up: the lanes' sums, or tables of them.
LANE_SUMS = "rollup_lane_sums"
# What rejects.sql puts beside receipts: lanes of rejects, or a table of them.
REJECTS = "rollup_rejects"
# Whose deliveries receipts.sql adds up, one after the other.
MONTHS_MET = "rollup_months"
# The table of what a rebuild adds up before supplier-months.
SUMS = "rollup_sums"


@cache
def statement(step: str) -> str:
    """Return a step's SQL for the supplier-months in `rollup_key`."""
    beside = {
        LANE_SUMS: f"({_without(read('lane_sums'), 'whole')}) sums",
        REJECTS: f"({_without(read('reject_lanes'), 'whole')}) rejects",
    }
    return renamed(_without(read(step), "whole"), beside)


def _without(text: str, *marks: str) -> str:
    dropped = tuple(f"-- {mark}" for mark in marks)
    return "\n".join(line for line in text.splitlines() if not line.endswith(dropped))


def read(name: str) -> str:
    """Return the text of one SQL file of this folder."""
    return (HERE / f"{name}.sql").read_text()


def whole(step: str, *without: str, **names: str) -> str:
    """Return a step's form for whole months, without the lines marked so.

    `names` are other tables or days in the place of those that it has.
    """
    names = ALWAYS | names
    beside = {
        LANE_SUMS: lane_sums(names.get(LANES, LANES)),
        REJECTS: f"({renamed(_without(read('reject_lanes'), 'keyed'), names)}) rejects",
        MONTHS_MET: f"({renamed(read('months'), names)}) months",
    }
    return renamed(_without(read(step), "keyed", *without), beside | names)


def lane_sums(rows: str) -> str:
    """Return the relation of what these rows, a table or a statement, add up to by month."""
    return f"({renamed(_without(read('lane_sums'), 'keyed'), {LANES: rows})}) sums"


def created(step: str, table: str, *without: str, **names: str) -> str:
    """Return a step's whole form as a new table, which is a tenth quicker than inserting rows."""
    text = whole(step, *without, **names)
    return f"CREATE TABLE {table} AS {text[text.index('SELECT ') :]}"


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return a statement with other names in the place of those it has."""
    return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), text)
