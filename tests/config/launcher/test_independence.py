import ast
import sys
from pathlib import Path

import pytest

from config.launcher.home import CLONE

FILES = sorted((CLONE / "config" / "launcher").glob("*.py"))


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(str(node.module))
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_launcher_needs_the_standard_library_alone(file: Path) -> None:
    allowed = sys.stdlib_module_names | ({"launcher"} if file.name == "__main__.py" else set())
    assert imported(file) <= allowed


def test_locks_name_no_addresses() -> None:
    for lock in (*CLONE.glob("requirements*.lock"), CLONE / "package-lock.json"):
        text = lock.read_text()
        assert "resolved" not in text
        assert "index-url" not in text
        assert ".whl" not in text
