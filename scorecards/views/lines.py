"""Lines of published scorecards: their records, and disputing a line or one of them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from scorecards.metrics import Metric
from scorecards.periods import Month
from scorecards.queries.lines import RECORDS, count_of, line_of, metric_of, month_of, version_at
from scorecards.queries.rows import NUMERATOR, Rows, rows_behind
from scorecards.queries.scopes import Scope, of_supplier
from suppliers import access
from suppliers.dispute_workflow import ForbiddenMoveError
from suppliers.enums import SUPPLIER_ROLES
from suppliers.forms.disputes import DisputeForm
from suppliers.models import Dispute, Supplier
from suppliers.published_lines import PublishedCount, PublishedLine
from suppliers.quantities import plain
from suppliers.services.dispute_opening import open_line_dispute
from suppliers.uploads import evidence_too_big, takes_evidence
from suppliers.views.decisions import FORM_METHODS, UNPROCESSABLE, attempt

# A line with more records than this is opened in its arithmetic, page by page.
MOST: int = 50


@dataclass(frozen=True, kw_only=True)
class LineRecord:
    """A record of a line with what it counts; `url` is what its reader can do, empty if nothing."""

    row: Any
    record: Any
    counted: Decimal
    address: str
    label: str
    url: str


@takes_evidence
@access.for_roles(*SUPPLIER_ROLES)
@require_http_methods(FORM_METHODS)
def line_dispute(request: HttpRequest, code: str, month: Month, metric: Metric) -> HttpResponse:
    """Show a published line with its records, each to be disputed, and dispute the line itself."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), code=code)
    line = line_of(metric, month)
    version = version_at(line, supplier_id=supplier.pk)
    if version is None:
        raise Http404
    count = count_of(version, metric)
    form = _form(request, count)
    opened = _opened(request, form, supplier, line)
    if opened is not None:
        messages.success(
            request, _("Disputed. The customer answers until the date shown; you get a mail.")
        )
        return redirect(opened)
    context = {
        "supplier": supplier,
        "month": month,
        "line": line,
        "count": count,
        "form": form,
        **_records(request, of_supplier(supplier), metric, month),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "scorecards/lines/dispute.html", context, status=status)


@require_safe
@login_required
def dispute_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the records of a disputed line, for the dispute's page and for whoever answers it."""
    disputes = Dispute.objects.visible_to(request.user).exclude(published_line="")
    found = get_object_or_404(disputes.select_related("supplier"), pk=pk)
    line = PublishedLine.of(found.published_line)
    context = _records(request, of_supplier(found.supplier), metric_of(line), month_of(line))
    return render(request, "scorecards/lines/records.html", context)


def _form(request: HttpRequest, count: PublishedCount) -> DisputeForm:
    most = plain(count.counted_qty)
    if request.method == "POST":
        too_big = evidence_too_big(request)
        return DisputeForm(request.POST, request.FILES, most=most, too_big=too_big)
    return DisputeForm(most=most)


def _opened(
    request: HttpRequest, form: DisputeForm, supplier: Supplier, line: PublishedLine
) -> Dispute | None:
    if request.method != "POST":
        return None
    try:
        opened: Dispute | None = attempt(
            form,
            lambda: open_line_dispute(
                supplier=supplier,
                line=line,
                reason=form.cleaned_data["reason"],
                claimed_qty=form.cleaned_data["claimed_qty"],
                statement=form.cleaned_data["statement"],
                by=access.signed_in(request),
                at=timezone.now(),
                files=form.cleaned_data["attachments"],
            ),
        )
    except ForbiddenMoveError as error:
        raise Http404 from error
    return opened


def _records(request: HttpRequest, scope: Scope, metric: Metric, month: Month) -> dict[str, Any]:
    rows = rows_behind(NUMERATOR[metric], user=request.user, scope=scope, first=month, last=month)
    return {
        "rows": _shown(request, rows, scope, metric),
        "total": rows.total,
        "count_of_rows": Paginator(rows.all, MOST).count,
        "external": metric is Metric.EXTERNAL_PPM,
        "figure_url": reverse("figure", args=[scope.slug, metric, month]),
    }


def _shown(request: HttpRequest, rows: Rows, scope: Scope, metric: Metric) -> list[LineRecord]:
    roles = access.roles_at(request.user, scope.key)
    may_decide, may_dispute = bool(roles & set(access.QUALITY)), bool(roles & SUPPLIER_ROLES)
    _view, counts, record, _verdicts = RECORDS[metric]
    prefix = "reject" if metric is Metric.EXTERNAL_PPM else "return"
    queryset: Any = rows.all
    found = []
    for row in queryset.order_by(f"-{counts}", "-pk")[:MOST]:
        counted = getattr(row, counts)
        label, url = "", ""
        if may_decide and not row.disputed:
            label, url = _("Decide"), reverse(f"{prefix}_decide", args=[row.pk])
        elif may_dispute and counted and not row.disputed:
            label, url = _("Dispute"), reverse(f"{prefix}_dispute", args=[row.pk])
        found.append(
            LineRecord(
                row=row,
                record=getattr(row, record),
                counted=counted,
                address=reverse(record, args=[row.pk]),
                label=label,
                url=url,
            )
        )
    return found
