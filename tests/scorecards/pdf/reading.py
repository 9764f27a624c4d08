"""Reading a PDF back: text, tags, fonts."""

import io
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from pypdf import PdfReader


class Read:
    """A PDF's bytes as a reader sees them; blanks and line ends in text are made one blank."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.reader = PdfReader(io.BytesIO(content))
        self.root: Any = self.reader.trailer["/Root"]

    @cached_property
    def pages(self) -> list[str]:
        return [" ".join(page.extract_text().split()) for page in self.reader.pages]

    @property
    def text(self) -> str:
        return " ".join(self.pages)

    @property
    def tags(self) -> Counter[str]:
        return Counter(str(element.get("/S")) for element in self.elements())

    @property
    def pictures(self) -> list[Any]:
        """Alternative texts of all figures."""
        return [one.get("/Alt") for one in self.elements() if one.get("/S") == "/Figure"]

    @property
    def links(self) -> set[str]:
        """Where the links of all pages lead."""
        annotations = [
            one.get_object() for page in self.reader.pages for one in page.get("/Annots", [])
        ]
        return {str(one["/A"]["/URI"]) for one in annotations if "/URI" in one.get("/A", {})}

    @property
    def fonts(self) -> dict[str, bool]:
        """Names of fonts, and whether the font program is embedded."""
        found = {}
        for page in self.reader.pages:
            resources: Any = page["/Resources"]
            for font in resources["/Font"].values():
                inner = font["/DescendantFonts"][0].get_object()
                found[str(inner["/BaseFont"])] = "/FontFile2" in inner["/FontDescriptor"]
        return found

    @property
    def right_edge(self) -> float:
        """Where the rightmost word of all pages ends, in points."""
        told = subprocess.run(
            ["pdftotext", "-bbox", "-", "-"], input=self.content, capture_output=True, check=True
        ).stdout.decode()
        return max(float(edge) for edge in re.findall(r'<word [^>]*xMax="([\d.]+)"', told))

    def elements(self) -> Iterator[Any]:
        yield from _walk(self.root["/StructTreeRoot"])


def _walk(node: Any) -> Iterator[Any]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from _walk(child)
    elif isinstance(node, dict):
        yield node
        if "/K" in node:
            yield from _walk(node["/K"])
