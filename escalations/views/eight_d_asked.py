"""What an address of an 8D asks for, and who may do what there."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from escalations.eight_d_workflow import Discipline
from escalations.models import EightD
from escalations.queries import eight_d as queries
from suppliers.enums import SUPPLIER_ROLES, Role

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
