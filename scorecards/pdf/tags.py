"""What WeasyPrint leaves out of a tagged PDF, put in before the file is written.

PDF/UA-1 (ISO 14289-1) asks for it: 7.5 for the scope of headers, 7.8 for running lines that are
artifacts. ISO 32000-1 asks that a picture's box is measured as the page is (14.8.5.4.3), and that
links are printed with their page (12.5.3). What is put in depends on the document alone, so equal
pages stay equal files. `tests/scorecards/pdf/test_accessible.py` holds all of it against a checker
of its own, and fails as soon as WeasyPrint does one of these by itself.
"""

from collections.abc import Container, Iterator, Sequence
from typing import Any, Final

# WeasyPrint has no types: objects are dictionaries, references bytes ("12 0 R"), names "/Name".
Element = dict[str, Any]

PRINT: Final = 4  # bit 3 of an annotation's flags
POINTS_PER_PIXEL: Final = 0.75
HEADER: Final = b"<</Type /Pagination /Subtype /Header /Attached [/Top]>>"
FOOTER: Final = b"<</Type /Pagination /Subtype /Footer /Attached [/Bottom]>>"
NOBODY: Final = b"null"


def complete(_document: object, pdf: Any) -> None:
    """Complete the tags of a finished PDF in place; a `finisher` of WeasyPrint."""
    elements = [one for one in _dictionaries(pdf) if one.get("Type") == "/StructElem"]
    for element in elements:
        if element["S"] == "/TR":
            _scope(pdf, element)
        elif element["S"] == "/Figure":
            _measure(pdf, element)
    for one in _dictionaries(pdf):
        if one.get("Subtype") == "/Link":
            one["F"] = PRINT
    _take_running_lines_out(pdf, elements)


def _dictionaries(pdf: Any) -> Iterator[Element]:
    return (one for one in pdf.objects if isinstance(one, dict))


def _at(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _children(pdf: Any, element: Element) -> list[Element]:
    """Return the elements in an element, without its text and annotations."""
    kids = [_at(pdf, kid) for kid in element["K"] if isinstance(kid, bytes)]
    return [kid for kid in kids if kid.get("Type") == "/StructElem"]


def _scope(pdf: Any, row: Element) -> None:
    """Say what a row's headers head: among headers alone their columns, beside data the row."""
    cells = _children(pdf, row)
    heads_columns = all(cell["S"] == "/TH" for cell in cells)
    for cell in cells:
        if cell["S"] == "/TH":
            cell["A"]["Scope"] = "/Column" if heads_columns else "/Row"


def _measure(pdf: Any, figure: Element) -> None:
    """Give a picture's box in points from the lower edge; it comes in pixels from the upper."""
    box, top = figure["A"]["BBox"], _height(pdf, figure)
    left, upper, right, lower = (edge * POINTS_PER_PIXEL for edge in box)
    box[:] = (left, top - lower, right, top - upper)


def _height(pdf: Any, element: Element) -> float:
    height: float = _at(pdf, element["Pg"])["MediaBox"][3]
    return height


def _take_running_lines_out(pdf: Any, elements: Sequence[Element]) -> None:
    """Make running lines artifacts: they are tagged, but hang in no tree that anybody reads."""
    root = _at(pdf, pdf.catalog["StructTreeRoot"])
    read = {id(element) for element in _below(pdf, _at(pdf, root["K"][0]))}
    running = [element for element in elements if id(element) not in read]
    owners = _at(pdf, root["ParentTree"])["Nums"][1::2]
    for reference, of_page in zip(pdf.page_references, owners, strict=False):
        found = [one["K"] for one in running if one.get("Pg") == reference]
        marks = {kid for kids in found for kid in kids if isinstance(kid, int)}
        _mark_as_running(pdf, _at(pdf, reference), marks)
        of_page[:] = [NOBODY if mark in marks else owner for mark, owner in enumerate(of_page)]
    for element in running:
        element.clear()


def _below(pdf: Any, element: Element) -> Iterator[Element]:
    yield element
    for child in _children(pdf, element):
        yield from _below(pdf, child)


def _mark_as_running(pdf: Any, page: Element, marks: Container[int]) -> None:
    """Rename what the page's content is marked as: first a tag, then its number in a dictionary."""
    content = _at(pdf, page["Contents"]).stream
    for place, item in enumerate(content):
        if isinstance(item, dict) and item.get("MCID") in marks:
            above = _distance_from_top(content[place:]) < page["MediaBox"][3] / 2
            content[place - 1] = "/Artifact"
            content[place] = HEADER if above else FOOTER


def _distance_from_top(content: Sequence[Any]) -> float:
    """Return where the next line of text begins, in points."""
    matrix = next(one for one in content if isinstance(one, bytes) and one.endswith(b" Tm"))
    return float(matrix.split()[5]) * POINTS_PER_PIXEL
