"""How numbers are written: the house's rounding plus the separators of a language.

Pure: exact numbers in, text out. No data is not zero: None becomes "—".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scorecards.formulas.quantities import Quantity
from scorecards.formulas.rounding import round_half_up, shown_ppm, shown_quantity

NO_DATA = "—"
MINUS = "−"
SHORT_FROM = (10, 100)  # at most three digits where room is short
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True, kw_only=True)
class Separators:
    """Decimal and thousands marks of one language."""

    decimal: str = "."
    group: str = ","


ENGLISH = Separators()


def ppm(
    value: Quantity | None,
    *,
    thresholds_ppm: Iterable[Quantity] = (),
    separators: Separators = ENGLISH,
) -> str:
    """Write a PPM: at most three significant digits below 10, whole numbers from 10 on.

    Decimals are added where the rounded number would stand on another side of a threshold.
    """
    if value is None:
        return NO_DATA
    shown = shown_ppm(value=abs(Fraction(value)), thresholds_ppm=thresholds_ppm)
    return _sign(value) + _written(shown, separators)


def quantity(value: Quantity | None, *, separators: Separators = ENGLISH) -> str:
    """Write a number of pieces: thousands grouped, at most three decimals."""
    if value is None:
        return NO_DATA
    return _sign(value) + _written(shown_quantity(value=abs(Fraction(value))), separators)


def money(value: Quantity | None, *, separators: Separators = ENGLISH) -> str:
    """Write an amount: two decimals, or none where they are both 0."""
    if value is None:
        return NO_DATA
    cents = round_half_up(value=abs(Fraction(value)), decimals=2)
    whole, _, decimals = f"{cents:,.2f}".partition(".")
    text = _sign(value) + whole.replace(",", separators.group)
    return text if decimals == "00" else f"{text}{separators.decimal}{decimals}"


def number(value: Decimal, *, separators: Separators = ENGLISH) -> str:
    """Write a number that is rounded already, with all its decimals."""
    return _sign(value) + _written(abs(value), separators)


def percent(share: Quantity | None, *, separators: Separators = ENGLISH) -> str:
    """Write a share (0.083 → "8.3 %") with at most one decimal."""
    if share is None:
        return NO_DATA
    shown = round_half_up(value=abs(Fraction(share)) * 100, decimals=1)
    return f"{_sign(share)}{_written(shown, separators)}{NARROW_SPACE}%"


def compact(value: Quantity | None, *, separators: Separators = ENGLISH) -> str:
    """Write a large quantity in little room: 950, 48k, 1.25M, 3.4G (for axes only)."""
    if value is None:
        return NO_DATA
    amount = abs(Fraction(value))
    unit, suffix = next(
        (pair for pair in ((10**9, "G"), (10**6, "M"), (10**3, "k")) if amount >= pair[0]), (1, "")
    )
    scaled = amount / unit
    decimals = (scaled < SHORT_FROM[0]) + (scaled < SHORT_FROM[1])
    shown = round_half_up(value=scaled, decimals=decimals)
    return _sign(value) + _written(shown, separators) + suffix


def difference(value: Quantity | None, *, separators: Separators = ENGLISH) -> str:
    """Write a change of PPM with its sign: "+12", "−3", "±0"."""
    if value is None:
        return NO_DATA
    if not value:
        return "±0"
    return ("+" if value > 0 else "") + ppm(value, separators=separators)


def ppm_range(
    low: Quantity | None, high: Quantity | None, *, separators: Separators = ENGLISH
) -> str:
    """Write a likely range: "32–233"."""
    if low is None or high is None:
        return NO_DATA
    return f"{ppm(low, separators=separators)}–{ppm(high, separators=separators)}"


def _sign(value: Quantity) -> str:
    return MINUS if value < 0 else ""


def _written(value: Decimal, separators: Separators) -> str:
    whole, _, decimals = f"{value:,f}".partition(".")
    text = whole.replace(",", separators.group)
    decimals = decimals.rstrip("0")
    return f"{text}{separators.decimal}{decimals}" if decimals else text
