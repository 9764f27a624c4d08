"""Show the arithmetic of 8D steps in time: formula, window, rule, and the steps that count."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from escalations.eight_d_enums import MILESTONE_NAMES
from escalations.queries.eight_d_clocks import OwedStep
from escalations.queries.eight_d_in_time import InTime, eight_d_in_time
from scorecards import formatting
from scorecards.formulas.rounding import shown_beside
from scorecards.periods import Month, Window
from scorecards.queries.scopes import of_supplier
from scorecards.spreadsheets import FileForm, download
from scorecards.views.figures import WINDOWS
from scorecards.wording import reader_separators
from suppliers import access
from suppliers.enums import Role
from suppliers.models import Supplier

PER_PAGE = 50


@require_safe
@access.for_roles(*Role)
def in_time(request: HttpRequest, code: str, month: Month) -> HttpResponse:
    """Show which steps of a supplier's 8Ds were owed in a window, and which came in time."""
    shown = _asked(request, code, month)
    page = Paginator(shown.steps, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "shown": shown,
        "supplier": shown.supplier,
        "scope": of_supplier(shown.supplier),
        "internal": access.is_internal(request.user),
        "month": month,
        "window": shown.window,
        "window_name": WINDOWS[shown.window],
        "windows": _tabs(shown.window),
        "value": _written(shown),
        "page": page,
        "rows": [(step, MILESTONE_NAMES[step.clock.milestone]) for step in page],
        "files": _files(shown),
    }
    return render(request, "escalations/eight_d_in_time.html", context)


@require_safe
@access.for_roles(*Role)
def in_time_export(
    request: HttpRequest, code: str, month: Month, form: FileForm
) -> HttpResponseBase:
    """Send every step behind the figure as CSV or XLSX."""
    shown = _asked(request, code, month)
    return download(
        form=form,
        name=f"{code}-8d-in-time-{month}-{shown.window.value}",
        header=[_("8D"), _("Step"), _("Due on"), _("Handed in on"), _("In time")],
        rows=(_line(step) for step in shown.steps),
    )


def _asked(request: HttpRequest, code: str, month: Month) -> InTime:
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), code=code)
    chosen = request.GET.get("window")
    window = next((one for one in Window if one.value == chosen), Window.MONTH)
    return eight_d_in_time(supplier=supplier, window=window, end=month, user=request.user)


def _written(shown: InTime) -> str:
    """Write percent with one decimal, as the score does."""
    if shown.value_pct is None:
        return formatting.NO_DATA
    rounded = shown_beside(value=shown.value_pct, decimals=1, limits=())
    return formatting.number(rounded, separators=reader_separators())


def _tabs(current: Window) -> list[dict[str, Any]]:
    return [
        {"label": name, "url": f"?window={window.value}", "active": window is current}
        for window, name in WINDOWS.items()
    ]


def _files(shown: InTime) -> list[tuple[str, str]]:
    where = [shown.supplier.code, shown.end]
    return [
        (
            form.name,
            reverse("eight_d_in_time_rows", args=[*where, form]) + f"?window={shown.window.value}",
        )
        for form in FileForm
    ]


def _line(step: OwedStep) -> Sequence[Any]:
    clock = step.clock
    return (
        step.eight_d.number,
        str(MILESTONE_NAMES[clock.milestone]),
        clock.due_on.isoformat(),
        "" if clock.met_on is None else clock.met_on.isoformat(),
        int(clock.in_time),
    )
