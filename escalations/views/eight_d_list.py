"""8Ds: the list of those the user may see, and its download."""

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from escalations.eight_d_forms import EightDFilter
from escalations.models import EightD
from escalations.queries import eight_d as queries
from suppliers import access, exports
from suppliers.enums import Role
from suppliers.holds import with_holds

PER_PAGE = 50


@require_safe
@access.for_roles(*Role)
def eight_ds(request: HttpRequest) -> HttpResponse:
    """List the 8Ds the user may see, what is owed first by its date."""
    form = _filter(request)
    page = Paginator(_rows(request, form), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "internal": access.is_internal(request.user),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "escalations/eight_ds.html", context)


@require_safe
@access.for_roles(*Role)
def eight_ds_export(request: HttpRequest) -> HttpResponseBase:
    """Download the list as it is filtered."""
    headings = [
        _("8D"),
        _("Supplier"),
        _("Escalation"),
        _("Requested on"),
        _("Next"),
        _("Due"),
        _("Due on"),
        _("Working days left"),
        _("Closed at"),
        _("New-business hold"),
    ]
    rows = _lines(_rows(request, _filter(request)))
    lines = with_holds(rows, user=request.user, code_at=1)
    return exports.as_table(request.GET.get("format", "csv"), "8d", headings, lines)


def _filter(request: HttpRequest) -> EightDFilter:
    return EightDFilter(request.GET, by_supplier=access.is_internal(request.user))


def _rows(request: HttpRequest, form: EightDFilter) -> list[queries.EightDRow]:
    found = queries.with_steps(form.narrow(EightD.objects.visible_to(request.user)))
    return form.keep(queries.rows(found, at=timezone.now(), user=request.user))


def _lines(rows: list[queries.EightDRow]) -> Iterator[list[str]]:
    for row in rows:
        clock = row.due.clock if row.due else None
        closed = row.eight_d.closed_at
        yield [
            row.eight_d.number,
            row.eight_d.episode.supplier.code,
            row.eight_d.episode.number,
            row.eight_d.requested_on.isoformat(),
            row.turn.label,
            row.due.name if row.due else "",
            clock.due_on.isoformat() if clock else "",
            str(clock.left) if clock and clock.left is not None else "",
            closed.isoformat(timespec="minutes") if closed else "",
        ]
