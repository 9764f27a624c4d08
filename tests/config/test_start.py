"""A command starts without what only some of them use; the web process has it before it answers."""

import subprocess
import sys

import pytest

HEAVY = {"numpy", "openpyxl", "pandas", "scipy", "weasyprint"}
LOADED = f"import sys; print(*sorted({HEAVY} & sys.modules.keys()))"
COMMAND = "import django; django.setup(); import config.urls"
WEB = "import config.wsgi"


@pytest.mark.parametrize(("start", "loaded"), [(COMMAND, ""), (WEB, "numpy scipy")])
def test_what_a_start_loads(start: str, loaded: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"{start}; {LOADED}"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == loaded


def test_spreadsheets_are_written_in_tests_as_they_are_by_the_product() -> None:
    from openpyxl.xml import LXML

    assert not LXML
