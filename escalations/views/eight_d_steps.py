"""A step of an 8D: writing, submitting, reviewing, its frozen revisions and files."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from escalations import eight_d_wording as wording
from escalations.eight_d_differences import differences
from escalations.eight_d_forms import ReviewForm
from escalations.eight_d_schema import Content, Problem, ShapeError
from escalations.eight_d_workflow import (
    STEPS,
    WRITABLE,
    Action,
    Discipline,
    ForbiddenStepError,
    StepState,
    TooEarlyError,
)
from escalations.models import EightD, EightDFile, EightDRevision, EightDStep
from escalations.queries import eight_d as queries
from escalations.queries.eight_d_clocks import clocks_of
from escalations.queries.eight_d_fields import (
    form_parts,
    prefilled,
    read_parts,
    summary_of_problems,
    typed,
)
from escalations.queries.eight_d_report import changes, move_of
from escalations.queries.preferences import wishes_of
from escalations.queries.shown import Shown, may_write_all
from escalations.services import eight_d as services
from escalations.services.eight_d_files import attach
from suppliers import access
from suppliers.downloads import download
from suppliers.enums import SUPPLIER_ROLES, Role
from suppliers.forms.files import FilesForm
from suppliers.uploads import evidence_too_big, takes_evidence

WRITERS = (*sorted(SUPPLIER_ROLES), Role.SQE, Role.QUALITY_MANAGER)
REVIEWERS = (Role.SQE, Role.QUALITY_MANAGER)
CONFLICT, UNPROCESSABLE = 409, 422


def visible(request: HttpRequest, number: str) -> EightD:
    """Return an 8D the user may see, with its steps."""
    rows = queries.with_steps(EightD.objects.visible_to(request.user))
    found: EightD = get_object_or_404(rows, number=number)
    return found


def discipline_of(name: str) -> Discipline:
    """Return the step of an address."""
    try:
        return Discipline(name)
    except ValueError as error:
        raise Http404 from error


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def eight_d_step(request: HttpRequest, number: str, discipline: str) -> HttpResponse:
    """Show a step: its form to whoever writes it, else what was submitted; save what is sent."""
    found, one = visible(request, number), discipline_of(discipline)
    if request.method != "POST":
        return _page(request, found, one)
    access.demand_at(request.user, found.episode.supplier_id, *WRITERS)
    return _autosaved(request, found, one) if _is_autosave(request) else _saved(request, found, one)


@require_POST
@login_required
def eight_d_review(request: HttpRequest, number: str, discipline: str) -> HttpResponse:
    """Accept, return or reopen a step."""
    found, one = visible(request, number), discipline_of(discipline)
    access.demand(request.user, *REVIEWERS)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, found, one, review=form, status=UNPROCESSABLE)
    action = Action(form.cleaned_data["action"])
    try:
        services.review(
            eight_d=found,
            discipline=one,
            revision=form.cleaned_data["revision"],
            action=action,
            comment=form.cleaned_data["comment"],
            by=access.signed_in(request),
            at=timezone.now(),
        )
    except ValidationError as error:
        form.add_error("comment", error.message_dict["comment"])
        return _page(request, found, one, review=form, status=UNPROCESSABLE)
    except services.StaleReviewError as error:
        said = _(
            "Nothing was decided: revision %(number)d was submitted after you opened this page."
            " It is shown here; decide once you have read it."
        )
        form.add_error(None, said % {"number": error.newest})
        return _page(request, visible(request, number), one, review=form, status=CONFLICT)
    except ForbiddenStepError:
        form.add_error(None, _moved_on())
        return _page(request, visible(request, number), one, review=form, status=CONFLICT)
    done = {
        Action.ACCEPT: _("Accepted. The supplier is told."),
        Action.RETURN: _("Returned with your comment. The supplier is told; its clock goes on."),
        Action.REOPEN: _("Reopened. The supplier is told; its clock goes on."),
    }
    messages.success(request, done[action])
    return redirect(found)


@require_safe
@login_required
def eight_d_revision(
    request: HttpRequest, number: str, discipline: str, revision: int
) -> HttpResponse:
    """Show a frozen revision and what it says differently from the one before."""
    found, one = visible(request, number), discipline_of(discipline)
    rows = EightDRevision.objects.filter(eight_d=found, discipline=one.value)
    frozen: EightDRevision = get_object_or_404(rows.select_related("submitted_by"), number=revision)
    context = {
        "eight_d": found,
        "name": wording.title(one),
        "discipline": one,
        "revision": frozen,
        "parts": read_parts(
            one,
            Shown.to(request.user, found.episode.supplier_id).content(
                one, frozen.content, found.facts
            ),
        ),
        "changes": _described(one, changes(frozen, user=request.user)),
        "move": move_of(frozen),
        "others": rows.order_by("-number"),
    }
    return render(request, "escalations/eight_d_revision.html", context)


@takes_evidence
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def eight_d_files(request: HttpRequest, number: str, discipline: str) -> HttpResponse:
    """Attach files to a step that is being written."""
    found, one = visible(request, number), discipline_of(discipline)
    access.demand_at(request.user, found.episode.supplier_id, *WRITERS)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = FilesForm(*sent)
    if request.method == "POST":
        form.too_big = evidence_too_big(request)
        if form.is_valid() and _attached(request, found, one, form):
            return redirect("eight_d_step", number, one.value)
    context = {"form": form, "eight_d": found, "discipline": one, "name": wording.title(one)}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "escalations/eight_d_attach.html", context, status=status)


@require_safe
@login_required
def eight_d_file(request: HttpRequest, number: str, pk: int) -> FileResponse:
    """Download a file of an 8D."""
    rows = EightDFile.objects.visible_to(request.user).filter(eight_d__number=number)
    found: EightDFile = get_object_or_404(rows.select_related("eight_d__episode"), pk=pk)
    readable = queries.files_of(found.eight_d, Discipline(found.discipline), user=request.user)
    if not readable.filter(pk=found.pk).exists():
        raise Http404
    try:
        return download(found)
    except FileNotFoundError as error:
        raise Http404 from error


def _is_autosave(request: HttpRequest) -> bool:
    return request.headers.get("X-Autosave") == "1"


def _attached(request: HttpRequest, found: EightD, one: Discipline, form: FilesForm) -> bool:
    try:
        new = attach(
            eight_d=found,
            discipline=one,
            files=form.cleaned_data["attachments"],
            by=access.signed_in(request),
            at=timezone.now(),
        )
    except ValidationError as error:
        form.add_error("attachments", error.message_dict["attachments"])
        return False
    except ForbiddenStepError:
        form.add_error(None, _("The step was submitted; attach files once it is returned."))
        return False
    said = _("Attached.") if new else _("These files were attached already.")
    messages.success(request, said)
    return True


def _seen(request: HttpRequest) -> int:
    seen = request.POST.get("seen", "0")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0  # noqa: PLR2004  # digits of an integer


def _save(request: HttpRequest, found: EightD, one: Discipline) -> EightDStep:
    return services.save_draft(
        eight_d=found,
        discipline=one,
        content=typed(one, request.POST.dict()),
        seen=_seen(request),
        by=access.signed_in(request),
        at=timezone.now(),
    )


def _autosaved(request: HttpRequest, found: EightD, one: Discipline) -> JsonResponse:
    """Keep a draft while it is typed; the page shows what is said."""
    try:
        step = _save(request, found, one)
    except services.StaleDraftError as error:
        who = error.step.saved_by if error.step else ""
        said = _("%(person)s has saved this step meanwhile. Save to see both texts.")
        return JsonResponse({"said": said % {"person": who}}, status=CONFLICT)
    except ShapeError as error:
        said = _("Not saved: %(problem)s") % {
            "problem": summary_of_problems(one, error.problems)[0]
        }
        return JsonResponse({"said": said}, status=UNPROCESSABLE)
    except ForbiddenStepError:
        return JsonResponse({"said": _moved_on()}, status=CONFLICT)
    zone = wishes_of([step.saved_by_id])[step.saved_by_id].zone
    local = timezone.localtime(step.saved_at, ZoneInfo(zone))
    time = f"{date_format(local, 'TIME_FORMAT')} {local.tzname()}"
    return JsonResponse({"seen": step.version, "said": _("Saved at %(time)s") % {"time": time}})


def _saved(request: HttpRequest, found: EightD, one: Discipline) -> HttpResponse:
    """Save, and submit where that was pressed; nothing typed is lost when it is refused."""
    sent = typed(one, request.POST.dict())
    try:
        step = _save(request, found, one)
    except services.StaleDraftError as error:
        return _conflict(request, found, one, sent, error.step)
    except ShapeError as error:
        return _page(
            request,
            found,
            one,
            content=sent,
            problems=error.problems,
            unsaved=True,
            status=UNPROCESSABLE,
        )
    except ForbiddenStepError:
        messages.error(request, _moved_on())
        return _page(request, found, one, content=sent, status=CONFLICT)
    found = visible(request, found.number)
    if request.POST.get("action") == "submit":
        return _submitted(request, found, one, sent, step)
    messages.success(request, _("Saved as a draft. It is not submitted yet."))
    return redirect("eight_d_step", found.number, one.value)


def _submitted(
    request: HttpRequest, found: EightD, one: Discipline, sent: Content, step: EightDStep
) -> HttpResponse:
    """Submit what was saved just now, and nothing that somebody else saved after it."""
    try:
        services.submit(
            eight_d=found,
            discipline=one,
            seen=step.version,
            by=access.signed_in(request),
            at=timezone.now(),
        )
    except services.StaleDraftError as error:
        return _conflict(request, visible(request, found.number), one, sent, error.step)
    except services.IncompleteStepError as error:
        return _page(
            request,
            found,
            one,
            content=step.content,
            problems=error.problems,
            status=UNPROCESSABLE,
        )
    except TooEarlyError as error:
        before = wording.title(error.missing)
        said = _("Your text is saved. Submit %(step)s first; then this step can follow.")
        messages.error(request, said % {"step": before})
        return redirect("eight_d_step", found.number, one.value)
    except ForbiddenStepError:
        messages.error(request, _moved_on())
        return redirect("eight_d_step", found.number, one.value)
    messages.success(
        request, _("Submitted. The customer reviews it; its clock stands still meanwhile.")
    )
    return redirect(found)


def _conflict(
    request: HttpRequest,
    found: EightD,
    one: Discipline,
    sent: Content,
    theirs: EightDStep | None,
) -> HttpResponse:
    """Show both texts: what was typed stays in the form, what stands is beside it."""
    stored: Content = {} if theirs is None else theirs.content
    return _page(
        request,
        found,
        one,
        content=sent,
        seen=0 if theirs is None else theirs.version,
        theirs=theirs,
        conflicts=_described(one, differences(one, stored, sent)),
        status=CONFLICT,
    )


def _described(one: Discipline, found: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {
            "where": wording.field_name(one, difference.path),
            "pieces": [
                {"kind": piece.kind, "text": wording.choice(piece.text)}
                for piece in difference.pieces
            ],
            "before": wording.choice(difference.before),
            "after": wording.choice(difference.after),
        }
        for difference in found
    ]


def _page(  # noqa: PLR0913  # what a refused form shows again
    request: HttpRequest,
    found: EightD,
    one: Discipline,
    *,
    content: Content | None = None,
    problems: Sequence[Problem] = (),
    unsaved: bool = False,
    review: ReviewForm | None = None,
    seen: int | None = None,
    theirs: EightDStep | None = None,
    conflicts: Sequence[Any] = (),
    status: int = 200,
) -> HttpResponse:
    user = request.user
    step = next((row for row in found.steps.all() if row.discipline == one.value), None)
    may_write = queries.may_write(found, one, user=user)
    internal = access.is_internal(user)
    writing = may_write and (not internal or "write" in request.GET or request.method == "POST")
    writing = (writing or content is not None) and review is None
    newest = queries.newest_revision(found, one)
    shown = content if content is not None else _standing(found, one, step)
    context = {
        "eight_d": found,
        "discipline": one,
        "name": wording.title(one),
        "asked": wording.ASKED[one],
        "step": step,
        "state": step.state if step else StepState.DRAFT.value,
        "writing": writing,
        "on_behalf": internal,
        "may_write": may_write,
        "hides": not may_write_all(found, one, user=user),
        "seen": (step.version if step else 0) if seen is None else seen,
        "parts": form_parts(one, shown, problems=problems) if writing else [],
        "problems": summary_of_problems(one, problems),
        "unsaved": unsaved,
        "theirs": theirs,
        "conflicts": conflicts,
        "written": _written(found, one, step, newest, user=user),
        "newest": newest,
        "revisions": EightDRevision.objects.filter(eight_d=found, discipline=one.value)
        .select_related("submitted_by")
        .order_by("-number"),
        "reviews": queries.reviews(found, one, user=user),
        "review": review or ReviewForm(),
        "files": queries.files_of(found, one, user=user),
        "history": queries.history(found, one),
        "steps": _tabs(found, one),
        "due": _due(found, one),
    }
    return render(request, "escalations/eight_d_step.html", context, status=status)


def _standing(found: EightD, one: Discipline, step: EightDStep | None) -> Content:
    if step is None:
        return prefilled(found, one)
    content: Content = step.content
    return content


def _written(
    found: EightD,
    one: Discipline,
    step: EightDStep | None,
    newest: EightDRevision | None,
    *,
    user: access.AnyUser,
) -> list[Any]:
    """What a reader sees: writers a draft as it stands, everybody else what was submitted."""
    roles = access.roles_at(user, found.episode.supplier_id)
    shown = Shown.to(user, found.episode.supplier_id)
    if step is not None and StepState(step.state) in WRITABLE and roles & set(WRITERS):
        return read_parts(one, shown.content(one, step.content, found.facts))
    if newest is None:
        return []
    return read_parts(one, shown.content(one, newest.content, found.facts))


def _due(found: EightD, one: Discipline) -> Any:
    """Return the date this step belongs to."""
    if one is Discipline.SHORT:
        return None
    lines = queries.date_lines(clocks_of([found], at=timezone.now())[found.pk])
    place = STEPS.index(one)
    return next((line for line in lines if STEPS.index(line.clock.milestone) >= place), None)


def _tabs(found: EightD, one: Discipline) -> list[dict[str, Any]]:
    states = queries.states_of(found)
    done = (StepState.SUBMITTED, StepState.ACCEPTED)
    return [
        {
            "label": wording.title(step),
            "short": step.value.upper(),
            "url": f"../{step.value}/",
            "now": step is one,
            "state": "done" if states.get(step) in done else "later",
            "accepted": states.get(step) is StepState.ACCEPTED,
            "returned": states.get(step) is StepState.RETURNED,
        }
        for step in STEPS
    ]


def _moved_on() -> str:
    return _(
        "This step has moved on meanwhile: it is in review or accepted, or the 8D is closed. "
        "Nothing of it was overwritten."
    )
