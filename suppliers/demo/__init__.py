"""Believable made-up data, generated from a seed, with a few stories worth finding."""

from suppliers.demo.load import (
    DemoAlreadyLoadedError,
    DemoNotEmptyError,
    book_late_receipts,
    load_facts,
    login_of,
)
from suppliers.demo.stories import CROSSES_100_AND_RECOVERS

__all__ = [
    "CROSSES_100_AND_RECOVERS",
    "DemoAlreadyLoadedError",
    "DemoNotEmptyError",
    "book_late_receipts",
    "load_facts",
    "login_of",
]
