"""Western or Central European: which of Windows' two Latin tables a text was written in.

Both have a letter for nearly every byte, and detectors that count how often letters follow each
other are wrong about short lists of names. Words decide: each that has an orthography in one of
the two tables and none in the other.
"""

import re
from collections.abc import Iterator
from typing import Final

WESTERN: Final = "cp1252"
CENTRAL: Final = "cp1250"
# The letters beyond ASCII of an orthography each, small.
ORTHOGRAPHIES: Final = {
    WESTERN: (
        "äöüß",  # German
        "àâæçéèêëîïôœùûüÿ",  # French
        "àèéìòù",  # Italian
        "áéíñóúüªº",  # Spanish
        "áàâãçéêíóôõúüªº",  # Portuguese, Galician
        "àçéèíïóòúü·",  # Catalan
        "æøåéèêóòô",  # Danish, Norwegian
        "åäöé",  # Swedish, Finnish
        "éëèêïöüóá",  # Dutch
        "áéíóúýðþæö",  # Icelandic
    ),
    CENTRAL: (
        "áčďéěíňóřšťúůýž",  # Czech
        "áäčďéíĺľňóôŕšťúýž",  # Slovak
        "ąćęłńóśźż",  # Polish
        "áéíóöőúüű",  # Hungarian
        "čćđšž",  # Croatian, Slovene, Bosnian
        "ăâîşţ",  # Romanian
    ),
}
# ASCII letters with others among them. A square or cubic unit is no word.
WORD: Final = re.compile(rb"(?=[\x80-\xff]*[A-Za-z][A-Za-z\x80-\xff]*[A-Za-z])[A-Za-z\x80-\xff]+")
UNIT: Final = re.compile(rb"[A-Za-z]+[\xb2\xb3]")


def table_of(sample: bytes) -> str:
    """Return the table that more words need; the Western one where neither is needed more."""
    votes = {WESTERN: 0, CENTRAL: 0}
    for word in set(_words(sample)):
        fitting = [table for table in votes if _is_written(word, table)]
        if len(fitting) == 1:
            votes[fitting[0]] += 1
    return CENTRAL if votes[CENTRAL] > votes[WESTERN] else WESTERN


def _words(sample: bytes) -> Iterator[bytes]:
    for found in WORD.finditer(sample):
        word = found[0]
        if not word.isascii() and not UNIT.fullmatch(word):
            yield word


def _is_written(word: bytes, table: str) -> bool:
    """Whether one orthography of the table has all letters of the word."""
    try:
        letters = {letter for letter in word.decode(table).lower() if not letter.isascii()}
    except UnicodeDecodeError:
        return False
    return any(letters <= set(orthography) for orthography in ORTHOGRAPHIES[table])
