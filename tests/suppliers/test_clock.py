"""Times with the name of their zone."""

from datetime import UTC, datetime

from suppliers.templatetags.clock import when, when_short

WINTER = datetime(2026, 11, 12, 8, tzinfo=UTC)


def test_time_is_written_with_the_name_of_its_zone() -> None:
    assert when(WINTER, "Europe/Berlin") == "2026-11-12 09:00 CET"
    assert when_short(WINTER, "Asia/Kolkata") == "2026-11-12 13:30 IST"
    assert when(WINTER, "UTC") == "2026-11-12 08:00 UTC"
    assert when(None, "UTC") == ""
