from pathlib import Path

import pytest

from config.launcher import frontend
from config.launcher.console import LaunchError
from config.launcher.install import Venv


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    folder = tmp_path / "node_modules"
    css = folder / frontend.STYLES
    css.parent.mkdir(parents=True)
    css.write_text("a{b:c}/* keep */\n/*# sourceMappingURL=tabler.min.css.map */\n")
    (folder / frontend.FONTS).mkdir(parents=True)
    for subset in ("latin", "latin-ext"):
        for weight in frontend.WEIGHTS:
            (folder / frontend.FONTS / f"inter-{subset}-{weight}-normal.woff2").write_bytes(b"wOF2")
    for subset in frontend.MORE_SUBSETS:
        for weight in frontend.WEIGHTS:
            (folder / frontend.FONTS / f"inter-{subset}-{weight}-normal.woff2").write_bytes(b"wOF2")
    (folder / frontend.FONTS).with_name("unicode.json").write_text("{}")
    for font in frontend.MORE_FONTS:
        files = folder / frontend.MORE_FILES.format(font) / "files"
        files.mkdir(parents=True)
        files.with_name("unicode.json").write_text("{}")
        for part in ("7", "119", "latin"):
            (files / f"{font}-{part}-wght-normal.woff2").write_bytes(b"wOF2")
    (folder / frontend.ACCESSIBILITY_CHECKER).parent.mkdir()
    (folder / frontend.ACCESSIBILITY_CHECKER).write_text("axe")
    return folder


def test_collect_keeps_what_is_served(modules: Path, tmp_path: Path) -> None:
    frontend.collect(modules, tmp_path / "frontend", for_tests=False)
    kept = sorted(path.name for path in (tmp_path / "frontend" / "vendor").iterdir())
    assert len(kept) == 7
    assert "tabler.min.css" in kept
    assert "inter-latin-ext-600-normal.woff2" in kept
    assert not (tmp_path / "frontend" / "test").exists()


def test_collect_keeps_fonts_for_paper_apart_from_what_is_served(
    modules: Path, tmp_path: Path
) -> None:
    frontend.collect(modules, tmp_path / "frontend", for_tests=False)
    kept = {path.name for path in (tmp_path / "frontend" / "print").iterdir()}
    assert kept >= {"inter.json", "noto-sans-sc.json", "inter-greek-700-normal.woff2"}
    assert kept >= {"noto-sans-kr-7-wght-normal.woff2", "noto-sans-jp-119-wght-normal.woff2"}
    assert not any("-latin-wght" in name for name in kept)


def test_collect_drops_the_pointer_to_the_source_map(modules: Path, tmp_path: Path) -> None:
    frontend.collect(modules, tmp_path / "frontend", for_tests=False)
    css = (tmp_path / "frontend" / "vendor" / "tabler.min.css").read_text()
    assert css == "a{b:c}/* keep */\n"


def test_collect_puts_the_accessibility_checker_apart(modules: Path, tmp_path: Path) -> None:
    frontend.collect(modules, tmp_path / "frontend", for_tests=True)
    assert (tmp_path / "frontend" / "test" / "axe.min.js").read_text() == "axe"
    assert not (tmp_path / "frontend" / "vendor" / "axe.min.js").exists()


def test_wheel_npm_where_there_is_none_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match="apt-get install nodejs npm"):
        frontend.wheel_npm(Venv(tmp_path))
