"""The own profile: language, and how one is told."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from escalations.forms import ProfileForm
from escalations.models import MailPreference
from escalations.queries.preferences import wishes_of
from escalations.services.preferences import choose
from suppliers import access


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change the own choices; what cannot be switched off is said."""
    user = access.signed_in(request)
    if request.method != "POST":
        return render(
            request, "escalations/profile.html", _context(request, ProfileForm(initial=_of(user)))
        )
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return render(request, "escalations/profile.html", _context(request, form), status=422)
    choose(user=user, **form.cleaned_data)
    with translation.override(form.cleaned_data["language"]):
        messages.success(request, _("Your choices are kept."))
    return redirect("profile")


def _of(user: Any) -> dict[str, Any]:
    row = MailPreference.objects.filter(user=user).first()
    wishes = wishes_of([user.pk])[user.pk]
    known = {code for code, _name in settings.LANGUAGES}
    return {
        "language": user.language if user.language in known else settings.LANGUAGE_CODE,
        "daily_summary": wishes.daily_summary,
        "reminders": wishes.reminders,
        "quiet_from": None if wishes.quiet is None else wishes.quiet.begins,
        "quiet_until": None if wishes.quiet is None else wishes.quiet.ends,
        "time_zone": "" if row is None else row.time_zone,
    }


def _context(request: HttpRequest, form: ProfileForm) -> dict[str, Any]:
    user = access.signed_in(request)
    return {"form": form, "zone": wishes_of([user.pk])[user.pk].zone}
