"""Registers the product's administration site as Django's, and its system checks."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    """Django's administration on our own site."""

    default_site = "config.admin.AdministrationSite"

    def ready(self) -> None:
        """Have the checks registered, beside what the administration does."""
        super().ready()
        from config import checks  # noqa: F401  # registers them
