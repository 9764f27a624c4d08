"""The sheets a scorecard is printed on."""

from enum import StrEnum


class Paper(StrEnum):
    """A paper size, by the name of the address; A4 is what is kept."""

    A4 = "a4"
    LETTER = "letter"

    @property
    def height_mm(self) -> float:
        """The height of the sheet."""
        return 297.0 if self is Paper.A4 else 279.4
