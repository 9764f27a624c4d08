"""Registers the app with Django."""

from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    """Configuration of the escalations app."""

    name = "escalations"

    def ready(self) -> None:
        """Tell scorecards, which may not import from here, of open cases and thresholds."""
        from escalations.queries.cases import open_cases
        from escalations.queries.rules import thresholds_in_force
        from scorecards import cases, thresholds

        cases.register(open_cases)
        thresholds.register(thresholds_in_force)
