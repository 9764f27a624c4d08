"""A supplier's control chart: limits in force, their versions, what is proposed, and signals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from scorecards.enums import METRICS, BaselineState
from scorecards.forms.baseline import AcceptForm, ProposeForm
from scorecards.metrics import Metric
from scorecards.models import Baseline
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
    return control_page(request, asked_of(request, code, metric))


@require_safe
@login_required
def control_export(
    request: HttpRequest, code: str, metric: Metric, form: FileForm
) -> HttpResponseBase:
    """Send the chart's numbers as a file."""
    asked = asked_of(request, code, metric)
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
    asked = asked_of(request, code, metric)
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


def asked_of(request: HttpRequest, code: str, metric: Metric) -> Asked:
    """Return what an address asks for; limits are of whole suppliers and of their parts."""
    scope = supplier_scope(request, code)
    if scope.plant is not None:
        raise Http404
    return _with_versions(request, scope, metric)


def asked_about(request: HttpRequest, baseline: Baseline) -> Asked:
    """Return the same of a version that is named itself."""
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


def supplier_of(asked: Asked) -> Any:
    """Return the supplier: without one the page is not found."""
    return asked.scope.supplier


def _chosen(request: HttpRequest, asked: Asked) -> Baseline | None:
    """Return the version of `?version=`, else the one in force, else the one proposed."""
    wanted = request.GET.get("version", "")
    named = next((one for one in asked.versions if str(one.version) == wanted), None)
    return named or in_force(asked.versions) or asked.proposal


def _series(asked: Asked, baseline: Baseline | None) -> ControlSeries:
    return control_series(
        supplier=supplier_of(asked),
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


def months_of(asked: Asked) -> list[Month]:
    """Return the ended months with anything in them, newest first."""
    return [month.month for month in _series(asked, None).months][::-1]


def control_page(request: HttpRequest, asked: Asked, status: int = 200) -> HttpResponse:
    """Show the chart, with the forms that were filled in wrongly."""
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
