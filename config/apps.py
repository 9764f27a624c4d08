"""Registers the product's administration site as Django's."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    """Django's administration on our own site."""

    default_site = "config.admin.AdministrationSite"
