"""Saying beside a supplier that no new business may be placed with it."""

from typing import Any

from django import template
from django.template import Context

from escalations.workflow import Level
from scorecards import badges

register = template.Library()


@register.inclusion_tag("components/hold_mark.html", takes_context=True)
def hold_mark(context: Context, code: str) -> dict[str, Any]:
    """Show the badge of the hold beside a supplier's code in a list; nothing without one."""
    held = code in (context.get("business_holds") or {})
    return badges.level(Level.NEW_BUSINESS_HOLD.value).context | {"held": held}


@register.inclusion_tag("components/hold_notice.html", takes_context=True)
def hold_notice(context: Context, code: str, *, name_supplier: bool = False) -> dict[str, Any]:
    """Say on top of a page what the hold of a supplier forbids, or that a decision waits."""
    holds = context.get("business_holds") or {}
    waiting = context.get("business_waiting") or {}
    return {
        "hold": holds.get(code),
        "waiting": waiting.get(code, ""),
        "code": code if name_supplier else "",
    }
