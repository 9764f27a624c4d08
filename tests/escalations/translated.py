"""Notices which texts are asked of the German catalogue and are not in it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import trans_real


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Collect what is asked of the German catalogue and is not in it."""
    found: set[str] = set()
    catalogue = vars(trans_real.translation("de"))["_catalog"]
    plural = ngettext_of(trans_real.ngettext, catalogue, found)

    def single(message: Any) -> str:
        # a text that has a plural stands once in the catalogue, and serves alone too
        known = any(catalogue.get(key) is not None for key in (message, (message, 0)))
        if translation.get_language() == "de" and message and not known:
            found.add(str(message))
        return str(original(message))

    def in_context(context: str, message: str) -> str:
        if translation.get_language() == "de" and catalogue.get(f"{context}\4{message}") is None:
            found.add(f"{context} | {message}")
        return str(contextual(context, message))

    original, contextual = trans_real.gettext, trans_real.pgettext
    for name, wrapped in (("gettext", single), ("ngettext", plural), ("pgettext", in_context)):
        monkeypatch.setattr(trans_real, name, wrapped)
        monkeypatch.setattr(vars(translation)["_trans"], name, wrapped, raising=False)
    return found


def ngettext_of(
    original: Callable[[str, str, int], str], catalogue: Any, found: set[str]
) -> Callable[[str, str, int], str]:
    """Return the plural's function, which notices too."""

    def many(one: str, several: str, number: int) -> str:
        known = catalogue.get((one, 1)) is not None
        if translation.get_language() == "de" and not known:
            found.add(f"{one} | {several}")
        return str(original(one, several, number))

    return many
