"""The working days of an 8D's dates: what holds, what held, and another version."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from escalations.clock_forms import DATES, ClockForm
from escalations.queries.clock_versions import (
    SEVERITIES,
    clock_versions,
    clocks_in_force,
    severity_name,
)
from escalations.services.clock_versions import ClocksChangedError, change_clocks
from suppliers import access
from suppliers.enums import Role

MAY_CHANGE = (Role.QUALITY_MANAGER, Role.ADMINISTRATOR)


@require_http_methods(["GET", "HEAD", "POST"])
@access.for_roles(*access.INSIDERS)
def eight_d_clocks(request: HttpRequest) -> HttpResponse:
    """Show the working days by severity; quality managers make another version."""
    if request.method != "POST":
        held = clocks_in_force()
        begun = ClockForm.begun(held.by_severity, seen=held.number)
        return _page(request, ClockForm(initial=begun))
    if not access.has_role(request.user, *MAY_CHANGE):
        raise PermissionDenied
    form = ClockForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        made = change_clocks(
            by_severity=form.by_severity,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            by=access.signed_in(request),
            at=timezone.now(),
        )
    except ValidationError as error:
        form.refuse(error.message_dict)
        return _page(request, form, status=422)
    except ClocksChangedError:
        form.add_error(None, _("Somebody changed the days meanwhile; load the page again."))
        return _page(request, form, status=422)
    if made is None:
        messages.info(request, _("These days hold already; nothing was changed."))
    else:
        said = _("Version %(number)d holds for every 8D that is raised from now on.")
        messages.success(request, said % {"number": made.number})
    return redirect("eight_d_clocks")


def _page(request: HttpRequest, form: ClockForm, status: int = 200) -> HttpResponse:
    held = clocks_in_force()
    context = {
        "form": form,
        "dates": DATES.values(),
        "held": [{"name": severity_name(one), "days": held.by_severity[one]} for one in SEVERITIES],
        "number": held.number,
        "history": [
            {
                "at": one.created_at,
                "by": one.created_by,
                "what": _("Version %(number)d") % {"number": one.number},
                "reason": one.reason,
            }
            for one in clock_versions()
        ],
        "may_change": access.has_role(request.user, *MAY_CHANGE),
    }
    return render(request, "escalations/eight_d_clocks.html", context, status=status)
