"""Frozen revisions of a step of an 8D."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from escalations import eight_d_wording as wording
from escalations.models import EightDRevision
from escalations.queries.eight_d_fields import read_parts
from escalations.queries.eight_d_report import changes, move_of
from escalations.queries.shown import Shown
from escalations.views.eight_d_asked import discipline_of, visible
from escalations.views.eight_d_step_page import described


@require_safe
@login_required
def eight_d_revision(
    request: HttpRequest, number: str, discipline: str, revision: int
) -> HttpResponse:
    """Show a frozen revision and what it says differently from the one before."""
    found, one = visible(request, number), discipline_of(discipline)
    rows = EightDRevision.objects.filter(eight_d=found, discipline=one.value)
    frozen: EightDRevision = get_object_or_404(rows.select_related("submitted_by"), number=revision)
    context = {
        "eight_d": found,
        "name": wording.title(one),
        "discipline": one,
        "revision": frozen,
        "parts": read_parts(
            one,
            Shown.to(request.user, found.episode.supplier_id).content(
                one, frozen.content, found.facts
            ),
        ),
        "changes": described(one, changes(frozen, user=request.user)),
        "move": move_of(frozen),
        "others": rows.order_by("-number"),
    }
    return render(request, "escalations/eight_d_revision.html", context)
