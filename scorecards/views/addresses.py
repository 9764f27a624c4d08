"""Addresses of pages that other apps may or may not bring."""

from typing import Any

from django.urls import NoReverseMatch, reverse


def address_if_any(name: str, *args: Any) -> str:
    """Return the address called `name`; empty where no app serves it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
