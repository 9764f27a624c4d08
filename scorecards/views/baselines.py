"""Proposing, accepting and withdrawing the limits of a control chart."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from scorecards.forms.baseline import AcceptForm, PointForm, ProposeForm
from scorecards.metrics import Metric
from scorecards.models import Baseline, BaselinePoint
from scorecards.periods import Month
from scorecards.services.baselines import (
    BaselineError,
    accept_baseline,
    exclude_point,
    include_point,
    propose_baseline,
    withdraw_baseline,
)
from scorecards.views.control import asked_about, asked_of, control_page, months_of, supplier_of
from suppliers import access


@require_POST
@access.for_roles(*access.QUALITY)
def propose(request: HttpRequest, code: str, metric: Metric) -> HttpResponse:
    """Propose limits from a range of months."""
    asked = asked_of(request, code, metric)
    form = ProposeForm(request.POST, months=months_of(asked))
    asked.filled["propose"] = form
    if not form.is_valid():
        return control_page(request, asked, status=422)
    first, last = form.span
    try:
        propose_baseline(
            supplier=supplier_of(asked),
            part=asked.scope.part,
            metric=metric,
            first=first,
            last=last,
            note=form.cleaned_data["note"],
            by=access.signed_in(request),
            at=timezone.now(),
        )
    except BaselineError as error:
        form.add_error(None, str(error))
        return control_page(request, asked, status=422)
    messages.success(request, _("Proposed. Look at the points, then accept the limits."))
    return redirect(f"{asked.address}#proposal")


@require_POST
@access.for_roles(*access.QUALITY)
def mark_point(request: HttpRequest, pk: int, month: Month) -> HttpResponse:
    """Leave a month out of a proposal for a cause, or take it back."""
    points: Any = BaselinePoint.objects.visible_to(request.user).select_related(
        "baseline__supplier", "baseline__part"
    )
    point = get_object_or_404(points, baseline=pk, month=month.first_day)
    form = PointForm(request.POST)
    address = f"{point.baseline.get_absolute_url()}#proposal"
    if not form.is_valid():
        messages.error(request, _("Say in a few words what the cause was; nothing was changed."))
        return redirect(address)
    who = access.signed_in(request)
    try:
        if form.cleaned_data["excluded"]:
            exclude_point(point=point, cause=form.cleaned_data["cause"], by=who)
        else:
            include_point(point=point, by=who)
    except BaselineError as error:
        messages.error(request, str(error))
    return redirect(address)


@require_POST
@access.for_roles(*access.QUALITY)
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a proposal in force."""
    baseline = _visible(request, pk)
    asked = asked_about(request, baseline)
    form = AcceptForm(request.POST)
    asked.filled["accept"] = form
    if not form.is_valid():
        return control_page(request, asked, status=422)
    try:
        found = accept_baseline(
            baseline=baseline,
            reason=form.cleaned_data["reason"],
            by=access.signed_in(request),
            at=timezone.now(),
        )
    except BaselineError as error:
        form.add_error(None, str(error))
        return control_page(request, asked, status=422)
    text = _("Version %(version)s is in force; later months are judged against it.")
    messages.success(request, text % {"version": found.version})
    return redirect(asked.address)


@require_POST
@access.for_roles(*access.QUALITY)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a proposal back."""
    baseline = _visible(request, pk)
    try:
        withdraw_baseline(baseline=baseline, by=access.signed_in(request), at=timezone.now())
    except BaselineError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The proposal was withdrawn."))
    return redirect(baseline.get_absolute_url())


def _visible(request: HttpRequest, pk: int) -> Baseline:
    rows: Any = Baseline.objects.visible_to(request.user).select_related("supplier", "part")
    found: Baseline = get_object_or_404(rows, pk=pk)
    return found
