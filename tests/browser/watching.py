"""What a browser complains about: script faults, broken policy, inaccessible parts."""

from typing import Any

from django.conf import settings
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def watch(page: Page) -> list[str]:
    """Collect what goes wrong on a page from now on, except refused pages (4xx)."""
    complaints: list[str] = []

    def on_console(message: Any) -> None:
        refused = "Failed to load resource" in message.text and "status of 4" in message.text
        if message.type == "error" and not refused:
            complaints.append(message.text)

    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def accessibility_problems(page: Page) -> list[str]:
    """Return what axe finds on the page: rule, element, explanation."""
    if page.evaluate("typeof window.axe") == "undefined":
        page.evaluate((settings.FRONTEND_DIR / "test" / "axe.min.js").read_text(encoding="utf-8"))
    # what is in order is thousands of lines that nobody reads
    violations = page.evaluate(
        "rules => axe.run({runOnly: rules, resultTypes: ['violations']})"
        ".then(found => found.violations)",
        RULES,
    )
    return [
        f"{violation['id']}: {node['target']}: {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]


def sideways_scroll(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
