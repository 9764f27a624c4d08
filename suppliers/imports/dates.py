"""Dates as people and systems write them; day first or month first is decided per column."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from suppliers.imports.problems import FileError

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
FIRST_YEAR, LAST_YEAR = 1980, 2100

TIME = r"(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
YEAR_FIRST = re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})" + TIME)
COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})")
DOTTED = re.compile(r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4}|\d{2})" + TIME)
EITHER = re.compile(r"(?P<a>\d{1,2})[/-](?P<b>\d{1,2})[/-](?P<y>\d{4}|\d{2})" + TIME)
NAMED = re.compile(r"(?P<d>\d{1,2})[. -]+(?P<name>[^\W\d]{3,9})[. -]+(?P<y>\d{4}|\d{2})" + TIME)
MONTH = re.compile(r"(?P<y>\d{4})[-/.]?(?P<m>\d{2})|(?P<m2>\d{1,2})[-/.](?P<y2>\d{4})")
MONTH_NAMES = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner", "feb february februar", "mar march märz mär maerz mrz",
            "apr april", "may mai", "jun june juni", "jul july juli", "aug august",
            "sep sept september", "oct october okt oktober", "nov november",
            "dec december dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


def order_shown_by(text: str) -> str | None:
    """Return the order of day and month one date proves, None if it would fit either."""
    match = EITHER.fullmatch(text)
    if match is None:
        return None
    first, second = int(match["a"]), int(match["b"])
    if first > 12 >= second:  # noqa: PLR2004  # months of a year
        return DAY_FIRST
    return MONTH_FIRST if second > 12 >= first else None  # noqa: PLR2004


def could_be_either(text: str) -> bool:
    """Whether 03/04/2026 and the like: both orders give a day, and not the same one."""
    match = EITHER.fullmatch(text)
    return bool(match and order_shown_by(text) is None and match["a"] != match["b"])


def decide(heading: str, values: Iterable[str]) -> str | None:
    """Return the order of a column from its distinct values, None if nothing in it depends on it.

    Raises FileError when the column proves both orders, or none while it depends on it.
    """
    proof: dict[str, str] = {}
    open_question: str | None = None
    for value in values:
        order = order_shown_by(value)
        if order:
            proof.setdefault(order, value)
        elif open_question is None and could_be_either(value):
            open_question = value
    if len(proof) > 1:
        raise FileError(
            "date_order_mixed",
            column=heading,
            day_first=proof[DAY_FIRST],
            month_first=proof[MONTH_FIRST],
        )
    if not proof and open_question:
        raise FileError("date_order_unknown", column=heading, example=open_question)
    return next(iter(proof), None)


def parse(text: str, order: str | None) -> date | datetime | str:
    """Read a date; a timestamp with an offset stays a datetime, to be placed in a time zone.

    Returns the code of the problem when it is none.
    """
    for pattern in (YEAR_FIRST, COMPACT, DOTTED, EITHER, NAMED):
        match = pattern.fullmatch(text)
        if match:
            return _built(match.groupdict(), text, order)
    return "not_a_date"


def parse_month(text: str, order: str | None) -> date | str:
    """Read a month, or a day of it, as the first day of the month; else the problem's code."""
    match = MONTH.fullmatch(text)
    if match:
        return _day(int(match["y"] or match["y2"]), int(match["m"] or match["m2"]), 1)
    day = parse(text, order)
    if isinstance(day, str):
        return "not_a_month" if day == "not_a_date" else day
    return date(day.year, day.month, 1)


def place(moment: datetime, zone: str) -> date:
    """Return the day a moment falls on in a time zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def _built(parts: dict[str, str | None], text: str, order: str | None) -> date | datetime | str:
    year, month, day = _numbers(parts, order)
    if month is None:
        return "not_a_date"
    built = _day(year, month, day)
    if isinstance(built, str) or not parts.get("zone"):
        return built
    clock = re.split(r"[T ]\s*", text, maxsplit=1)[1].replace(",", ".").replace(" ", "")
    try:
        return datetime.fromisoformat(f"{built:%Y-%m-%d}T{clock.zfill(_width(clock))}")
    except ValueError:
        return "not_a_date"


def _width(clock: str) -> int:
    """Return the width of a clock whose hour has two digits."""
    return len(clock) + (clock[1] == ":")


def _numbers(parts: dict[str, str | None], order: str | None) -> tuple[int, int | None, int]:
    year = int(parts["y"] or 0)
    year = year + 2000 if year < 100 else year  # noqa: PLR2004  # two digits: this century
    if "a" in parts:
        first, second = int(parts["a"] or 0), int(parts["b"] or 0)
        return (year, first, second) if order == MONTH_FIRST else (year, second, first)
    if "name" in parts:
        return year, MONTH_NAMES.get((parts["name"] or "").casefold()), int(parts["d"] or 0)
    return year, int(parts["m"] or 0), int(parts["d"] or 0)


def _day(year: int, month: int, day: int) -> date | str:
    try:
        built = date(year, month, day)
    except ValueError:
        return "no_such_day"
    return built if FIRST_YEAR <= year <= LAST_YEAR else "date_out_of_range"
