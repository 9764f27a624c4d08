"""Documents as a checker for PDF/UA-1 hears them that is not ours.

The checker is a program of its own: what it depends on is never loaded into the tests.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

CHECKER: Final = (sys.executable, "-c", "from outloud.cli import main; main()")
# What the checker says and the standard does not: what is said, by rule, and why it is no fault.
EXCUSED: Final[Mapping[tuple[str, str], str]] = {
    (
        "TBL-010",
        r"header cells look shredded: \d+ header cells against \d+ data cells",
    ): (
        "A guess: of a list with one row and three columns, four cells are headers, two are not. "
        "ISO 14289-1, 7.5, asks that headers are tagged as headers and sets no limit to them; the "
        "Matterhorn protocol fails a row or a column whose header is not tagged (15-001, 15-002). "
        "Headings spread over several rows, which the rule is after, are said in other words."
    ),
    (
        "TAG-002",
        r"1 line\(s\) of prose are marked /Artifact [^|]*\| CS-\d{4}-\d+ · ESC-\d{4}-\d+ · .*",
    ): (
        "The running foot of a letter. ISO 14289-1, 7.8, wants running lines to be artifacts, and "
        "all that stands in it (numbers, supplier, address) stands in the letter too. The checker "
        "knows running lines by their coming again; most letters have one page."
    ),
}


class Heard:
    """Documents that tests have drawn, to be checked together: starting the checker costs most."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def add(self, name: str, content: bytes) -> bytes:
        """Have a document checked when the module's tests are done; return it."""
        (self._folder / f"{name}.pdf").write_bytes(content)
        return content

    def complaints(self) -> list[str]:
        """Return what is wrong in any of the documents, and is not excused."""
        files = sorted(map(str, self._folder.glob("*.pdf")))
        return [
            f"{Path(result['path']).name}: {rule} {said}"
            for result in _checked(files)
            for rule, said in _findings(result)
            if not excused(rule, said)
        ]


def excused(rule: str, said: str) -> bool:
    """Return whether a finding is one that has its reason in `EXCUSED`."""
    return any(code == rule and re.fullmatch(words, said) for code, words in EXCUSED)


def _checked(files: list[str]) -> list[dict[str, Any]]:
    if not files:
        return []
    done = subprocess.run(
        [*CHECKER, "--json", "-", "--fail-on", "never", *files],
        capture_output=True,
        check=True,
    )
    results: list[dict[str, Any]] = json.loads(done.stdout)["results"]
    assert len(results) == len(files)
    return results


def _findings(result: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the rule of each finding, and what it says with its evidence."""
    if result["error"]:
        yield "unreadable", result["error"]
    for one in result["findings"]:
        if one["severity"] != "info":
            evidence = f" | {one['evidence']}" if one["rule"] == "TAG-002" else ""
            yield one["rule"], f"{one['message']}{evidence}"


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heard]:
    """Take documents of a module's tests, and check all of them in the end."""
    found = Heard(tmp_path_factory.mktemp("heard"))
    yield found
    assert found.complaints() == []
