"""What is wrong with a file, a row or a cell.

Problems are kept as codes with parameters and put into words when somebody reads them,
in that person's language.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from suppliers.imports.problem_words import WORDS
from suppliers.quantities import pieces

# Parameters that are pieces, said as such.
OF_PIECES = ("pieces", "quantity")


class FileError(Exception):
    """A file that cannot be imported as it is; carries a code of `WORDS` and its parameters."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return Words.of(self.code, self.params).sentence

    def as_json(self) -> dict[str, Any]:
        """Return what is kept of it: `code` and `params`."""
        return {"code": self.code, "params": self.params}


class Told(dict[str, Any]):
    """Parameters of a problem; one that is not told, as for many rows at once, is left open."""

    def __missing__(self, key: str) -> str:
        return "…"


@dataclass(frozen=True)
class Words:
    """A problem in the reader's language."""

    what: str
    remedy: str

    @classmethod
    def of(cls, code: str, params: Mapping[str, Any]) -> "Words":
        """Put a code and its parameters into words."""
        what, remedy = WORDS[code]
        told = Told(params)
        for name in OF_PIECES:
            if name in told:
                told[name] = pieces(Decimal(told[name]), told[name])
        return cls(str(what) % told, str(remedy) % told)

    @property
    def sentence(self) -> str:
        """What is wrong, then how to mend it."""
        return f"{self.what} {self.remedy}"


@dataclass(frozen=True)
class CellProblem:
    """Something wrong with one cell."""

    row: int
    field: str
    code: str
    value: str
    params: Mapping[str, str] = dataclasses.field(default_factory=dict)
