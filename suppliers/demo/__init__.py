"""Believable made-up data, generated from a seed, with a few stories worth finding."""

from suppliers.demo.load import (
    DemoAlreadyLoadedError,
    DemoNotEmptyError,
    book_late_receipts,
    load_facts,
)

__all__ = [
    "DemoAlreadyLoadedError",
    "DemoNotEmptyError",
    "book_late_receipts",
    "load_facts",
]
