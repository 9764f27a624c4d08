"""A step of an 8D: writing, submitting and reviewing it."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from escalations import eight_d_wording as wording
from escalations.eight_d_checks import ShapeError
from escalations.eight_d_differences import differences
from escalations.eight_d_forms import ReviewForm
from escalations.eight_d_schema import Content
from escalations.eight_d_workflow import Action, Discipline, ForbiddenStepError, TooEarlyError
from escalations.models import EightD, EightDStep
from escalations.queries.eight_d_fields import summary_of_problems, typed
from escalations.queries.preferences import wishes_of
from escalations.services import eight_d as services
from escalations.views.eight_d_asked import (
    CONFLICT,
    REVIEWERS,
    UNPROCESSABLE,
    WRITERS,
    discipline_of,
    visible,
)
from escalations.views.eight_d_step_page import described, step_page
from suppliers import access


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def eight_d_step(request: HttpRequest, number: str, discipline: str) -> HttpResponse:
    """Show a step: its form to whoever writes it, else what was submitted; save what is sent."""
    found, one = visible(request, number), discipline_of(discipline)
    if request.method != "POST":
        return step_page(request, found, one)
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
        return step_page(request, found, one, review=form, status=UNPROCESSABLE)
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
        return step_page(request, found, one, review=form, status=UNPROCESSABLE)
    except services.StaleReviewError as error:
        said = _(
            "Nothing was decided: revision %(number)d was submitted after you opened this page."
            " It is shown here; decide once you have read it."
        )
        form.add_error(None, said % {"number": error.newest})
        return step_page(request, visible(request, number), one, review=form, status=CONFLICT)
    except ForbiddenStepError:
        form.add_error(None, _moved_on())
        return step_page(request, visible(request, number), one, review=form, status=CONFLICT)
    done = {
        Action.ACCEPT: _("Accepted. The supplier is told."),
        Action.RETURN: _("Returned with your comment. The supplier is told; its clock goes on."),
        Action.REOPEN: _("Reopened. The supplier is told; its clock goes on."),
    }
    messages.success(request, done[action])
    return redirect(found)


def _is_autosave(request: HttpRequest) -> bool:
    return request.headers.get("X-Autosave") == "1"


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
        return step_page(
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
        return step_page(request, found, one, content=sent, status=CONFLICT)
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
        return step_page(
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
    return step_page(
        request,
        found,
        one,
        content=sent,
        seen=0 if theirs is None else theirs.version,
        theirs=theirs,
        conflicts=described(one, differences(one, stored, sent)),
        status=CONFLICT,
    )


def _moved_on() -> str:
    return _(
        "This step has moved on meanwhile: it is in review or accepted, or the 8D is closed. "
        "Nothing of it was overwritten."
    )
