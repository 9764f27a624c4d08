"""The list of disputes, on the page and as a file."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from suppliers import access, exports
from suppliers.enums import Role
from suppliers.forms.disputes import DisputeFilter
from suppliers.holds import with_holds
from suppliers.models import Dispute
from suppliers.quantities import plain
from suppliers.queries import disputes as queries

PER_PAGE = 50


@require_safe
@access.for_roles(*Role)
def disputes(request: HttpRequest) -> HttpResponse:
    """List the disputes the user may see: what is owed first, the earliest date first."""
    form = _filter(request)
    found = queries.by_urgency(form.narrow(Dispute.objects.visible_to(request.user)))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": list(queries.rows(list(page.object_list), user=request.user, at=timezone.now())),
        "internal": access.is_internal(request.user),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "suppliers/disputes/list.html", context)


@require_safe
@access.for_roles(*Role)
def disputes_export(request: HttpRequest) -> HttpResponseBase:
    """Download the list as it is filtered."""
    form = _filter(request)
    found = queries.by_urgency(form.narrow(Dispute.objects.visible_to(request.user)))
    return exports.as_table(
        request.GET.get("format", "csv"),
        "disputes",
        _headings(),
        with_holds(_lines(found), user=request.user, code_at=1),
    )


def _filter(request: HttpRequest) -> DisputeFilter:
    return DisputeFilter(request.GET, by_supplier=access.is_internal(request.user))


def _headings() -> list[str]:
    return [
        _("Record"),
        _("Supplier"),
        _("Reason"),
        _("Claimed quantity"),
        _("State"),
        _("Outcome"),
        _("Opened at"),
        _("Answer due on"),
        _("With the quality manager since"),
        _("Statement"),
        _("New-business hold"),
    ]


def _lines(found: Any) -> Iterator[list[str]]:
    for dispute in found.iterator(chunk_size=500):
        yield [
            str(dispute.subject),
            dispute.supplier.code,
            dispute.get_reason_display(),
            plain(dispute.claimed_qty),
            dispute.get_state_display(),
            dispute.get_outcome_display(),
            dispute.opened_at.isoformat(timespec="minutes"),
            dispute.due_on.isoformat() if dispute.due_on else "",
            dispute.with_manager_at.isoformat(timespec="minutes")
            if dispute.with_manager_at
            else "",
            dispute.statement,
        ]
