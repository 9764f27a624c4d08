"""The administration of masters, people and tokens."""

from suppliers.admin import masters, people, suppliers, tokens

__all__ = ["masters", "people", "suppliers", "tokens"]
