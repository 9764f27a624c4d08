"""Filters of the escalations templates."""
