"""Registers the app with Django."""

from django.apps import AppConfig


class ScorecardsConfig(AppConfig):
    """Configuration of the scorecards app."""

    name = "scorecards"

    def ready(self) -> None:
        """Hear from suppliers, which may not import from here, that facts have changed."""
        from scorecards.bell import ring_drain
        from suppliers import announcements

        announcements.hear_of_facts(ring_drain)
