"""The page of a step: its form or what was submitted, its dates and revisions."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from escalations import eight_d_wording as wording
from escalations.eight_d_checks import Problem
from escalations.eight_d_forms import ReviewForm
from escalations.eight_d_schema import Content
from escalations.eight_d_workflow import STEPS, WRITABLE, Discipline, StepState
from escalations.models import EightD, EightDRevision, EightDStep
from escalations.queries import eight_d as queries
from escalations.queries.eight_d_clocks import clocks_of
from escalations.queries.eight_d_dates import date_lines
from escalations.queries.eight_d_fields import (
    form_parts,
    prefilled,
    read_parts,
    summary_of_problems,
)
from escalations.queries.eight_d_pictures import pictures_of
from escalations.queries.eight_d_turns import states_of
from escalations.queries.shown import Shown, may_write_all
from escalations.views.eight_d_asked import WRITERS
from suppliers import access


def described(one: Discipline, found: Sequence[Any]) -> list[dict[str, Any]]:
    """Return differences with the names of their fields, for the page."""
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


def step_page(  # noqa: PLR0913  # what a refused form shows again
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
    """Answer with the step as its reader sees it; what a refused form held is shown again."""
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
        "pictures": pictures_of(found, user=user) if one is Discipline.D2 else [],
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
    lines = date_lines(clocks_of([found], at=timezone.now())[found.pk])
    place = STEPS.index(one)
    return next((line for line in lines if STEPS.index(line.clock.milestone) >= place), None)


def _tabs(found: EightD, one: Discipline) -> list[dict[str, Any]]:
    states = states_of(found)
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
