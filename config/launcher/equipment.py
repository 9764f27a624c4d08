"""Programs that only the tests need: a browser, and a PDF renderer."""

from . import system
from .console import LaunchError
from .home import Home

# The same browser without windows, bars and graphics that nobody looks at takes half the processor.
SHELL = "chromium-headless-shell"
BROWSERS = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
RENDERERS = ("pdftoppm",)


def provide(home: Home) -> dict[str, str]:
    """Have them, installed where we may; returns what the tests need to know."""
    log = home.log / "apt.log"
    lacking = [
        package
        for programs, package in ((BROWSERS, SHELL), (RENDERERS, "poppler-utils"))
        if system.find_program(*programs) is None
    ]
    if lacking and not system.install_packages(lacking, log):
        # older systems have the whole browser alone
        system.install_packages(["chromium", "poppler-utils"], log)
    browser = system.find_program(*BROWSERS)
    if browser is None or system.find_program(*RENDERERS) is None:
        raise LaunchError(f"The tests need more programs: {system.install_command(lacking)}")
    return {"CHROMIUM": str(browser)}
