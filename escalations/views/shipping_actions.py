"""What people do with a controlled shipping: enter, complete, send, confirm, rule, end."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from escalations.models import ControlledShipping, Episode
from escalations.models.shipping import TERMS
from escalations.queries.shipping_lanes import Lane, lanes_of, lanes_to_choose
from escalations.queries.shown import Shown
from escalations.services import shipping_exit, shipping_letters, shipping_terms
from escalations.services.shipping_terms import Terms
from escalations.shipping_forms import (
    ConfirmForm,
    ConfirmForSupplierForm,
    EntryForm,
    EscapeForm,
    TermsForm,
    WhyForm,
    key_of,
)
from escalations.shipping_workflow import ForbiddenShippingMoveError, ShippingState
from escalations.views.opening import asked_supplier
from escalations.views.shipping import demand_all_plants, shown, visible
from escalations.workflow import ForbiddenTransitionError, Level
from scorecards.metrics import Metric
from suppliers import access
from suppliers.enums import SUPPLIER_ROLES, Role
from suppliers.forms.errors import add_errors
from suppliers.models import Reject, Supplier

DECIDERS = (Role.SQE, Role.QUALITY_MANAGER)
FORM_METHODS = ["GET", "HEAD", "POST"]
UNPROCESSABLE = 422


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
    entered = request.method == "POST" and _attempt(
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
        asked = request.GET.get("level", "")
        level = Level.CS2 if asked == Level.CS2.value else Level.CS1
        return begun | {"level": level.value, "metric": Metric.EXTERNAL_PPM.value}
    carried = {name: getattr(follows, name) for name in TERMS} | {"provider": ""}
    lanes = [key_of(lane) for lane in lanes_of(follows)]
    return begun | carried | {"lanes": lanes}


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
    done = request.method == "POST" and _attempt(
        form,
        lambda: shipping_terms.complete(
            shipping=found,
            lanes=form.chosen_lanes,
            terms=form.terms,
            by=access.signed_in(request),
            at=timezone.now(),
        ),
    )
    if done:
        messages.success(request, _("Written down. Look at the draft of the letter, then send it."))
        return redirect(found)
    context = {"form": form, "shipping": found}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "escalations/shipping_terms.html", context, status=status)


@require_POST
@login_required
def shipping_send(request: HttpRequest, number: str) -> HttpResponse:
    """Send the entry letter; from then on its terms are fixed."""
    return _decided(
        request,
        number,
        DECIDERS,
        lambda found: shipping_letters.send_entry_letter(
            shipping=found, by=access.signed_in(request), at=timezone.now()
        ),
        said=_("The entry letter is sent. The supplier is told and confirms it here."),
    )


@require_POST
@login_required
def shipping_exit_letter(request: HttpRequest, number: str) -> HttpResponse:
    """Send the exit letter, which ends it."""
    return _decided(
        request,
        number,
        DECIDERS,
        lambda found: shipping_letters.send_exit_letter(
            shipping=found, by=access.signed_in(request), at=timezone.now()
        ),
        said=_("The exit letter is sent; controlled shipping has ended."),
    )


def _decided(
    request: HttpRequest,
    number: str,
    roles: tuple[Role, ...],
    act: Callable[[ControlledShipping], Any],
    *,
    said: str,
) -> HttpResponse:
    """Do what a bare button asks for, and say what came of it."""
    found = visible(request, number)
    demand_all_plants(request, found)
    access.demand(request.user, *roles)
    try:
        act(found)
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
    except ForbiddenShippingMoveError:
        messages.error(request, _moved_on())
    else:
        messages.success(request, said)
    return redirect(found)


@require_POST
@login_required
def shipping_confirm(request: HttpRequest, number: str) -> HttpResponse:
    """Confirm the entry letter under a name."""
    found = visible(request, number)
    demand_all_plants(request, found)
    access.demand_at(request.user, found.episode.supplier_id, *SUPPLIER_ROLES, *DECIDERS)
    internal = access.is_internal(request.user)
    form: Any = ConfirmForSupplierForm(request.POST) if internal else ConfirmForm(request.POST)
    done = _attempt(
        form,
        lambda: shipping_terms.confirm(
            shipping=found,
            name=form.cleaned_data["name"],
            reason=form.cleaned_data["reason"],
            by=access.signed_in(request),
            at=timezone.now(),
        ),
    )
    if not done:
        return shown(request, found, forms={"confirm_form": form}, status=UNPROCESSABLE)
    messages.success(request, _("Confirmed. From now on each day of sorting is logged here."))
    return redirect(found)


@require_POST
@login_required
def shipping_escape(request: HttpRequest, number: str) -> HttpResponse:
    """Rule that a reject got past the sorting, or that it did not."""
    found = visible(request, number)
    demand_all_plants(request, found)
    access.demand(request.user, *DECIDERS)
    form = EscapeForm(request.POST, prefix="escape")
    counts = request.POST.get("counts") != "no"
    done = _attempt(
        form,
        lambda: (
            shipping_exit.rule(
                shipping=found,
                reject=_reject(request, found, form.cleaned_data["reject"]),
                counts=counts,
                reason=form.cleaned_data["reason"],
                by=access.signed_in(request),
                at=timezone.now(),
            )
            or True
        ),
    )
    if not done:
        return shown(request, found, forms={"escape_form": form}, status=UNPROCESSABLE)
    messages.success(
        request,
        _("Ruled an escape: the clean count begins again, and the next level is proposed.")
        if counts
        else _("Ruled not to be an escape."),
    )
    return redirect(found)


def _reject(request: HttpRequest, found: ControlledShipping, name: str) -> Reject:
    rows = Reject.objects.visible_to(request.user).filter(supplier=found.episode.supplier_id)
    complaint, _slash, line = name.strip().partition("/")
    named = rows.filter(complaint=name.strip()) | rows.filter(complaint=complaint, line=line)
    reject: Reject | None = named.select_related("part", "plant").order_by("-detected_on").first()
    if reject is None:
        message = _("This supplier has no reject of this number. Open its record and copy it.")
        raise ValidationError({"reject": message})
    return reject


@require_POST
@login_required
def shipping_withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take back what should not have been entered."""
    found = visible(request, number)
    demand_all_plants(request, found)
    access.demand(request.user, Role.QUALITY_MANAGER)
    form = WhyForm(request.POST, prefix="withdraw")
    done = _attempt(
        form,
        lambda: shipping_terms.withdraw(
            shipping=found,
            reason=form.cleaned_data["reason"],
            by=access.signed_in(request),
            at=timezone.now(),
        ),
    )
    if not done:
        return shown(request, found, forms={"withdraw_form": form}, status=UNPROCESSABLE)
    messages.success(request, _("Withdrawn. The case itself is decided on its own page."))
    return redirect(found)


def _attempt(form: forms.Form, act: Callable[[], Any]) -> Any:
    """Do what a valid form asks for; None after showing on the form why it was refused."""
    try:
        return act() if form.is_valid() else None
    except ValidationError as error:
        add_errors(form, error)
    except (ForbiddenShippingMoveError, ForbiddenTransitionError):
        form.add_error(None, _moved_on())
    return None


def _moved_on() -> str:
    return _("It has moved on meanwhile, or this is not yours to do. Look at where it stands now.")
