"""Writing the daily log: one day by hand, many from a file."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from escalations.models import ControlledShipping, ShippingLogEntry
from escalations.queries.shipping_exit import exit_progress, today_of
from escalations.queries.shipping_lanes import Lane, sorted_lanes
from escalations.queries.shippings import may_log
from escalations.queries.shown import Shown
from escalations.services.shipping_log import Logged, LogProblemsError, Problem, log_days
from escalations.shipping_files import LOG, read_log
from escalations.shipping_log_forms import DayForm, LogFileForm
from escalations.shipping_workflow import ForbiddenShippingMoveError
from escalations.views.shipping import visible
from suppliers import access
from suppliers.imports.problems import FileError

UNPROCESSABLE = 422
OK = 200


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def shipping_log(request: HttpRequest, number: str) -> HttpResponse:
    """Log one day of sorting."""
    found = _open(request, number)
    if isinstance(found, HttpResponse):
        return found
    lanes = _lanes(request, found)
    if request.method != "POST":
        form = DayForm(lanes=lanes, initial=_begun(request, found))
        return _page(request, found, form=form)
    form = DayForm(request.POST, lanes=lanes)
    problems: list[Problem] = []
    if form.is_valid():
        try:
            written = log_days(
                shipping=found,
                days=form.days,
                reason=form.cleaned_data["reason"],
                by=access.signed_in(request),
                at=timezone.now(),
            )
        except LogProblemsError as error:
            problems = error.problems
        except ForbiddenShippingMoveError:
            return _moved_on(request, found)
        else:
            messages.success(request, _said(written))
            return redirect(found)
    return _page(request, found, form=form, problems=problems, status=UNPROCESSABLE)


@require_POST
@login_required
def shipping_log_file(request: HttpRequest, number: str) -> HttpResponse:
    """Log the days of a file or of pasted rows: all of them, or none."""
    found = _open(request, number)
    if isinstance(found, HttpResponse):
        return found
    form, at = LogFileForm(request.POST, request.FILES), timezone.now()
    problems: list[Problem] = []
    if form.is_valid():
        try:
            days = read_log(
                form.data_bytes(),
                lanes=_lanes(request, found),
                today=today_of(found, at=at),
                order=form.cleaned_data["date_order"] or None,
            )
            written = log_days(
                shipping=found,
                days=days,
                reason=form.cleaned_data["reason"],
                by=access.signed_in(request),
                at=at,
            )
        except FileError as error:
            form.add_error("file" if form.cleaned_data["file"] else "pasted", str(error))
        except LogProblemsError as error:
            problems = error.problems
        except ForbiddenShippingMoveError:
            return _moved_on(request, found)
        else:
            messages.success(request, _said(written))
            return redirect(found)
    day = DayForm(lanes=_lanes(request, found), initial=_begun(request, found))
    return _page(
        request, found, form=day, file_form=form, file_problems=problems, status=UNPROCESSABLE
    )


def _open(request: HttpRequest, number: str) -> ControlledShipping | HttpResponse:
    """Fetch what the user may log into; send them back where nothing is logged now."""
    found = visible(request, number)
    access.demand_at(request.user, found.episode.supplier_id, *sorted(access.LOGGING))
    return found if may_log(found, user=request.user) else _moved_on(request, found)


def _lanes(request: HttpRequest, found: ControlledShipping) -> list[Lane]:
    """What is sorted at the plants whose log the user sees."""
    shown = Shown.to(request.user, found.episode.supplier_id)
    return shown.lanes(sorted_lanes(found))


def _moved_on(request: HttpRequest, found: ControlledShipping) -> HttpResponse:
    text = _("Days are logged once the entry letter is confirmed, and until it has ended.")
    messages.error(request, text)
    return redirect(found)


def _begun(request: HttpRequest, found: ControlledShipping) -> dict[str, Any]:
    """Begin with the day asked for, else the first that is missing; who sorted as last time."""
    today = today_of(found, at=timezone.now())
    newest = ShippingLogEntry.objects.filter(shipping=found).order_by("-recorded_at", "-pk").first()
    begun: dict[str, Any] = {"day": _asked(request) or _first_missing(found, today)}
    begun["sorted_by"] = "" if newest is None else newest.sorted_by
    seen = ShippingLogEntry.objects.visible_to(request.user)
    entries = seen.filter(shipping=found, day=begun["day"]).in_force()
    known = {(entry.part_id, entry.plant_id): entry for entry in entries}
    for number, lane in enumerate(_lanes(request, found)):
        entry = known.get((lane.part.pk, lane.plant.pk if lane.plant else 0))
        if entry is not None:
            begun |= {
                f"inspected_{number}": entry.inspected_qty,
                f"found_{number}": entry.found_qty,
                f"shipments_{number}": entry.shipments,
                f"defect_{number}": entry.defect,
                "sorted_by": entry.sorted_by,
            }
    return begun


def _asked(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None


def _first_missing(found: ControlledShipping, today: date) -> date:
    progress = exit_progress(found, today=today)
    if progress.missing:
        return progress.missing[0]
    if progress.last_day is None or progress.last_day >= today:
        return today
    return min(progress.last_day + timedelta(days=1), today)


def _said(written: Logged) -> str:
    texts: tuple[tuple[int, Callable[[int], str]], ...] = (
        (
            len(written.new),
            lambda n: ngettext("%(n)d row logged.", "%(n)d rows logged.", n) % {"n": n},
        ),
        (
            len(written.corrected),
            lambda n: ngettext("%(n)d row corrected.", "%(n)d rows corrected.", n) % {"n": n},
        ),
        (
            written.unchanged,
            lambda n: (
                ngettext(
                    "%(n)d row was in the log already.", "%(n)d rows were in the log already.", n
                )
                % {"n": n}
            ),
        ),
    )
    return " ".join(text(number) for number, text in texts if number)


def _page(
    request: HttpRequest,
    found: ControlledShipping,
    *,
    form: DayForm,
    file_form: LogFileForm | None = None,
    problems: list[Problem] | None = None,
    file_problems: list[Problem] | None = None,
    status: int = OK,
) -> HttpResponse:
    context = {
        "shipping": found,
        "form": form,
        "problems": [_named(one, form) for one in problems or ()],
        "file_form": file_form or LogFileForm(),
        "file_problems": file_problems or [],
        "fields": LOG.fields,
        "progress": exit_progress(found, today=today_of(found, at=timezone.now())),
    }
    return render(request, "escalations/shipping_log.html", context, status=status)


def _named(problem: Problem, form: DayForm) -> dict[str, Any]:
    """Name the line of the form by its part and plant instead of a number."""
    lane = form.lanes[problem.row - 1] if 0 < problem.row <= len(form.lanes) else ""
    return {
        "column": str(lane),
        "value": problem.value,
        "message": problem.message,
        "remedy": problem.remedy,
    }
