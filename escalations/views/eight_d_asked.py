"""What an address of an 8D asks for, who may do what there, and why it was refused."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.eight_d_workflow import Discipline, ForbiddenStepError
from escalations.models import EightD
from escalations.queries import eight_d as queries
from escalations.services.eight_d_extensions import StaleWishError
from suppliers.enums import SUPPLIER_ROLES, Role
from suppliers.forms.errors import add_errors

WRITERS = (*sorted(SUPPLIER_ROLES), Role.SQE, Role.QUALITY_MANAGER)
REVIEWERS = (Role.SQE, Role.QUALITY_MANAGER)
CONFLICT, UNPROCESSABLE = 409, 422


def visible(request: HttpRequest, number: str) -> EightD:
    """Return an 8D the user may see, with its steps."""
    rows = queries.with_steps(EightD.objects.visible_to(request.user))
    found: EightD = get_object_or_404(rows, number=number)
    return found


def discipline_of(name: str) -> Discipline:
    """Return the step of an address."""
    try:
        return Discipline(name)
    except ValueError as error:
        raise Http404 from error


def attempt(form: Any, act: Any) -> Any:
    """Do what a form asks for; None after showing on it why it was refused."""
    if not form.is_valid():
        return None
    try:
        return act()
    except ValidationError as error:
        add_errors(form, error)
    except StaleWishError as error:
        said = _("Nothing was answered: %(until)s is asked for now. Look at it, then answer.")
        form.add_error(None, said % {"until": date_format(error.wish.until or error.wish.on)})
    except ForbiddenStepError:
        form.add_error(None, _("It has moved on meanwhile, or this is not yours to do."))
    return None
