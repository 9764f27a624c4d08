"""Numbers as people and systems write them; the decimal mark is decided for a whole file."""

import re
from collections.abc import Iterable
from decimal import Decimal

from suppliers.imports.problems import FileError

POINT, COMMA = ".", ","
OTHER = {POINT: COMMA, COMMA: POINT}
# blanks of every width and apostrophes group thousands and never mean anything else
GROUPING = re.compile(r"[\s'’\u00a0\u2009\u202f]")
SHAPE = re.compile(r"[+-]?[0-9.,]+-?")
# stands before a number that a workbook stores as a number: it has no decimal mark to decide
NATIVE = "\ue000"


def plain(text: str) -> str:
    """Drop blanks and apostrophes that only group digits."""
    return GROUPING.sub("", text)


def mark_shown_by(text: str) -> str | None:
    """Return the decimal mark this one number proves, None if it would fit either."""
    number = plain(text).strip("+-")
    if not SHAPE.fullmatch(number):
        return None
    if POINT in number and COMMA in number:
        return max(POINT, COMMA, key=number.rindex)
    for mark in (POINT, COMMA):
        if number.count(mark) > 1:
            return OTHER[mark]
        if mark in number and not _could_group(number, mark):
            return mark
    return None


def could_be_either(text: str) -> bool:
    """Whether a number is one thousand or one, depending on the decimal mark (1.234)."""
    number = plain(text).strip("+-")
    return (
        bool(SHAPE.fullmatch(number))
        and (POINT in number or COMMA in number)
        and mark_shown_by(text) is None
    )


def decide(columns: Iterable[tuple[str, Iterable[str]]]) -> str:
    """Return the decimal mark of a file from (heading, distinct values) of its number columns.

    Raises FileError when numbers prove both marks, or when no number proves one and there
    are numbers that could be read either way.
    """
    proof: dict[str, tuple[str, str]] = {}
    open_question: tuple[str, str] | None = None
    for heading, values in columns:
        for value in values:
            mark = mark_shown_by(value)
            if mark:
                proof.setdefault(mark, (heading, value))
            elif open_question is None and could_be_either(value):
                open_question = heading, value
    if len(proof) == len(OTHER):
        raise FileError("decimal_mark_mixed", point=proof[POINT][1], comma=proof[COMMA][1])
    if not proof and open_question:
        raise FileError("decimal_mark_unknown", column=open_question[0], example=open_question[1])
    return next(iter(proof), POINT)


def parse(text: str, mark: str) -> Decimal | None:
    """Read a number whose decimal mark is known; None if it is none. 1.234,5- is negative."""
    number = plain(text)
    if number.startswith(NATIVE):
        return Decimal(number.removeprefix(NATIVE))
    if not SHAPE.fullmatch(number):
        return None
    if number.endswith("-"):
        number = "-" + number[:-1].lstrip("+")
    whole, _, fraction = number.partition(mark)
    if mark in fraction or OTHER[mark] in fraction or not _grouped(whole, OTHER[mark]):
        return None
    digits = whole.replace(OTHER[mark], "") + ("." + fraction if fraction else "")
    try:
        return Decimal(digits)
    except ArithmeticError:
        return None


def render(number: Decimal) -> str:
    """Write a number without exponent and without trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _could_group(number: str, mark: str) -> bool:
    head, _, tail = number.partition(mark)
    return len(tail) == 3 and tail.isdigit() and 1 <= len(head) <= 3 and head != "0"  # noqa: PLR2004  # thousands


def _grouped(whole: str, mark: str) -> bool:
    """Whether digits are grouped by thousands throughout, or not at all."""
    head, *groups = whole.lstrip("+-").split(mark)
    if not groups:
        return True
    return head.isdigit() and len(head) <= 3 and all(len(g) == 3 and g.isdigit() for g in groups)  # noqa: PLR2004  # thousands
