"""Compiles the committed catalogues (.po) to what gettext reads (.mo), with nothing to install.

`msgfmt` is a system package that a bare machine does not have. The compiled files lie in a folder
named by the content of their sources: a newer catalogue never meets an older compiled one, and
several processes that start at once write the same.
"""

import ast
import hashlib
import logging
import os
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

log = logging.getLogger(__name__)

MAGIC = 0x950412DE
FIELDS = ("msgctxt", "msgid_plural", "msgid", "msgstr")


def compiled(sources: Path, home: Path) -> Path:
    """Return the folder with the compiled catalogues, compiling them the first time.

    Where nothing can be written the product starts all the same, in English.
    """
    catalogues = sorted(sources.glob("*/LC_MESSAGES/*.po"))
    digest = hashlib.sha256()
    for catalogue in catalogues:
        digest.update(catalogue.read_bytes())
    folder = home / f"locale-{digest.hexdigest()[:12]}"
    for catalogue in catalogues:
        target = folder / catalogue.relative_to(sources).with_suffix(".mo")
        if not target.exists():
            try:
                _write(target, machine_readable(catalogue.read_text(encoding="utf-8")))
            except OSError as error:
                log.warning("Translations cannot be compiled into %s: %s", folder, error)
    return folder


def machine_readable(text: str) -> bytes:
    """Return the .mo file of a catalogue: sorted keys, then texts, with their lengths."""
    entries = sorted(dict(_entries(text)).items())
    keys, texts = b"", b""
    key_table, text_table = [], []
    for key, value in entries:
        key_table += [len(key), len(keys)]
        text_table += [len(value), len(texts)]
        keys += key + b"\0"
        texts += value + b"\0"
    begin = 7 * 4
    keys_at = begin + 2 * 8 * len(entries)
    texts_at = keys_at + len(keys)
    table = [
        *(n + keys_at * (i % 2) for i, n in enumerate(key_table)),
        *(n + texts_at * (i % 2) for i, n in enumerate(text_table)),
    ]
    head = (MAGIC, 0, len(entries), begin, begin + 8 * len(entries), 0, 0)
    return struct.pack(f"<7I{len(table)}I", *head, *table) + keys + texts


def _entries(text: str) -> Iterator[tuple[bytes, bytes]]:
    """Yield key and text of each translated entry; fuzzy and empty ones are as good as none."""
    for block in text.replace("\r\n", "\n").split("\n\n"):
        if "\n#, fuzzy" in f"\n{block}":
            continue
        fields = _fields(block)
        forms = [value for name, value in fields.items() if name.startswith("msgstr")]
        if "msgid" not in fields or not all(forms):
            continue
        key = fields["msgid"]
        if "msgctxt" in fields:
            key = f"{fields['msgctxt']}\4{key}"
        if "msgid_plural" in fields:
            key = f"{key}\0{fields['msgid_plural']}"
        yield key.encode(), "\0".join(forms).encode()


def _fields(block: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        if line.startswith(FIELDS):
            name, _blank, line = line.partition(" ")  # noqa: PLW2901  # the rest is the text
            fields[name] = ""
        if name and line.startswith('"'):
            fields[name] += ast.literal_eval(line)
    return fields


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(target)
