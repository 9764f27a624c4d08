"""Showing on a form what a service refused."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Put each message at its field; what belongs to no field of the form stands above it."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, messages in by_field.items():
        known = name if name in form.fields else None
        for message in messages:
            form.add_error(None if name == NON_FIELD_ERRORS else known, message)
