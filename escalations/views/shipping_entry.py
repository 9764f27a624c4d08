"""Entering controlled shipping by hand, and completing what its letter will fix."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from escalations.models import ControlledShipping, Episode
from escalations.models.shipping import TERMS
from escalations.queries.shipping_lanes import Lane, lanes_of, lanes_to_choose
from escalations.queries.shown import Shown
from escalations.services import shipping_terms
from escalations.services.shipping_terms import Terms
from escalations.shipping_forms import (
    EntryForm,
    TermsForm,
    key_of,
)
from escalations.shipping_workflow import ShippingState
from escalations.views.opening import asked_supplier
from escalations.views.shipping import demand_all_plants, visible
from escalations.views.shipping_asked import DECIDERS, UNPROCESSABLE, attempt
from escalations.workflow import Level
from scorecards.metrics import Metric
from suppliers import access
from suppliers.models import Supplier

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
@access.for_roles(*DECIDERS)
def shipping_new(request: HttpRequest) -> HttpResponse:
    """Enter controlled shipping by hand: first the supplier, then what it covers and why."""
    supplier, code = asked_supplier(request)
    if supplier is None:
        asked = {
            "code": code,
            "title": _("Enter controlled shipping"),
            "trail": reverse("shippings"),
            "above": _("Controlled shipping"),
        }
        return render(request, "escalations/choose_supplier.html", asked)
    follows = _followed(request, supplier)
    form = EntryForm(
        request.POST or None,
        follows=follows,
        lanes=_choice(request, supplier, follows),
        initial=_begun(request, follows),
    )
    entered = request.method == "POST" and attempt(
        form,
        lambda: shipping_terms.enter(
            supplier=supplier,
            level=Level(form.cleaned_data["level"]),
            metric=form.cleaned_data["metric"],
            lanes=form.chosen_lanes,
            terms=form.terms,
            reason=form.cleaned_data["reason"],
            by=access.signed_in(request),
            at=timezone.now(),
        ),
    )
    if entered:
        return _entered(request, entered)
    context = {"form": form, "supplier": supplier, "follows": follows}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "escalations/shipping_new.html", context, status=status)


def _entered(request: HttpRequest, case: Episode) -> HttpResponse:
    """Go on where the next step is: to the letter, or to the decision."""
    if case.is_proposed:
        waits = _("%(number)s waits for the decision.") % {"number": case.number}
        messages.success(request, waits)
        return redirect(case)
    messages.success(request, _("Entered. Look at the draft of the letter, then send it."))
    return redirect(ControlledShipping.objects.get(episode=case))


def _followed(request: HttpRequest, supplier: Supplier) -> ControlledShipping | None:
    rows = ControlledShipping.objects.visible_to(request.user).filter(episode__supplier=supplier)
    found: ControlledShipping | None = (
        rows.unfinished().filter(number=request.GET.get("follows", "")).first()
    )
    if found is not None:
        demand_all_plants(request, found)
    return found


def _choice(
    request: HttpRequest, supplier: Supplier, shipping: ControlledShipping | None
) -> list[Lane]:
    """What the supplier delivers to the user's plants, and what is covered already."""
    shown = Shown.to(request.user, supplier.pk)
    covered = [] if shipping is None else lanes_of(shipping)
    lanes = shown.lanes([*covered, *lanes_to_choose(supplier)])
    if shown.ids is None:
        everywhere = {lane.part: None for lane in lanes_to_choose(supplier)}
        lanes += [Lane(part=part, plant=None) for part in everywhere]
    return sorted(dict.fromkeys(lanes), key=str)


def _begun(request: HttpRequest, follows: ControlledShipping | None) -> dict[str, Any]:
    begun = {name: field.default for name, field in Terms.__dataclass_fields__.items()}
    if follows is None:
        like = _alike(request)
        if like is not None:
            return begun | like
        asked = request.GET.get("level", "")
        level = Level.CS2 if asked == Level.CS2.value else Level.CS1
        return begun | {"level": level.value, "metric": Metric.EXTERNAL_PPM.value}
    carried = {name: getattr(follows, name) for name in TERMS} | {"provider": ""}
    lanes = [key_of(lane) for lane in lanes_of(follows)]
    return begun | carried | {"lanes": lanes}


def _alike(request: HttpRequest) -> dict[str, Any] | None:
    """Return what an entry has of another one that it is to stand beside, at another plant."""
    rows = ControlledShipping.objects.visible_to(request.user).select_related("episode")
    found = rows.filter(number=request.GET.get("like", "")).first()
    if found is None:
        return None
    terms = {name: getattr(found, name) for name in TERMS}
    about = {"level": found.level, "metric": found.episode.metric}
    return terms | about | {"lanes": request.GET.getlist("lane")}


@require_http_methods(FORM_METHODS)
@login_required
def shipping_terms_page(request: HttpRequest, number: str) -> HttpResponse:
    """Complete what the entry letter will fix."""
    found = visible(request, number)
    demand_all_plants(request, found)
    access.demand(request.user, *DECIDERS)
    if found.state != ShippingState.ENTERED.value:
        messages.error(request, _("The entry letter has fixed the terms; they stay as they are."))
        return redirect(found)
    supplier = found.episode.supplier
    begun = {name: getattr(found, name) for name in TERMS}
    begun["lanes"] = [key_of(lane) for lane in lanes_of(found)]
    form = TermsForm(request.POST or None, lanes=_choice(request, supplier, found), initial=begun)
    done = request.method == "POST" and attempt(
        form,
        lambda: shipping_terms.complete(
            shipping=found,
            lanes=form.chosen_lanes,
            terms=form.terms,
            by=access.signed_in(request),
            at=timezone.now(),
            seen=_number(request.POST.get("seen", "")),
        ),
    )
    if done:
        messages.success(request, _("Written down. Look at the draft of the letter, then send it."))
        return redirect(found)
    newest = found.shipping_events.aggregate(number=Max("number"))["number"]
    context = {"form": form, "shipping": found, "seen": newest}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "escalations/shipping_terms.html", context, status=status)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
