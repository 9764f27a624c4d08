"""Registers the app with Django."""

from django.apps import AppConfig


class ScorecardsConfig(AppConfig):
    """Configuration of the scorecards app."""

    name = "scorecards"

    def ready(self) -> None:
        """Hear from suppliers, which may not import from here, that facts have changed."""
        from scorecards.bell import ring_drain
        from scorecards.queries.claimed import RecordCounter
        from scorecards.queries.lines import SupplierLines
        from suppliers import announcements, counted, published_lines

        announcements.hear_of_facts(ring_drain)
        published_lines.register(SupplierLines())
        counted.register(RecordCounter())
