"""Signing a published scorecard, and who has not."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from scorecards.forms.sign_off import QueryReplyForm, SignOffForm
from scorecards.periods import Month
from scorecards.queries.published import newest_scorecard
from scorecards.queries.sign_off import unanswered
from scorecards.services.sign_off import IncompleteError, SignOffError, answer, reply
from scorecards.sign_off_steps import SignOff
from scorecards.views.scorecard import scorecard_context
from suppliers import access
from suppliers.models import Supplier

PAGE_SIZE = 50
ACTIONS = {"sign": SignOff.ACKNOWLEDGED, "query": SignOff.QUERIED}


@require_POST
@login_required
def sign_off(request: HttpRequest, code: str, month: Month) -> HttpResponse:
    """Sign or query the version in force; for the supplier's own people."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), code=code)
    if access.is_internal(request.user):
        raise PermissionDenied
    scorecard = newest_scorecard(supplier=supplier, month=month)
    if scorecard is None:
        raise Http404
    form = SignOffForm(request.POST)
    action = ACTIONS.get(request.POST.get("do", ""))
    if not form.is_valid():
        return _again(request, supplier, month, form)
    if action is None:
        form.add_error(None, _("Press Sign or Query."))
        return _again(request, supplier, month, form)
    if action is SignOff.ACKNOWLEDGED and form.cleaned_data["statement"].strip():
        unclear = _("Send this as a query, or empty it to sign: a signature ends the questions.")
        form.add_error("statement", unclear)
        return _again(request, supplier, month, form)
    try:
        answer(
            scorecard,
            action=action,
            name=form.cleaned_data["name"],
            statement=form.cleaned_data["statement"],
            sha256=form.cleaned_data["sha256"],
            by=access.signed_in(request),
            at=timezone.now(),
        )
    except IncompleteError as error:
        form.add_error("statement" if form.cleaned_data["name"] else "name", str(error))
        return _again(request, supplier, month, form)
    except SignOffError as error:
        messages.error(request, str(error))
        return redirect("scorecard", code, month)
    said = _("Signed.") if action is SignOff.ACKNOWLEDGED else _("Your query was sent.")
    messages.success(request, said)
    return redirect("scorecard", code, month)


def _again(
    request: HttpRequest, supplier: Supplier, month: Month, form: SignOffForm
) -> HttpResponse:
    context = scorecard_context(request, supplier, month) | {"sign_form": form}
    return render(request, "scorecards/scorecard.html", context, status=422)


@require_POST
@access.for_roles(*access.QUALITY)
def query_reply(request: HttpRequest, code: str, month: Month) -> HttpResponse:
    """Answer the query of a supplier about the version in force."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), code=code)
    scorecard = newest_scorecard(supplier=supplier, month=month)
    if scorecard is None:
        raise Http404
    form = QueryReplyForm(request.POST)
    if form.is_valid():
        text, by = form.cleaned_data["text"], access.signed_in(request)
        try:
            reply(scorecard, text=text, by=by, at=timezone.now())
        except IncompleteError as error:
            form.add_error("text", str(error))
        except SignOffError as error:
            messages.error(request, str(error))
            return redirect("scorecard", code, month)
        else:
            messages.success(request, _("Your answer was sent."))
            return redirect("scorecard", code, month)
    context = scorecard_context(request, supplier, month) | {"reply_form": form}
    return render(request, "scorecards/scorecard.html", context, status=422)


@require_safe
@access.for_roles(*access.INSIDERS)
def sign_offs(request: HttpRequest) -> HttpResponse:
    """List the scorecards that were to be signed and are not."""
    rows = unanswered(user=request.user)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": page.object_list}
    return render(request, "scorecards/months/sign_offs.html", context)
