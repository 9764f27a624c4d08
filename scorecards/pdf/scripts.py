"""Fonts for other scripts than Latin, picked by the characters of a page.

A page in Latin letters needs none and is drawn as if there were none. The large fonts come as a
hundred small files each; a page opens those alone that hold its characters, and of these the PDF
embeds the characters it shows.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = "print"
# Greek, Cyrillic, Vietnamese, Korean, kana and Chinese characters with their punctuation and forms.
OTHER_SCRIPTS: Final = re.compile(
    "[\u0370-\u052f\u1100-\u11ff\u1c80-\u1c8f\u1ea0-\u1eff\u1f00-\u1fff\u2de0-\u2dff\u2e80-\u9fff"
    "\ua640-\ua69f\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U00020000-\U0003ffff]"
)
KANA: Final = re.compile("[\u3040-\u30ff\u31f0-\u31ff]")
CHINESE_FIRST: Final = ("inter", "noto-sans-sc", "noto-sans-jp", "noto-sans-kr")
# Shapes of shared characters differ a little; kana show what is meant.
JAPANESE_FIRST: Final = ("inter", "noto-sans-jp", "noto-sans-sc", "noto-sans-kr")
INTER_SUBSETS: Final = ("cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese")
WEIGHTS: Final = (400, 600, 700)
MAPS: Final = tuple(f"{font}.json" for font in CHINESE_FIRST)


@dataclass(frozen=True, kw_only=True, order=True)
class Face:
    """A font's part: the family it is given, and its files by weight; one file bears them all."""

    family: str
    files: tuple[tuple[int, str], ...]

    @property
    def css(self) -> str:
        """Write the rules that bring it in."""
        return "".join(
            f'@font-face{{font-family:"{self.family}";font-weight:{weight};'
            f'src:url("{name}") format("woff2")}}'
            for weight, name in self.files
        )


def faces_for(html: str, *, folder: Path) -> tuple[Face, ...]:
    """Return the parts of fonts that hold the page's characters of other scripts, in order.

    `folder` is where the fonts were installed. Characters that no font of ours has are left to
    whatever the machine has.
    """
    characters = set(OTHER_SCRIPTS.findall(html))
    if not characters:
        return ()
    fonts = JAPANESE_FIRST if KANA.search(html) else CHINESE_FIRST
    maps = [(font, _parts_by_character(folder, font)) for font in fonts]
    found = {
        next(((font, part[code]) for font, part in maps if code in part), None)
        for code in map(ord, characters)
    }
    return tuple(sorted(_face(*one) for one in found if one is not None))


def styles(faces: Sequence[Face]) -> str:
    """Write the style sheet that draws a page's other scripts with `faces`."""
    families = ",".join(f'"{face.family}"' for face in faces)
    rules = "".join(face.css for face in faces)
    return (
        f'{rules}body{{font-family:"Inter","Inter Extended",{families},"DejaVu Sans",sans-serif}}'
    )


def _face(font: str, part: str) -> Face:
    if font == "inter":
        files = tuple(
            (weight, f"{FOLDER}/inter-{part}-{weight}-normal.woff2") for weight in WEIGHTS
        )
        return Face(family=f"inter {part}", files=files)
    name = f"{FOLDER}/{font}-{part}-wght-normal.woff2"
    return Face(family=f"{font} part-{part}", files=tuple((weight, name) for weight in WEIGHTS))


@cache
def _parts_by_character(folder: Path, font: str) -> Mapping[int, str]:
    """Read which part of a font holds a character, as its package says."""
    ranges = json.loads((folder / f"{font}.json").read_text(encoding="utf-8"))
    parts = {name.strip("[]"): said for name, said in ranges.items()}
    wanted = INTER_SUBSETS if font == "inter" else [name for name in parts if name.isdecimal()]
    return {code: name for name in wanted for code in _codes(parts[name])}


def _codes(ranges: str) -> Iterator[int]:
    """Read "U+4E00,U+4E03-4E07"."""
    for one in ranges.split(","):
        first, _, last = one.strip().removeprefix("U+").partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)
