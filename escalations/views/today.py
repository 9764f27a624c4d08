"""Where people land: what needs them, what is expected of a supplier, a buyer's suppliers."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from escalations.enums import Audience
from escalations.owed import Scope, owed
from escalations.queries.days import day_of_reader
from escalations.queries.my_suppliers import buyers_rows, ordered, suppliers_of_buyer
from escalations.queries.today import today_for
from scorecards.queries.months import activity_span
from scorecards.views.months import running_month
from suppliers import access
from suppliers.enums import Role
from suppliers.models import Supplier

PER_PAGE = 50


@require_safe
@access.for_roles(*access.QUALITY)
def today(request: HttpRequest) -> HttpResponse:
    """Show what needs the reader, the most urgent first."""
    at = timezone.now()
    everybody = request.GET.get("of") == "all"
    context = {
        "sections": today_for(request.user, at=at, mine=not everybody),
        "everybody": everybody,
        "tabs": _tabs(request, everybody=everybody, mine=_("My suppliers")),
        "today": day_of_reader(request.user, at),
    }
    return render(request, "escalations/today.html", context)


@require_safe
@login_required
def supplier_owed(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a supplier owes, and until when, as a panel for its page."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), code=code)
    at = timezone.now()
    asked = Scope(user=request.user, at=at, supplier_ids=[supplier.pk], notices=False)
    found = owed(asked)
    rows = [one for one in found if one.owner is Audience.SUPPLIER]
    return render(request, "escalations/supplier_owed.html", {"rows": rows})


@require_safe
@access.for_roles(Role.BUYER, Role.QUALITY_MANAGER, Role.ADMINISTRATOR)
def my_suppliers(request: HttpRequest) -> HttpResponse:
    """Show purchasing each supplier's level, what is forbidden, its trend and the letters."""
    everybody = request.GET.get("of") == "all"
    suppliers = suppliers_of_buyer(request.user, mine=not everybody)
    span = activity_span(suppliers, running=running_month())
    month = running_month() if span is None else span.default
    page = Paginator(ordered(suppliers, month=month), PER_PAGE).get_page(request.GET.get("page"))
    rows = buyers_rows(list(page.object_list), user=request.user, month=month, at=timezone.now())
    context = {
        "page": page,
        "rows": rows,
        "month": month,
        "tabs": _tabs(request, everybody=everybody, mine=_("My suppliers")),
    }
    return render(request, "escalations/my_suppliers.html", context)


def _tabs(request: HttpRequest, *, everybody: bool, mine: str) -> list[dict[str, object]]:
    return [
        {"label": mine, "url": request.path, "active": not everybody},
        {"label": _("All suppliers"), "url": f"{request.path}?of=all", "active": everybody},
    ]
