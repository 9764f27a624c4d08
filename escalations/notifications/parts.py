"""What every mail is made of, before it is laid out as text and HTML."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading with lines below it, and where there is more of it."""

    title: str
    lines: Sequence[str]
    link: str = ""
    link_text: str = ""


@dataclass(frozen=True, kw_only=True)
class Content:
    """A mail before it is laid out; `opening` says what changed and what is asked."""

    subject: str
    opening: Sequence[str]
    sections: Sequence[Section]
    link: str
    link_text: str
