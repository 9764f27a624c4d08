"""What `scorecards.pdf.tags` puts in; documents as a whole are checked where tests draw them."""

from pathlib import Path
from typing import Any

import pytest
from weasyprint import HTML

from scorecards.pdf.engine import render
from tests.scorecards.pdf.checker import EXCUSED, Heard, excused
from tests.scorecards.pdf.reading import Read

PAGE = """<html lang="en"><head><title>A page of everything</title></head><body>
<div class="running-mark">Not published</div><div class="running-foot">Foot of a page</div>
<main><h1>Everything</h1>
<table><thead><tr><th scope="col">Month</th><th scope="col">Rejected</th></tr></thead>
<tbody><tr><th scope="row">October</th><td>5</td></tr></tbody></table>
<p>Rows: <a href="https://quality.example/rows/">the rows of October</a></p>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 60" width="100" height="60">
<title>A bar for October</title><rect width="100" height="60" fill="#4f81b5"/></svg>
<h2 class="detail">The second page</h2></main></body></html>"""


@pytest.fixture(scope="module")
def page() -> Read:
    return Read(render(PAGE))


def test_headers_say_what_they_head(page: Read) -> None:
    headers = [one for one in page.elements() if one.get("/S") == "/TH"]

    assert [one["/A"]["/Scope"] for one in headers] == ["/Column", "/Column", "/Row"]


def test_links_are_printed(page: Read) -> None:
    annotations: Any = page.reader.pages[0]["/Annots"]

    assert [one.get_object()["/F"] for one in annotations] == [4]


def test_box_of_a_picture_is_where_the_picture_is(page: Read) -> None:
    (figure,) = (one for one in page.elements() if one.get("/S") == "/Figure")
    left, lower, right, upper = map(float, figure["/A"]["/BBox"])

    assert left == pytest.approx(14 / 25.4 * 72, abs=0.1)
    assert (right - left, upper - lower) == pytest.approx((75, 45), abs=0.1)
    # the margin, then a few lines of text
    assert 297 / 25.4 * 72 - 150 < upper < 297 / 25.4 * 72 - 60


def test_running_lines_are_artifacts_that_no_element_owns(page: Read) -> None:
    owned = {_number(one) for one in page.elements()}
    owners: Any = page.root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    for sheet, of_sheet in zip(page.reader.pages, owners[1::2], strict=False):
        content = sheet.get_contents()
        assert content is not None
        stream = content.get_data().decode("latin-1")
        assert stream.count("/Subtype /Header") == 1
        assert stream.count("/Subtype /Footer") == 2  # the foot, and the number of the page
        marked = [one for one in of_sheet if type(one).__name__ != "NullObject"]
        assert len(marked) == stream.count("/MCID")
        assert {one.idnum for one in marked} <= owned
    assert "NOT PUBLISHED" in page.pages[1]


def _number(element: Any) -> int:
    reference = element.indirect_reference
    return -1 if reference is None else int(reference.idnum)


def test_equal_pages_are_equal_files() -> None:
    assert render(PAGE) == render(PAGE)


def test_checker_hears_what_weasyprint_alone_leaves_out(tmp_path: Path) -> None:
    alone, completed = Heard(tmp_path / "alone"), Heard(tmp_path / "completed")

    alone.add("page", HTML(string=PAGE).write_pdf(pdf_variant="pdf/ua-1"))
    completed.add("page", render(PAGE))

    assert {one.split()[1] for one in alone.complaints()} >= {"TBL-002", "LNK-004"}
    assert completed.complaints() == []


def test_what_is_excused_has_its_reason_and_is_no_more_than_that() -> None:
    assert all(len(reason) > 80 for reason in EXCUSED.values())
    shredded = "header cells look shredded: 9 header cells against 2 data cells"
    assert excused("TBL-010", shredded)
    assert not excused("TBL-010", f"{shredded}; 4 header rows")
    assert not excused("TBL-002", shredded)
    prose = "1 line(s) of prose are marked /Artifact and will be skipped by every reader"
    assert not excused("TAG-002", f"{prose} | Confirm this letter with your name.")
