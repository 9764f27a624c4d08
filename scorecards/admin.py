"""Targets, and the versions of the counting policy to look at."""

from django.contrib import admin

from scorecards.models import CountingPolicy, Target
from suppliers.admin.base import AuditedAdmin, ReadOnlyAdmin


@admin.register(Target)
class TargetAdmin(AuditedAdmin):
    """What was agreed with a tier, a supplier, or for one part of a supplier."""

    list_display = ("metric", "target_ppm", "during", "tier", "supplier", "supplier_part")
    list_filter = ("metric", "tier")
    list_select_related = ("tier", "supplier", "supplier_part__supplier", "supplier_part__part")
    ordering = ("metric", "pk")
    search_fields = ("supplier__code", "supplier__name", "supplier_part__part__number")
    autocomplete_fields = ("supplier", "supplier_part")


@admin.register(CountingPolicy)
class CountingPolicyAdmin(ReadOnlyAdmin):
    """Versions of the counting policy; a change is a new version, never an edit."""

    list_display = ("version", "provisional", "warranty_months", "reason", "created_at")
    ordering = ("-version",)
