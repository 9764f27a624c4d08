"""What a file is: workbook or text, in which encoding, separated by what."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from suppliers.imports.alphabets import CENTRAL, WESTERN, table_of
from suppliers.imports.problems import FileError

SAMPLE_BYTES = 64 * 1024
SAMPLE_ROWS = 30
DELIMITERS = (";", "\t", "|", ",")
# What else people upload, by its first bytes.
OTHER_FORMATS = (
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "XLS, Excel 97–2003"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
    (b"{\\rtf", "RTF"),
)
# Where charset-normalizer may look when it is not Unicode: what spreadsheets in Europe write.
LEGACY = [WESTERN, CENTRAL, "iso8859_15", "cp850", "mac_roman"]
# The same for Cyrillic and Greek, whose words have no letter of ASCII. Fewer words fit several.
NOT_LATIN = ["cp1251", "koi8_r", "cp866", "iso8859_5", "cp1253"]
WORDS_NEEDED = 6
# Letters of one-byte encodings beyond ASCII; a dash or dots drawn with one of them are no word.
HIGH = re.compile(rb"[\x80-\xff]+")
LONG = re.compile(rb"(?!([\x80-\xff])\1+$)[\x80-\xff]{3,}")
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def is_workbook(head: bytes) -> bool:
    """Whether the file is a ZIP archive, as every XLSX is; FileError for other formats."""
    if head.startswith(b"PK\x03\x04"):
        return True
    for magic, name in OTHER_FORMATS:
        if head.startswith(magic):
            raise FileError("not_a_table", looks_like=name)
    if head.lstrip()[:200].lower().startswith((b"<!doctype html", b"<html", b"<?xml")):
        raise FileError("not_a_table", looks_like="HTML/XML")
    return False


def decode(data: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding; FileError when it is no text."""
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileError("unknown_encoding") from error
    if "\0" in text:
        raise FileError("not_a_table", looks_like="binary")
    return text, encoding.removesuffix("-sig")


def _encoding(data: bytes) -> str:
    for bom, name in BOMS:
        if data.startswith(bom):
            return name
    head = data[:SAMPLE_BYTES]
    if b"\0" in head:
        return _utf16_without_mark(head)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _legacy(data)
    return "utf-8"


def _utf16_without_mark(head: bytes) -> str:
    """Text in a Latin alphabet has its zero bytes in one half of UTF-16."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > len(head) // 4 and even == 0:
        return "utf-16-le"
    if even > len(head) // 4 and odd == 0:
        return "utf-16-be"
    raise FileError("not_a_table", looks_like="binary")


def _legacy(data: bytes) -> str:
    """Guess among one-byte encodings from the lines that are not plain ASCII."""
    import charset_normalizer  # only the files of old need it

    lines = [line for line in data.splitlines() if not line.isascii()]
    sample = b"\n".join(lines)[:SAMPLE_BYTES]
    words = [word for word in HIGH.findall(sample) if LONG.fullmatch(word)]
    if 2 * len(words) > len(HIGH.findall(sample)):
        return _not_latin(data, sample, words)
    best = charset_normalizer.from_bytes(sample, cp_isolation=LEGACY).best()
    guess = best.encoding if best else ""
    # A few umlauts fit several tables; Windows' own are what exports are written in.
    windows = guess in ("", WESTERN, CENTRAL, "iso8859_15")
    candidates = [table_of(sample), guess] if windows else [guess, WESTERN]
    for name in filter(None, candidates):
        try:
            data.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    raise FileError("unknown_encoding")


def _not_latin(data: bytes, sample: bytes, words: Sequence[bytes]) -> str:
    """Tell Cyrillic and Greek tables apart where enough is written; names are never guessed."""
    import charset_normalizer

    best = charset_normalizer.from_bytes(sample, cp_isolation=NOT_LATIN).best()
    if len(words) < WORDS_NEEDED or best is None or not _readable(data, best.encoding):
        raise FileError("unknown_encoding")
    return best.encoding


def _readable(data: bytes, encoding: str) -> bool:
    """Whether the text has that encoding, and no capital after a small letter in a word."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return False
    odd = sum(a.islower() and b.isupper() for a, b in pairwise(text) if not b.isascii())
    return 20 * odd <= sum(not letter.isascii() for letter in text)


def delimiter(text: str) -> str:
    """Return what separates the columns; FileError when no candidate makes a table."""
    head = text[:SAMPLE_BYTES]
    declared = declared_delimiter(head)
    if declared:
        return declared
    scores = {mark: _score(head, mark) for mark in DELIMITERS}
    best = max(DELIMITERS, key=scores.__getitem__)
    if scores[best] == (0, 0):
        first = next((line for line in head.splitlines() if line.strip()), "")
        raise FileError("no_delimiter", line=first[:80])
    return best


def declared_delimiter(text: str) -> str | None:
    """Return the delimiter of a first line `sep=;`, which Excel writes and honours."""
    line = text.lstrip("\ufeff").split("\n", 1)[0].strip().strip('"')
    declared = line.lower().startswith("sep=") and line[4:5]
    return declared or None


def _score(head: str, mark: str) -> tuple[int, int]:
    """How many sampled rows have the width that most have, and that width; zeros below two.

    Most, not the first: a title may stand above the headings.
    """
    widths = Counter(len(row) for row in _sample(head, mark) if len(row) > 1)
    width, rows = max(widths.items(), key=lambda one: (one[1], one[0]), default=(0, 0))
    return rows, width


def _sample(head: str, mark: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=mark)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if any(row):
                rows.append(row)
            if len(rows) >= SAMPLE_ROWS:
                break
    except csv.Error:
        return rows
    return rows
