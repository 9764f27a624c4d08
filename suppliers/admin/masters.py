"""Tiers, plants, parts, defect codes and groups."""

from django.contrib import admin

from suppliers.admin.base import AuditedAdmin, Rows
from suppliers.models import DefectCode, Part, PartUnit, Plant, SupplierGroup, Tier


@admin.register(Tier)
class TierAdmin(AuditedAdmin):
    """Places in the supply chain."""

    list_display = ("name", "level")
    ordering = ("level",)
    search_fields = ("name",)


@admin.register(Plant)
class PlantAdmin(AuditedAdmin):
    """Receiving plants."""

    list_display = ("code", "name", "country", "time_zone")
    ordering = ("code",)
    search_fields = ("code", "name")


@admin.register(DefectCode)
class DefectCodeAdmin(AuditedAdmin):
    """What can be wrong with a part."""

    list_display = ("code", "name", "category", "counts")
    list_filter = ("category", "counts")
    ordering = ("code",)
    search_fields = ("code", "name")


class PartUnitRows(Rows):
    """Units of measure of a part."""

    model = PartUnit


@admin.register(Part)
class PartAdmin(AuditedAdmin):
    """Part numbers."""

    list_display = ("number", "name", "commodity", "safety_relevant")
    list_filter = ("safety_relevant",)
    ordering = ("number",)
    search_fields = ("number", "name", "commodity")
    autocomplete_fields = ("supersedes",)
    inlines = (PartUnitRows,)


@admin.register(SupplierGroup)
class SupplierGroupAdmin(AuditedAdmin):
    """Corporate groups."""

    list_display = ("name",)
    ordering = ("name",)
    search_fields = ("name",)
