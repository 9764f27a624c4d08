"""One cell's text to the value its field wants, or to the problem it has."""

import re
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from suppliers.imports import dates, decimals
from suppliers.imports.columns import normalise
from suppliers.imports.fields import Field, FieldType

ERROR = re.compile(r"#(?:REF|DIV/0|VALUE|NAME|NUM|NULL|N/A|SPILL|CALC|FIELD)[!?]?|Err:\d{3}")
UNFIT = re.compile(r"[/\s?#%\\]")
FORMULA_STARTS = ("=", "+", "-", "@")
# A column whose texts have none of these needs no look at each of them: blanks to trim, what may
# be a formula or an error of Excel, what COPY escapes, the sign of a workbook's own numbers.
NOTABLE = re.compile(r"[\s\x01-\x1f\x7f\u00a0\ufeff=#'\\\ue000]|Err:")
# The other characters of ASCII and the sign between joined cells, for `str.translate`.
UNREMARKABLE = {code: None for code in range(128) if not NOTABLE.search(chr(code))}
# Text fields that take known words only.
VOCABULARIES = ("country", "time_zone")
BLANKS = re.compile(r"[\s\x00-\x1f\x7f\u00a0\ufeff]+")


@dataclass(frozen=True)
class Cell:
    """What became of a cell: the text to store, or a problem."""

    text: str = ""
    code: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    # a timestamp with offset: its day depends on the row's plant
    moment: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How the file writes numbers and dates, and which day it is."""

    mark: str
    order: str | None
    today: date


Reader = Callable[[str, Field, Manner], Cell]


def are_plain(joined: str) -> bool:
    """Whether cells joined by NUL have nothing notable; deleting what is not is quickest."""
    if joined.isascii():
        return not joined.translate(UNREMARKABLE) and "Err:" not in joined
    return not NOTABLE.search(joined)


def clean(text: str) -> str:
    """Trim; join lines; take what Excel's ="007" and our own exports' '-7 protect."""
    if text.startswith("'") and text[1:].startswith(FORMULA_STARTS):
        text = text[1:]
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return BLANKS.sub(" ", text).strip() if BLANKS.search(text) else text


def read(text: str, one: Field, manner: Manner) -> Cell:
    """Read a cleaned, non-empty cell for a field."""
    if ERROR.fullmatch(text):
        return Cell(code="excel_error")
    if text.startswith("=") and len(text) > 1:
        return Cell(code="formula_without_value")
    return READERS[one.type](text, one, manner)


def _text(text: str, one: Field, _manner: Manner) -> Cell:
    if one.name == "country":
        ok = len(text) == one.max_length and text.isascii() and text.isalpha()
        return Cell(text.upper()) if ok else Cell(code="not_a_country")
    if one.name == "time_zone" and text not in zoneinfo.available_timezones():
        return Cell(code="not_a_time_zone")
    if len(text) > one.max_length:
        return Cell(code="too_long", params={"limit": str(one.max_length)})
    if one.slug and UNFIT.search(text):
        return Cell(code="unfit_code")
    return Cell(text)


def _choice(text: str, one: Field, _manner: Manner) -> Cell:
    value = one.choices.get(normalise(text))
    if value is None:
        known = ", ".join(dict.fromkeys(one.choices.values()))
        return Cell(code="not_a_choice", params={"choices": known})
    return Cell(value)


def _yes_no(text: str, one: Field, _manner: Manner) -> Cell:
    value = one.choices.get(normalise(text))
    return Cell(value) if value else Cell(code="not_a_choice", params={"choices": "yes, no"})


def _number(text: str, one: Field, manner: Manner) -> Cell:
    number = decimals.parse(text, manner.mark)
    if number is None:
        return Cell(code="not_a_number")
    if not _has_decimals_at_most(number, one.decimals):
        return Cell(code="too_many_decimals", params={"decimals": str(one.decimals)})
    return _within(number, one)


def _whole(text: str, one: Field, manner: Manner) -> Cell:
    spelled = re.sub(r"(?i)^(tier|stufe|level|t)\s*", "", text) if one.name == "tier" else text
    number = decimals.parse(spelled, manner.mark)
    if number is None:
        return Cell(code="not_a_number")
    if not _has_decimals_at_most(number, 0):
        return Cell(code="not_whole")
    return _within(number, one)


def _within(number: Decimal, one: Field) -> Cell:
    if one.above is not None and number <= one.above:
        code = "not_above" if one.name == "quantity" else "not_positive"
        return Cell(code=code, params={"limit": decimals.render(one.above)})
    if one.minimum is not None and number < one.minimum:
        return Cell(code="below", params={"limit": decimals.render(one.minimum)})
    if one.maximum is not None and number > one.maximum:
        return Cell(code="beyond", params={"limit": decimals.render(one.maximum)})
    return Cell(decimals.render(number))


def _has_decimals_at_most(number: Decimal, places: int) -> bool:
    return number == number.quantize(Decimal(1).scaleb(-places)) if _small(number) else True


def _small(number: Decimal) -> bool:
    """Whether quantising stays within the context's precision; larger ones fail the maximum."""
    return number.adjusted() < 15  # noqa: PLR2004  # digits before the decimal mark


def _date(text: str, one: Field, manner: Manner) -> Cell:
    day = dates.parse(text, manner.order)
    if isinstance(day, str):
        return Cell(code=day)
    if isinstance(day, datetime):
        return Cell(moment=day)
    if one.past and day > manner.today + timedelta(days=1):
        return Cell(code="future_date")
    return Cell(f"{day:%Y-%m-%d}")


def _month(text: str, _field: Field, manner: Manner) -> Cell:
    month = dates.parse_month(text, manner.order)
    return Cell(code=month) if isinstance(month, str) else Cell(f"{month:%Y-%m-%d}")


READERS: dict[FieldType, Reader] = {
    FieldType.TEXT: _text,
    FieldType.CHOICE: _choice,
    FieldType.NUMBER: _number,
    FieldType.WHOLE: _whole,
    FieldType.DATE: _date,
    FieldType.MONTH: _month,
    FieldType.YES_NO: _yes_no,
}
