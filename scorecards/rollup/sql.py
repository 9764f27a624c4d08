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


@cache
def statement(step: str, *, keyed: bool) -> str:
    """Return a step's SQL for the supplier-months in `rollup_key`, or for whole months."""
    text = _form(step, keyed=keyed)
    return renamed(text, {LANE_SUMS: f"({_form('lane_sums', keyed=True)}) sums"}) if keyed else text


def _form(step: str, *, keyed: bool) -> str:
    dropped = "-- whole" if keyed else "-- keyed"
    return "\n".join(line for line in read(step).splitlines() if not line.endswith(dropped))


def read(name: str) -> str:
    """Return the text of one SQL file of this folder."""
    return (HERE / f"{name}.sql").read_text()


def whole(step: str, **names: str) -> str:
    """Return a step's whole form, with other tables or days in the place of those it names."""
    names = ALWAYS | names
    sums, months = (renamed(_form(part, keyed=False), names) for part in ("lane_sums", "months"))
    beside = {LANE_SUMS: f"({sums}) sums", MONTHS_MET: f"({months}) months"}
    return renamed(statement(step, keyed=False), beside | names)


def created(step: str, table: str, **names: str) -> str:
    """Return a step's whole form as a new table, which is a tenth quicker than inserting rows."""
    text = whole(step, **names)
    return f"CREATE TABLE {table} AS {text[text.index('SELECT ') :]}"


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return a statement with other names in the place of those it has."""
    return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), text)
