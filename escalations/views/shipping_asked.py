"""Who decides on a controlled shipping, and why what was asked for was refused."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from escalations.shipping_workflow import ForbiddenShippingMoveError
from escalations.transitions import ForbiddenTransitionError
from suppliers.enums import Role
from suppliers.forms.errors import add_errors

DECIDERS = (Role.SQE, Role.QUALITY_MANAGER)
UNPROCESSABLE = 422


def attempt(form: forms.Form, act: Callable[[], Any]) -> Any:
    """Do what a valid form asks for; None after showing on the form why it was refused."""
    try:
        return act() if form.is_valid() else None
    except ValidationError as error:
        add_errors(form, error)
    except (ForbiddenShippingMoveError, ForbiddenTransitionError):
        form.add_error(None, moved_on())
    return None


def moved_on() -> str:
    """Say that somebody else was quicker, or that it is not theirs to do."""
    return _("It has moved on meanwhile, or this is not yours to do. Look at where it stands now.")
