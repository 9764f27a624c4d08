"""The statistics workbench: charts of pasted counts, converters, board-assembly indices."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from scorecards.forms.conversion import BoardForm, ConverterForm
from scorecards.forms.workbench import WorkbenchForm
from scorecards.formulas.attribute_charts import ChartKind
from scorecards.formulas.ipc7912 import AssemblyIndices, assembly_indices
from scorecards.pictures.figure import Picture
from scorecards.spreadsheets import FileForm, download
from scorecards.workbench.conversion import Converted, Measure, NotConvertibleError, converted
from scorecards.workbench.gaps import GapKind, GapStudy, gap_study
from scorecards.workbench.study import Study, UnfitRowsError, study

CLASSES = ("component", "placement", "termination")
# u chart of Montgomery's example: defects on subgroups of 50.
EXAMPLE = (2, 3, 8, 1, 1, 4, 1, 4, 5, 1, 8, 2, 4, 3, 4, 1, 8, 3, 7, 4)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def workbench(request: HttpRequest) -> HttpResponseBase:
    """Show the form; study what was pasted. Nothing is stored."""
    if request.method != "POST":
        counts = "\n".join(f"{n}\t{c}\t50" for n, c in enumerate(EXAMPLE, start=1))
        example = {"counts": counts, "kind": ChartKind.U.value} if "example" in request.GET else {}
        begun = WorkbenchForm(initial=example)
        return _page(request, begun, None)
    form = WorkbenchForm(request.POST, request.FILES)
    if not form.is_valid() or form.problems:
        return _page(request, form, None, status=422)
    if form.gaps is not None:
        return _gaps(request, form, form.gaps)
    asked = form.question
    if request.POST.get("do") == "recompute":
        form.cleaned_data["frozen"] = None
        asked = form.question
    try:
        found = study(asked)
    except UnfitRowsError as error:
        form.add_error(None, str(error))
        return _page(request, form, None, status=422)
    if request.POST.get("do") == "csv":
        return _table(found.picture)
    freeze = request.POST.get("do") == "freeze"
    frozen = found.limits if freeze or asked.frozen is not None else None
    return _page(request, form.again(frozen=frozen), found, frozen=frozen is not None)


def _gaps(request: HttpRequest, form: WorkbenchForm, kind: GapKind) -> HttpResponseBase:
    """Study what lies between rare rejects; such limits are not frozen."""
    try:
        found = gap_study(form.question, kind)
    except UnfitRowsError as error:
        form.add_error(None, str(error))
        return _page(request, form, None, status=422)
    if request.POST.get("do") == "csv":
        return _table(found.picture)
    return _page(request, form.again(frozen=None), found)


def _table(picture: Picture) -> HttpResponseBase:
    # in the order they were pasted in, as drawn; the page's table begins with the newest
    rows = [[cell.text for cell in row] for row in reversed(picture.rows)]
    return download(form=FileForm.CSV, name="workbench", header=picture.header, rows=rows)


def _page(
    request: HttpRequest,
    form: WorkbenchForm,
    found: Study | GapStudy | None,
    *,
    frozen: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "study": found,
        "gaps": isinstance(found, GapStudy),
        "frozen": frozen,
        "problems": getattr(form, "problems", []),
        "tabs": _tabs("workbench"),
    }
    return render(request, "scorecards/workbench/charts.html", context, status=status)


@require_safe
@login_required
def converters(request: HttpRequest) -> HttpResponse:
    """Convert PPM, DPMO, sigma level and Cpk into each other."""
    form = ConverterForm(request.GET or None)
    context = {"form": form, "results": _results(form), "tabs": _tabs("workbench_converters")}
    return render(request, "scorecards/workbench/converters.html", context)


def _results(form: ConverterForm) -> list[Converted]:
    if not form.is_bound or not form.is_valid():
        return []
    given = form.cleaned_data
    try:
        return converted(
            measure=Measure(given["measure"]),
            value=given["value"],
            opportunities=given["opportunities"],
        )
    except NotConvertibleError:
        text = _("None and all cannot be converted; choose a value in between.")
        form.add_error("value", text)
        return []


@require_safe
@login_required
def boards(request: HttpRequest) -> HttpResponse:
    """Compute the indices of IPC-7912 for a lot of boards."""
    form = BoardForm(request.GET or None)
    context = {"form": form, "indices": _indices(form), "tabs": _tabs("workbench_boards")}
    return render(request, "scorecards/workbench/boards.html", context)


def _indices(form: BoardForm) -> AssemblyIndices | None:
    if not form.is_bound or not form.is_valid():
        return None
    given = form.cleaned_data
    try:
        found = assembly_indices(
            opportunities_per_board={name: given[name] for name in CLASSES},
            defects={name: given[f"{name}_defects"] for name in CLASSES},
            boards=given["boards"],
        )
    except ValueError:
        text = _("A class has more defects than opportunities; look at its two numbers.")
        form.add_error(None, text)
        return None
    if found is None:
        form.add_error(None, _("There are no opportunities; give at least one class some."))
    return found


def _tabs(current: str) -> list[dict[str, Any]]:
    names = {
        "workbench": _("Control charts"),
        "workbench_converters": _("Converters"),
        "workbench_boards": _("Board assembly (IPC-7912)"),
    }
    return [
        {"label": label, "url": reverse(name), "active": name == current}
        for name, label in names.items()
    ]
