"""What people do with a controlled shipping: send, confirm, rule, end."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from escalations.models import ControlledShipping
from escalations.services import shipping_exit, shipping_letters, shipping_plants, shipping_terms
from escalations.shipping_forms import (
    ConfirmForm,
    ConfirmForSupplierForm,
    EscapeForm,
    LeaveOutForm,
    WhyForm,
)
from escalations.shipping_workflow import ForbiddenShippingMoveError
from escalations.views.shipping import demand_all_plants, shown, visible
from escalations.views.shipping_asked import DECIDERS, UNPROCESSABLE, attempt, moved_on
from suppliers import access
from suppliers.enums import SUPPLIER_ROLES, Role
from suppliers.models import Part, Plant, Reject


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
        messages.error(request, moved_on())
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
    done = attempt(
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
    done = attempt(
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
def shipping_plant(request: HttpRequest, number: str) -> HttpResponse:
    """Say that a plant which receives a part later needs no inspection."""
    found = visible(request, number)
    access.demand(request.user, *DECIDERS)
    form = LeaveOutForm(request.POST, prefix="plant")
    key = request.POST.get("lane", "")
    done = attempt(
        form,
        lambda: shipping_plants.leave_out(
            shipping=found,
            reason=form.cleaned_data["reason"],
            by=access.signed_in(request),
            at=timezone.now(),
            **_lane(key),
        ),
    )
    if not done:
        refused = {"plant_form": form, "plant_asked": key}
        return shown(request, found, forms=refused, status=UNPROCESSABLE)
    messages.success(request, _("Left out. Nobody is asked about this part at this plant again."))
    return redirect(found)


def _lane(key: str) -> dict[str, Any]:
    """Return part and plant that a form names by their ids."""
    ids = [int(one) if one.isascii() and one.isdigit() else 0 for one in key.split("-")]
    part = Part.objects.filter(pk=ids[0]).first() if len(ids) == len(("part", "plant")) else None
    plant = Plant.objects.filter(pk=ids[-1]).first()
    if part is None or plant is None:
        raise ForbiddenShippingMoveError("no such part or plant")
    return {"part": part, "plant": plant}


@require_POST
@login_required
def shipping_withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take back what should not have been entered."""
    found = visible(request, number)
    demand_all_plants(request, found)
    access.demand(request.user, Role.QUALITY_MANAGER)
    form = WhyForm(request.POST, prefix="withdraw")
    done = attempt(
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
