"""Registers the app with Django."""

from django.apps import AppConfig


class ScorecardsConfig(AppConfig):
    """Configuration of the scorecards app."""

    name = "scorecards"
