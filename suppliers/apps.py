"""Registers the app with Django."""

from django.apps import AppConfig


class SuppliersConfig(AppConfig):
    """Configuration of the suppliers app."""

    name = "suppliers"
