"""The inbox of signals: months that left a supplier's own limits, until somebody has looked."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from scorecards.forms.baseline import SeenForm
from scorecards.models import ChartSignal
from scorecards.queries.signals import open_signals, seen_signals, signal_months
from scorecards.services.chart_signals import see_signals
from suppliers import access

PAGE_SIZE = 50


@require_safe
@access.for_roles(*access.INSIDERS)
def signals(request: HttpRequest) -> HttpResponse:
    """List what nobody has looked at, then what was answered."""
    waiting = signal_months(open_signals(request.user))
    context = {
        "page": Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page")),
        "seen": seen_signals(request.user),
        "may_change": access.has_role(request.user, *access.QUALITY),
        "internal": True,  # the page is for insiders alone
    }
    return render(request, "scorecards/signals.html", context)


@require_POST
@access.for_roles(*access.QUALITY)
def see(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that somebody looked, and what was found."""
    rows: Any = ChartSignal.objects.visible_to(request.user)
    signal = get_object_or_404(rows, pk=pk)
    form = SeenForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The note is too long: 1,000 characters at most."))
        return redirect("signals")
    see_signals(
        signal=signal,
        note=form.cleaned_data["note"],
        by=access.signed_in(request),
        at=timezone.now(),
    )
    return HttpResponseRedirect(_back(request))


def _back(request: HttpRequest) -> str:
    """Return the page of ours that the form stood on."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours and wanted.startswith("/suppliers/") else reverse("signals")
