"""Programs that only the tests need: a browser, and a PDF renderer."""

from . import system
from .console import LaunchError
from .home import Home

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
RENDERERS = ("pdftoppm",)


def provide(home: Home) -> dict[str, str]:
    """Have them, installed where we may; returns what the tests need to know."""
    log = home.log / "apt.log"
    lacking = [
        package
        for programs, package in ((BROWSERS, "chromium"), (RENDERERS, "poppler-utils"))
        if system.find_program(*programs) is None
    ]
    if lacking:
        system.install_packages(lacking, log)
    browser = system.find_program(*BROWSERS)
    if browser is None or system.find_program(*RENDERERS) is None:
        raise LaunchError(f"The tests need more programs: {system.install_command(lacking)}")
    return {"CHROMIUM": str(browser)}
