"""Registers the app with Django."""

from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    """Configuration of the escalations app."""

    name = "escalations"
