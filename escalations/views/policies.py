"""Policies: their versions, and a draft that is tried before it is saved as a version."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from escalations.models import Policy, PolicyVersion
from escalations.policy_forms import CopyForm, VersionForm, rule_set
from escalations.queries.days import day_everywhere
from escalations.queries.policies import policies_with_versions, shown
from escalations.rule_forms import initial_of
from escalations.services.policies import (
    PolicyChangedError,
    copy_policy,
    put_in_force,
    save_version,
)
from escalations.services.policy_dry_run import DryRun, dry_run_policy
from scorecards.periods import Month
from suppliers import access
from suppliers.enums import Role
from suppliers.models import Supplier

MAY_CHANGE = (Role.QUALITY_MANAGER, Role.ADMINISTRATOR)
MOST_DIFFERENCES = 300


@require_safe
@access.for_roles(*access.INSIDERS)
def policies(request: HttpRequest) -> HttpResponse:
    """Show every policy with its newest rules, those in force first."""
    context = {
        "policies": [shown(policy) for policy in policies_with_versions()],
        "may_change": access.has_role(request.user, *MAY_CHANGE),
    }
    return render(request, "escalations/policies/list.html", context)


@require_safe
@access.for_roles(*access.INSIDERS)
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one policy: its versions, each rule in a sentence."""
    found = get_object_or_404(policies_with_versions(), pk=pk)
    context = {
        "policy": shown(found),
        "may_change": access.has_role(request.user, *MAY_CHANGE),
    }
    return render(request, "escalations/policies/policy.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.for_roles(*MAY_CHANGE)
def new_policy(request: HttpRequest) -> HttpResponse:
    """Begin a policy of one's own with the rules of another."""
    form = CopyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = copy_policy(**form.cleaned_data, by=access.signed_in(request), at=timezone.now())
        messages.success(request, _("The policy is there; it is not in force yet."))
        return redirect("policy", pk=made.pk)
    status = 422 if form.errors else 200
    return render(request, "escalations/policies/new.html", {"form": form}, status=status)


@require_POST
@access.for_roles(*MAY_CHANGE)
def policy_in_force(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge by this policy from now on."""
    found = get_object_or_404(Policy, pk=pk)
    put_in_force(policy=found)
    text = _("“%(name)s” is in force. Months that are published from now on are judged by it.")
    messages.success(request, text % {"name": found.name})
    return redirect("policy", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@access.for_roles(*MAY_CHANGE)
def policy_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a new version: explain it, try it over twelve months, save it."""
    found = get_object_or_404(Policy, pk=pk)
    newest = found.versions.order_by("-number").first()
    if request.method != "POST":
        return _page(request, found, *_begun(found, newest))
    form, rules = VersionForm(request.POST), rule_set(found, extra=0)(request.POST, prefix="rule")
    asked = request.POST.get("do")
    if asked == "add":
        return _page(request, found, form, _one_more(found, request))
    if not (form.is_valid() & rules.is_valid()):
        return _page(request, found, form, rules, status=422)
    drafted = [
        one.cleaned_data["rule"]
        for one in rules.forms
        if "rule" in one.cleaned_data and not one.cleaned_data.get("DELETE")
    ]
    if asked == "try":
        tried = dry_run_policy(rules=drafted, suppliers=Supplier.objects.visible_to(request.user))
        return _page(request, found, form, rules, tried=tried)
    if asked == "save":
        return _save(request, found, form, rules, drafted)
    return _page(request, found, form, rules)


@require_safe
@access.for_roles(*access.INSIDERS)
def policy_dry_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Replay the newest version over the last twelve published months."""
    found = get_object_or_404(policies_with_versions(), pk=pk)
    newest = next(iter(found.versions.all()), None)
    rules = [] if newest is None else list(newest.rules.all())
    tried = dry_run_policy(rules=rules, suppliers=Supplier.objects.visible_to(request.user))
    context = {"policy": shown(found), **_tried(tried)}
    return render(request, "escalations/policies/dry_run.html", context)


def _begun(found: Policy, newest: PolicyVersion | None) -> tuple[VersionForm, Any]:
    rules = [] if newest is None else list(newest.rules.order_by("position"))
    running = Month.of(day_everywhere(timezone.now()))
    form = VersionForm(
        initial={"applies_from": str(running), "seen": 0 if newest is None else newest.number}
    )
    many = rule_set(found, extra=0 if rules else 1)
    return form, many(initial=[initial_of(rule) for rule in rules], prefix="rule")


def _one_more(found: Policy, request: HttpRequest) -> Any:
    """Give the same rules back with an empty one at the end; nothing typed is lost."""
    data = request.POST.copy()
    try:
        total = int(data.get("rule-TOTAL_FORMS", "0"))
    except ValueError:
        total = 0
    data["rule-TOTAL_FORMS"] = str(total + 1)
    return rule_set(found, extra=0)(data, prefix="rule")


def _save(
    request: HttpRequest, found: Policy, form: VersionForm, rules: Any, drafted: list[Any]
) -> HttpResponse:
    if not drafted:
        form.add_error(None, _("Keep at least one rule: a version without rules judges nothing."))
    if form.errors or not form.demand_reason():
        return _page(request, found, form, rules, status=422)
    given = form.cleaned_data
    try:
        version = save_version(
            policy=found,
            rules=drafted,
            applies_from=given["applies_from"],
            reason=given["reason"],
            seen=given["seen"],
            by=access.signed_in(request),
            at=timezone.now(),
        )
    except PolicyChangedError:
        form.add_error(None, _("Somebody saved another version meanwhile; look at it first."))
        return _page(request, found, form, rules, status=422)
    text = _("Version %(number)d is saved; it judges months from %(month)s on.")
    messages.success(request, text % {"number": version.number, "month": given["applies_from"]})
    return redirect("policy", pk=found.pk)


def _page(
    request: HttpRequest,
    found: Policy,
    form: VersionForm,
    rules: Any,
    *,
    tried: DryRun | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"policy": found, "form": form, "rules": rules}
    if tried is not None:
        context |= _tried(tried)
    return render(request, "escalations/policies/draft.html", context, status=status)


def _tried(tried: DryRun) -> dict[str, Any]:
    rows = tried.differences[:MOST_DIFFERENCES]
    return {"tried": tried, "rows": rows, "left_out": len(tried.differences) - len(rows)}
