"""8Ds: the report as a whole, scoring, dates and closing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from escalations.eight_d_forms import (
    ExtensionAnswerForm,
    ExtensionForm,
    ReportForm,
    ScoreForm,
)
from escalations.eight_d_workflow import (
    WRITING,
    Action,
    Discipline,
    ForbiddenStepError,
    ReportState,
    StepState,
)
from escalations.models import EightD
from escalations.queries import eight_d as queries
from escalations.queries.eight_d_clocks import clocks_of
from escalations.queries.eight_d_closing import conditions, scores_of
from escalations.queries.eight_d_dates import date_lines
from escalations.queries.eight_d_effect import (
    CLEAN_MONTHS,
    earlier,
    effect_of,
    repeated,
    seen_again,
)
from escalations.queries.eight_d_turns import own_turn, states_of, turn_of
from escalations.queries.shown import Shown
from escalations.services import eight_d_closing, eight_d_extensions
from escalations.views.eight_d_asked import (
    CONFLICT,
    REVIEWERS,
    UNPROCESSABLE,
    WRITERS,
    attempt,
    visible,
)
from suppliers import access


@require_safe
@login_required
def eight_d(request: HttpRequest, number: str) -> HttpResponse:
    """Show a report: steps, dates, scores, effectiveness, and what can be done."""
    return _page(request, visible(request, number))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def eight_d_score(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the ten criteria, for the supplier or for the customer."""
    found = visible(request, number)
    access.demand_at(request.user, found.episode.supplier_id, *WRITERS)
    scores = scores_of(found)
    own = scores.customer if access.is_internal(request.user) else scores.supplier
    form = ScoreForm(
        request.POST if request.method == "POST" else None,
        initial={} if own is None else own.points,
    )
    if request.method == "POST" and form.is_valid():
        try:
            eight_d_closing.score(
                eight_d=found,
                points=form.points,
                comment=form.cleaned_data["comment"],
                by=access.signed_in(request),
                at=timezone.now(),
            )
        except ForbiddenStepError:
            form.add_error(None, _("The 8D is closed; it is not scored any more."))
        else:
            messages.success(request, _("Scored."))
            return redirect(found)
    status = UNPROCESSABLE if form.errors else 200
    context = {"form": form, "eight_d": found, "internal": access.is_internal(request.user)}
    return render(request, "escalations/eight_d_score.html", context, status=status)


@require_POST
@login_required
def eight_d_extension(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for a later date of a step."""
    found = visible(request, number)
    access.demand_at(request.user, found.episode.supplier_id, *WRITERS)
    form = ExtensionForm(request.POST)
    done = attempt(
        form,
        lambda: eight_d_extensions.ask(
            eight_d=found,
            milestone=Discipline(form.cleaned_data["milestone"]),
            until=form.cleaned_data["until"],
            reason=form.cleaned_data["comment"],
            by=access.signed_in(request),
            at=timezone.now(),
        ),
    )
    if not done:
        return _page(request, found, extension=form, status=UNPROCESSABLE)
    messages.success(request, _("Asked for. The date stays until the customer has granted it."))
    return redirect(found)


@require_POST
@login_required
def eight_d_extension_answer(request: HttpRequest, number: str) -> HttpResponse:
    """Grant or refuse a later date."""
    found = visible(request, number)
    access.demand(request.user, *REVIEWERS)
    form = ExtensionAnswerForm(request.POST)
    done = attempt(
        form,
        lambda: eight_d_extensions.answer(
            eight_d=found,
            milestone=Discipline(form.cleaned_data["milestone"]),
            wish=form.cleaned_data["wish"],
            action=Action(form.cleaned_data["action"]),
            comment=form.cleaned_data["comment"],
            by=access.signed_in(request),
            at=timezone.now(),
        ),
    )
    if not done:
        status = CONFLICT if form.non_field_errors() else UNPROCESSABLE
        return _page(request, visible(request, number), answer=form, status=status)
    messages.success(request, _("Answered. The supplier is told."))
    return redirect(found)


@require_POST
@login_required
def decide_eight_d(request: HttpRequest, number: str) -> HttpResponse:
    """Close a report whose conditions are met, or take a closed one up again."""
    found = visible(request, number)
    access.demand(request.user, *REVIEWERS)
    form = ReportForm(request.POST)
    act = (
        eight_d_closing.resume
        if form.is_valid() and form.cleaned_data["action"] == Action.RESUME
        else eight_d_closing.close
    )
    done = attempt(
        form,
        lambda: act(
            eight_d=found,
            reason=form.cleaned_data["comment"],
            by=access.signed_in(request),
            at=timezone.now(),
        ),
    )
    if not done:
        return _page(request, found, decision=form, status=UNPROCESSABLE)
    messages.success(request, _("Written down."))
    return redirect(found)


def _page(  # the forms that may have been refused
    request: HttpRequest,
    found: EightD,
    *,
    extension: ExtensionForm | None = None,
    answer: ExtensionAnswerForm | None = None,
    decision: ReportForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = request.user
    roles = access.roles_at(user, found.episode.supplier_id)
    names = {role.value for role in roles}
    clocks = clocks_of([found], at=timezone.now())[found.pk]
    scores, effect = scores_of(found), effect_of(found)
    needs = conditions(found, scores=scores, effect=effect)
    reviewer = bool(set(REVIEWERS) & roles)
    writer = bool(WRITING & names) and found.is_open
    owed = [clock for clock in clocks if clock.met_on is None and found.is_open]
    states, turn = states_of(found), turn_of(found, for_customer=access.is_internal(user))
    mine = own_turn(turn, user=user)
    context = {
        "eight_d": found,
        "turn": turn,
        "turn_label": mine or turn.label,
        "mine": bool(mine),
        "lines": queries.step_lines(found, clocks=clocks),
        "dates": date_lines(clocks),
        "scores": scores,
        "effect": effect,
        "clean_months": CLEAN_MONTHS,
        "conditions": needs,
        "closable": all(one.met for one in needs),
        "earlier": earlier(found),
        "repeated": seen_again(repeated(found), user=user),
        "facts": Shown.to(user, found.episode.supplier_id).of(found.facts),
        "history": queries.history(found),
        "asked": [
            wish
            for clock in owed
            if (wish := queries.open_extension(found, clock.milestone)) is not None
        ],
        "extension": extension or ExtensionForm(),
        "answer": answer or ExtensionAnswerForm(),
        "decision": decision or ReportForm(),
        "may_write": writer,
        "may_ask": writer and bool(owed),
        "may_review": reviewer and found.is_open,
        "may_resume": reviewer and found.state == ReportState.CLOSED and found.episode.is_open,
        "may_state_shortly": writer
        and Discipline.SHORT not in states
        and states.get(Discipline.D4, StepState.DRAFT) is not StepState.ACCEPTED,
    }
    return render(request, "escalations/eight_d.html", context, status=status)
