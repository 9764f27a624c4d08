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
# Whose deliveries receipts.sql adds up, one after the other.
MONTHS_MET = "rollup_months"
# What is left out where no part has any.
OPPORTUNITIES = "opportunities"


@cache
def statement(step: str) -> str:
    """Return a step's SQL for the supplier-months in `rollup_key`."""
    sums = f"({_without(read('lane_sums'), 'whole')}) sums"
    return renamed(_without(read(step), "whole"), {LANE_SUMS: sums})


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
    text, sums, months = (
        _without(read(part), "keyed", *without) for part in (step, "lane_sums", "months")
    )
    beside = {
        LANE_SUMS: f"({renamed(sums, names)}) sums",
        MONTHS_MET: f"({renamed(months, names)}) months",
    }
    return renamed(text, beside | names)


def created(step: str, table: str, *without: str, **names: str) -> str:
    """Return a step's whole form as a new table, which is a tenth quicker than inserting rows."""
    text = whole(step, *without, **names)
    return f"CREATE TABLE {table} AS {text[text.index('SELECT ') :]}"


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return a statement with other names in the place of those it has."""
    return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), text)
