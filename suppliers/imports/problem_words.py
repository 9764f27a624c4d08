"""The words of every problem: what is wrong, and how to mend it."""

from suppliers.imports.fields import Label
from suppliers.imports.file_words import FILES
from suppliers.imports.refusal_words import REFUSALS
from suppliers.imports.row_words import ROWS

WORDS: dict[str, tuple[Label, Label]] = {**ROWS, **REFUSALS, **FILES}
