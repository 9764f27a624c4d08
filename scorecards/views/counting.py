"""The counting policy: its versions, and the choice of how undecided rejects count."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from scorecards.enums import ProvisionalRule
from scorecards.forms.counting import CountingForm
from scorecards.models import CountingPolicy
from scorecards.services.counting import PolicyChangedError, change_provisional
from suppliers import access
from suppliers.enums import Role

MAY_CHANGE = (Role.QUALITY_MANAGER, Role.ADMINISTRATOR)


@require_safe
@access.for_roles(*access.INSIDERS)
def counting_policy(request: HttpRequest) -> HttpResponse:
    """Show the versions, the newest first; quality managers can make a new one."""
    policy = CountingPolicy.objects.in_force()
    begun = {"provisional": policy.provisional, "seen": policy.version}
    return _page(request, CountingForm(initial=begun))


@require_POST
@access.for_roles(*MAY_CHANGE)
def change_counting_policy(request: HttpRequest) -> HttpResponse:
    """Have undecided rejects counted by another rule."""
    form = CountingForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        policy = change_provisional(
            rule=ProvisionalRule(form.cleaned_data["provisional"]),
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            by=access.signed_in(request),
            at=timezone.now(),
        )
    except PolicyChangedError:
        form.add_error(None, _("Somebody changed the policy meanwhile; look at it again."))
        return _page(request, form, status=422)
    text = _("Version %(version)s is in force. All figures follow within a minute.")
    messages.success(request, text % {"version": policy.version})
    return redirect("counting_policy")


def _page(request: HttpRequest, form: CountingForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "versions": CountingPolicy.objects.select_related("created_by").order_by("-version"),
        "may_change": access.has_role(request.user, *MAY_CHANGE),
    }
    return render(request, "scorecards/counting_policy.html", context, status=status)
