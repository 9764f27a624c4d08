"""A supplier's control chart: limits in force, their versions, proposals and signals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from scorecards.enums import METRICS, BaselineState
from scorecards.forms.baseline import AcceptForm, PointForm, ProposeForm
from scorecards.metrics import Metric
from scorecards.models import Baseline, BaselinePoint
from scorecards.pdf import PdfUnavailableError, pdf_available
from scorecards.pdf.pictures import picture_pdf
from scorecards.periods import Month, Window
from scorecards.pictures.figure import Picture
from scorecards.queries.control import ControlSeries, baselines_of, control_series, in_force
from scorecards.queries.control_picture import control_picture_of
from scorecards.queries.published import last_ended_month
from scorecards.queries.rare_picture import rare_pictures
from scorecards.queries.scopes import Scope, figure_address, of_supplier
from scorecards.queries.signals import signals_of
from scorecards.services.baselines import (
    BaselineError,
    accept_baseline,
    exclude_point,
    include_point,
    propose_baseline,
    withdraw_baseline,
)
from scorecards.spreadsheets import FileForm, download
from scorecards.views.scopes import supplier_scope
from suppliers import access

USUAL_MONTHS = 24


@dataclass(kw_only=True)
class Asked:
    """What the page is about, and forms that were filled in wrongly."""

    scope: Scope
    metric: Metric
    versions: list[Baseline]
    filled: dict[str, forms.Form] = field(default_factory=dict)

    @property
    def proposal(self) -> Baseline | None:
        """The version that waits to be accepted."""
        return next((v for v in self.versions if v.state == BaselineState.PROPOSED), None)

    @property
    def address(self) -> str:
        """Where this page is."""
        return control_address(self.scope, self.metric)


def control_address(scope: Scope, metric: Metric) -> str:
    """Return the address of a supplier's (or its part's) control chart."""
    path = reverse("control", args=[scope.slug, metric])
    return path if scope.part is None else f"{path}?{urlencode({'part': scope.part.number})}"


@require_safe
@login_required
def control(request: HttpRequest, code: str, metric: Metric) -> HttpResponse:
    """Show the chart; a supplier's people see their own, without what is only proposed."""
    return _page(request, _asked(request, code, metric))


@require_safe
@login_required
def control_export(
    request: HttpRequest, code: str, metric: Metric, form: FileForm
) -> HttpResponseBase:
    """Send the chart's numbers as a file."""
    asked = _asked(request, code, metric)
    picture = _picture(asked, _series(asked, _chosen(request, asked)))
    return download(
        form=form,
        name=f"{asked.scope.label}-{picture.name}",
        header=picture.header,
        rows=[[cell.text for cell in row] for row in picture.rows],
    )


@require_safe
@login_required
def control_pdf(request: HttpRequest, code: str, metric: Metric) -> HttpResponse:
    """Send the chart as a PDF: the drawing of the page, and its table."""
    asked = _asked(request, code, metric)
    part = "" if asked.scope.part is None else f" · {asked.scope.part.number}"
    picture = _picture(asked, _series(asked, _chosen(request, asked)))
    try:
        content = picture_pdf(
            picture,
            heading=asked.scope.name,
            subtitle=f"{asked.scope.label}{part}",
            created=timezone.localdate().isoformat(),
        )
    except PdfUnavailableError as error:
        messages.error(request, str(error))
        return redirect(asked.address)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{asked.scope.label}-{picture.name}.pdf"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@access.for_roles(*access.QUALITY)
def propose(request: HttpRequest, code: str, metric: Metric) -> HttpResponse:
    """Propose limits from a range of months."""
    asked = _asked(request, code, metric)
    form = ProposeForm(request.POST, months=_months(asked))
    asked.filled["propose"] = form
    if not form.is_valid():
        return _page(request, asked, status=422)
    first, last = form.span
    try:
        propose_baseline(
            supplier=_supplier(asked),
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
        return _page(request, asked, status=422)
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
    asked = _asked_about(request, baseline)
    form = AcceptForm(request.POST)
    asked.filled["accept"] = form
    if not form.is_valid():
        return _page(request, asked, status=422)
    try:
        found = accept_baseline(
            baseline=baseline,
            reason=form.cleaned_data["reason"],
            by=access.signed_in(request),
            at=timezone.now(),
        )
    except BaselineError as error:
        form.add_error(None, str(error))
        return _page(request, asked, status=422)
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


def _asked(request: HttpRequest, code: str, metric: Metric) -> Asked:
    scope = supplier_scope(request, code)
    if scope.plant is not None:
        raise Http404
    return _with_versions(request, scope, metric)


def _asked_about(request: HttpRequest, baseline: Baseline) -> Asked:
    scope = of_supplier(baseline.supplier, part=baseline.part)
    return _with_versions(request, scope, Metric(baseline.metric))


def _with_versions(request: HttpRequest, scope: Scope, metric: Metric) -> Asked:
    if scope.supplier is None:
        raise Http404
    versions = baselines_of(
        supplier=scope.supplier,
        metric=metric,
        part=scope.part,
        internal=access.is_internal(request.user),
    )
    return Asked(scope=scope, metric=metric, versions=versions)


def _supplier(asked: Asked) -> Any:
    return asked.scope.supplier


def _chosen(request: HttpRequest, asked: Asked) -> Baseline | None:
    """Return the version of `?version=`, else the one in force, else the one proposed."""
    wanted = request.GET.get("version", "")
    named = next((one for one in asked.versions if str(one.version) == wanted), None)
    return named or in_force(asked.versions) or asked.proposal


def _series(asked: Asked, baseline: Baseline | None) -> ControlSeries:
    return control_series(
        supplier=_supplier(asked),
        part=asked.scope.part,
        metric=asked.metric,
        last=last_ended_month(at=timezone.now()),
        baseline=baseline,
    )


def _picture(asked: Asked, series: ControlSeries) -> Picture:
    return control_picture_of(series, url=_leads(asked))


def _rare(asked: Asked, series: ControlSeries) -> Sequence[Picture]:
    """Return what lies between rejects, where months are too thin; of external PPM alone."""
    if asked.metric is not Metric.EXTERNAL_PPM:
        return ()
    last = last_ended_month(at=timezone.now())
    return rare_pictures(series, last=last, url=_leads(asked))


def _leads(asked: Asked) -> Callable[[Month], str]:
    def leads(month: Month) -> str:
        return figure_address(asked.scope, metric=asked.metric, month=month, window=Window.MONTH)

    return leads


def _months(asked: Asked) -> list[Month]:
    """Return the ended months with anything in them, newest first."""
    return [month.month for month in _series(asked, None).months][::-1]


def _page(request: HttpRequest, asked: Asked, status: int = 200) -> HttpResponse:
    chosen = _chosen(request, asked)
    series = _series(asked, chosen)
    may_change = access.has_role(request.user, *access.QUALITY)
    context = {
        "asked": asked,
        "scope": asked.scope,
        "supplier": asked.scope.supplier,
        "internal": access.is_internal(request.user),
        "may_change": may_change,
        "metric_name": dict(METRICS)[asked.metric.value],
        "tabs": _tabs(asked),
        "picture": _picture(asked, series),
        "rare": _rare(asked, series),
        "baseline": chosen,
        "in_force": in_force(asked.versions),
        "signals": signals_of(chosen),
        "proposal": asked.proposal,
        "propose_form": asked.filled.get("propose") or _propose_form(series),
        "accept_form": asked.filled.get("accept") or AcceptForm(),
        "pdf_available": pdf_available(),
        "files": [(form.name, _file(asked, form)) for form in FileForm],
    }
    return render(request, "scorecards/control.html", context, status=status)


def _propose_form(series: ControlSeries) -> ProposeForm:
    """Offer the newest two years, or all there is."""
    span = [month.month for month in series.months]
    begun = span[-USUAL_MONTHS:]
    initial = {"first": str(begun[0]), "last": str(begun[-1])} if begun else {}
    return ProposeForm(months=span[::-1], initial=initial)


def _tabs(asked: Asked) -> list[dict[str, Any]]:
    return [
        {
            "label": name,
            "url": control_address(asked.scope, Metric(value)),
            "active": value == asked.metric.value,
        }
        for value, name in METRICS
    ]


def _file(asked: Asked, form: FileForm) -> str:
    path = reverse("control_export", args=[asked.scope.slug, asked.metric, form])
    part = asked.scope.part
    return path if part is None else f"{path}?{urlencode({'part': part.number})}"
