import io
from collections.abc import Iterator
from typing import Any

from django.template import Context, Template
from pypdf import PdfReader
from weasyprint import HTML

from tests.scorecards.test_figures import LIMITS, MONTHS


def figures_in(node: Any) -> Iterator[str | None]:
    """Yield the alternative text of every picture below a node of the tag tree."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from figures_in(child)
    elif isinstance(node, dict):
        if node.get("/S") == "/Figure":
            yield node.get("/Alt")
        if "/K" in node:
            yield from figures_in(node["/K"])


def test_the_chart_in_a_pdf_has_words_for_every_picture() -> None:
    source = Template("{% load figures %}{% printed_chart months limits title='External PPM' %}")
    body = source.render(Context({"months": MONTHS, "limits": LIMITS}))
    page = f'<html lang="en"><head><title>Chart</title></head><body>{body}</body></html>'

    document = HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")

    reader = PdfReader(io.BytesIO(document))
    texts = list(figures_in(reader.root_object["/StructTreeRoot"]))
    assert texts
    assert all(texts)
    assert str(texts[0]).startswith("External PPM. May 2026: 246,913 PPM")
    assert "\nA bar a month from " in str(texts[0])
    assert "8D above 50" in reader.pages[0].extract_text()
