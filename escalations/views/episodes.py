"""The escalations board, an episode, and the panel of a supplier's page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from escalations.forms import DecisionForm, EpisodeFilter, ProposalForm
from escalations.models import Episode, EvaluationRun, Policy
from escalations.queries.cases import with_dues
from escalations.queries.deciding import may_decide, may_propose
from escalations.queries.episodes import episode_page, for_list
from escalations.services.conflicts import CaseOpenError
from escalations.services.decisions import decide
from escalations.services.proposals import propose
from escalations.services.runs import request_evaluation
from escalations.transitions import ForbiddenTransitionError, MissingReasonError, NotProvenError
from escalations.workflow import Action, Actor, Level
from suppliers import access
from suppliers.enums import Role
from suppliers.models import Supplier

PER_PAGE = 50
DECIDERS = tuple(Role(actor.value) for actor in (Actor.SQE, Actor.QUALITY_MANAGER))


@require_safe
@access.for_roles(*Role)
def escalations(request: HttpRequest) -> HttpResponse:
    """List the episodes the user may see, hardest first."""
    form = EpisodeFilter(request.GET, by_supplier=access.is_internal(request.user))
    rows = form.narrow(for_list(Episode.objects.visible_to(request.user)))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "episodes": with_dues(page.object_list, at=timezone.now()),
        "filtered": any(request.GET.get(name) for name in form.fields),
        "may_open": access.has_role(request.user, *DECIDERS),
        **_evaluation(request),
    }
    return render(request, "escalations/escalations.html", context)


@require_safe
@access.for_roles(*access.INSIDERS)
def evaluation(request: HttpRequest) -> HttpResponse:
    """Show how the newest evaluation stands; asked again by htmx while it runs."""
    return render(request, "escalations/evaluation.html", _evaluation(request))


@require_POST
@access.for_roles(*access.QUALITY)
def evaluate_now(request: HttpRequest) -> HttpResponse:
    """Ask for an evaluation of all ended months; a worker does it."""
    request_evaluation(by=_person(request), at=timezone.now())
    return redirect("escalations")


@require_safe
@login_required
def episode(request: HttpRequest, number: str) -> HttpResponse:
    """Show an episode: what was compared, what it demands, what happened."""
    found = _visible(request, number)
    return render(request, "escalations/episode.html", _episode(request, found, DecisionForm()))


@require_POST
@login_required
def decide_episode(request: HttpRequest, number: str) -> HttpResponse:
    """Move an episode as its buttons say."""
    found = _visible(request, number)
    access.demand(request.user, *DECIDERS)
    if not may_decide(found, user=request.user):
        raise PermissionDenied
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _refused(request, found, form)
    action, reason = Action(form.cleaned_data["action"]), form.cleaned_data["reason"]
    try:
        decide(episode=found, action=action, by=_person(request), at=timezone.now(), reason=reason)
    except MissingReasonError:
        form.add_error("reason", _("This decision needs a reason."))
        return _refused(request, found, form)
    except NotProvenError:
        form.add_error(
            None,
            _(
                "This level cannot be closed yet: a criterion below “To end this level” is not "
                "met. A quality manager may close it in spite of that, with a reason."
            ),
        )
        return _refused(request, found, form)
    except CaseOpenError as error:
        form.add_error(None, error.message)
        return _refused(request, found, form)
    except ForbiddenTransitionError:
        messages.error(request, _("The case has moved on, or this is not yours to decide."))
    else:
        messages.success(request, _("Written down."))
    return redirect(found)


@require_POST
@login_required
def propose_level(request: HttpRequest, number: str) -> HttpResponse:
    """Propose a harder level for what the case is about."""
    found = _visible(request, number)
    access.demand(request.user, *DECIDERS)
    if not may_propose(found, user=request.user):
        raise PermissionDenied
    form = ProposalForm(request.POST, held=found.level, of_part=found.part_id is not None)
    try:
        proposed = _proposed(request, found, form) if form.is_valid() else None
    except CaseOpenError as error:
        form.add_error("level", error.message)
        proposed = None
    if proposed is None:
        context = _episode(request, found, DecisionForm()) | {"proposal_form": form}
        return render(request, "escalations/episode.html", context, status=422)
    messages.success(request, _("%(number)s waits for the decision.") % {"number": proposed.number})
    return redirect(proposed)


def _proposed(request: HttpRequest, found: Episode, form: ProposalForm) -> Episode:
    return propose(
        supplier=found.supplier,
        plant=found.plant,
        part=found.part,
        metric=found.metric,
        level=Level(form.cleaned_data["level"]),
        because=form.cleaned_data["because"],
        by=_person(request),
        at=timezone.now(),
    )


@require_safe
@login_required
def supplier_escalations(request: HttpRequest, code: str) -> HttpResponse:
    """Show a supplier's episodes as a panel for its page."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), code=code)
    rows = for_list(Episode.objects.visible_to(request.user).filter(supplier=supplier))
    found = with_dues(rows.hardest_first(), at=timezone.now())
    context = {
        "supplier": supplier,
        "episodes": [row for row in found if row.is_open],
        "ended": [row for row in found if not row.is_open],
        "may_open": access.has_role(request.user, *DECIDERS),
    }
    return render(request, "escalations/supplier_panel.html", context)


def _visible(request: HttpRequest, number: str) -> Episode:
    rows = Episode.objects.visible_to(request.user).select_related(
        "supplier", "plant", "part", "judgement__rule__version__policy"
    )
    found: Episode = get_object_or_404(rows, number=number)
    return found


def _episode(request: HttpRequest, found: Episode, form: DecisionForm) -> dict[str, Any]:
    offers = found.is_in_force and found.level != Level.NEW_BUSINESS_HOLD.value
    offers = offers and access.has_role(request.user, *DECIDERS)
    offers = offers and may_propose(found, user=request.user)
    asked = ProposalForm(held=found.level, of_part=found.part_id is not None)
    page = episode_page(found, user=request.user, at=timezone.now())
    needing = [button.label for button in page.buttons if button.decides]
    form.ask_for_reason(needing, always=len(needing) == len(page.buttons))
    return {
        "page": page,
        "form": form,
        "proposal_form": asked if offers else None,
    }


def _refused(request: HttpRequest, found: Episode, form: DecisionForm) -> HttpResponse:
    context = _episode(request, found, form)
    return render(request, "escalations/episode.html", context, status=422)


def _evaluation(request: HttpRequest) -> dict[str, Any]:
    """The newest run and the policy in force, for insiders; the button for quality."""
    if not access.is_internal(request.user):
        return {}
    return {
        "run": EvaluationRun.objects.select_related("requested_by").newest(),
        "policies": Policy.objects.filter(active=True).order_by("subject", "name"),
        "may_evaluate": access.has_role(request.user, *access.QUALITY),
    }


def _person(request: HttpRequest) -> Any:
    """The logged-in user; the decorators have refused everybody else."""
    return request.user
