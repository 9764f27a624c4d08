"""What a kind of import is made of: its fields, their types and other names of their columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from django.utils.functional import Promise

Label = str | Promise


class FieldType(Enum):
    """How the cells of a field are read; the value is the type of its staging column."""

    TEXT = "text", "text"
    CHOICE = "choice", "text"
    NUMBER = "number", "numeric"
    WHOLE = "whole", "bigint"
    DATE = "date", "date"
    MONTH = "month", "date"
    YES_NO = "yes_no", "boolean"

    @property
    def sql(self) -> str:
        """Type of the staging column."""
        return self.value[1]

    @property
    def textual(self) -> bool:
        """Whether an empty cell is stored as an empty text instead of NULL."""
        return self.sql == "text"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing a row can say."""

    name: str
    label: Label
    type: FieldType = FieldType.TEXT
    required: bool = False
    help: Label = ""
    # other spellings of the column's heading, normalised (see `columns.normalise`)
    aliases: tuple[str, ...] = ()
    max_length: int = 0
    # no blanks and nothing that breaks an address
    slug: bool = False
    above: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimals: int = 3
    # normalised spelling in the file → stored value
    choices: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    # whether a day that has not come yet is refused
    past: bool = False


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of file."""

    name: str
    fields: tuple[Field, ...]
    # the field whose sum is the control total
    pieces: str | None = None
    # natural key, as field names
    key: tuple[str, ...] = ()
    # field without a column of its own → field whose column it takes over (all or none)
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    # field that names the plant whose time zone turns a timestamp into a day
    plant: str | None = None

    def field(self, name: str) -> Field:
        """Return the field called `name`; KeyError when the kind has none."""
        return {one.name: one for one in self.fields}[name]

    @property
    def names(self) -> list[str]:
        """Names of all fields, in the order in which they are shown."""
        return [one.name for one in self.fields]

    @property
    def required(self) -> list[str]:
        """Names of the fields no row may lack."""
        return [one.name for one in self.fields if one.required]

    @property
    def handle(self) -> str:
        """The field by which people speak of a row: the first of the key that is no plant."""
        return next(name for name in self.key if name != self.plant)
