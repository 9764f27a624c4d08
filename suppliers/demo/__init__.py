"""Believable made-up data, generated from a seed, with a few stories worth finding."""

from suppliers.demo.load import DemoAlreadyLoadedError, DemoNotEmptyError, load_facts

__all__ = ["DemoAlreadyLoadedError", "DemoNotEmptyError", "load_facts"]
