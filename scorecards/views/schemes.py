"""Scoring schemes: their versions, and a draft that is tried before it is put into force."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from scorecards.forms.scheme import SchemeForm, initial_of
from scorecards.models import ScoringScheme
from scorecards.periods import Month
from scorecards.queries.dry_run import DryRun, GradeChange, Reason, dry_run
from scorecards.queries.published import last_ended_month
from scorecards.queries.schemes import newest_scheme, rules_of
from scorecards.queries.score_block import criterion_name, written_table
from scorecards.services.schemes import SchemeChangedError, SchemeTooEarlyError, put_into_force
from scorecards.spreadsheets import FileForm, download
from scorecards.templatetags.figures import quantity
from scorecards.templatetags.figures import score as written_score
from scorecards.views.months import running_month
from suppliers import access
from suppliers.enums import Role
from suppliers.models import Supplier

MAY_CHANGE = (Role.QUALITY_MANAGER, Role.ADMINISTRATOR)
MOST_CHANGES = 200
# More of them would hide the draft, which stands beneath.
READ_AT_ONCE = 20


@require_safe
@access.for_roles(*access.INSIDERS)
def schemes(request: HttpRequest) -> HttpResponse:
    """Show every version, the newest first, with its tables."""
    rows = ScoringScheme.objects.select_related("created_by").order_by("-version")
    context = {
        "versions": [_version(row) for row in rows],
        "may_change": access.has_role(request.user, *MAY_CHANGE),
    }
    return render(request, "scorecards/schemes/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.for_roles(*MAY_CHANGE)
def draft(request: HttpRequest) -> HttpResponseBase:
    """Write a new version: try it over the last twelve months, then put it into force."""
    newest = newest_scheme()
    if request.method != "POST":
        begun = initial_of(rules_of(newest), first_month=_first_month(newest))
        return _page(request, SchemeForm(initial=begun))
    form = SchemeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    if request.POST.get("do") == "publish":
        return _put_into_force(request, form)
    tried = _tried(request, form)
    if request.POST.get("do") == "csv":
        return _file(tried)
    return _page(request, form, tried=tried)


def _first_month(newest: ScoringScheme) -> Month:
    return max(running_month(), Month.of(newest.first_month))


def _put_into_force(request: HttpRequest, form: SchemeForm) -> HttpResponse:
    if not form.demand_reason():
        return _page(request, form, status=422)
    given = form.cleaned_data
    try:
        row = put_into_force(
            scheme=given["scheme"],
            first_month=given["first_month"],
            reason=given["reason"],
            seen=given["seen"],
            by=access.signed_in(request),
            at=timezone.now(),
        )
    except SchemeChangedError:
        form.add_error(None, _("Somebody put another version into force; look at it first."))
    except SchemeTooEarlyError:
        form.add_error("first_month", _("It cannot begin before the version in force did."))
    else:
        text = _("Version %(version)s holds for months from %(month)s on.")
        words = {"version": row.version, "month": given["first_month"]}
        messages.success(request, text % words)
        return redirect("schemes")
    return _page(request, form, status=422)


def _file(tried: DryRun) -> HttpResponseBase:
    """Return every change of grade as a table."""
    header = [
        _("Supplier"), _("Name"), _("Month"), _("Score before"), _("Grade before"),
        _("Score after"), _("Grade after"), _("Why (points × weight)"),
    ]  # fmt: skip
    rows = ([str(cell) for cell in _cells(_written(change))] for change in tried.changes)
    return download(form=FileForm.CSV, name="scheme-dry-run", header=header, rows=rows)


def _cells(written: dict[str, Any]) -> list[Any]:
    change: GradeChange = written["change"]
    return [
        change.supplier.code,
        change.supplier.name,
        change.month,
        written["before"],
        change.before.grade,
        written["after"],
        change.after.grade,
        "; ".join(written["why"]) or _("other bounds of the grades"),
    ]


def _tried(request: HttpRequest, form: SchemeForm) -> DryRun:
    return dry_run(
        draft=form.cleaned_data["scheme"],
        suppliers=Supplier.objects.visible_to(request.user),
        last=last_ended_month(at=timezone.now()),
    )


def _page(
    request: HttpRequest, form: SchemeForm, *, tried: DryRun | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "tried": tried}
    if tried is not None:
        shown = tried.changes[:MOST_CHANGES]
        context |= {
            "changes": [_written(change) for change in shown],
            "left_out": len(tried.changes) - len(shown),
            "long": len(tried.changes) > READ_AT_ONCE,
            "grades": ("A", "B", "C"),
        }
    return render(request, "scorecards/schemes/draft.html", context, status=status)


def _version(row: ScoringScheme) -> dict[str, Any]:
    scheme = rules_of(row)
    rules = [
        {"name": criterion_name(rule.criterion), "rule": rule, "table": written_table(rule)}
        for rule in scheme.rules
    ]
    return {"row": row, "scheme": scheme, "rules": rules, "month": Month.of(row.first_month)}


def _written(change: GradeChange) -> dict[str, Any]:
    return {
        "change": change,
        "before": _score(change.before.score),
        "after": _score(change.after.score),
        "why": [_why(reason) for reason in change.reasons],
    }


def _score(score: Any) -> str:
    return "—" if score is None else written_score(score)


def _why(reason: Reason) -> str:
    words = {
        "name": criterion_name(reason.criterion),
        "before": _worth(reason.before),
        "after": _worth(reason.after),
    }
    return _("%(name)s: %(before)s → %(after)s") % words


def _worth(worth: Any) -> str:
    if worth is None:
        return _("not counted")
    points, weight = worth
    return _("%(points)s × %(weight)s") % {"points": quantity(points), "weight": quantity(weight)}
