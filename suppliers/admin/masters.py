"""Tiers, plants, parts, defect codes and groups."""

from datetime import date

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from suppliers.admin.base import AuditedAdmin, Rows, actor
from suppliers.models import (
    DefectCode,
    Part,
    PartUnit,
    Plant,
    SupplierGroup,
    SupplierGroupMembership,
    Tier,
)
from suppliers.services.groups import merge_groups


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


class MemberRows(Rows):
    """Which suppliers belong to the group, from when until when."""

    model = SupplierGroupMembership
    autocomplete_fields = ("supplier",)


class MergeForm(ActionForm):
    """Where a group's suppliers go, and from which day on."""

    into = forms.ModelChoiceField(
        label=_("Merge into"), queryset=SupplierGroup.objects.order_by("name"), required=False
    )
    on = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


@admin.register(SupplierGroup)
class SupplierGroupAdmin(AuditedAdmin):
    """Corporate groups, and what became of them."""

    list_display = ("name",)
    ordering = ("name",)
    search_fields = ("name",)
    inlines = (MemberRows,)
    action_form = MergeForm
    actions = ("merge",)

    @admin.action(description=_("Merge the selected groups into another from a day on"))
    def merge(self, request: HttpRequest, queryset: QuerySet[SupplierGroup]) -> None:
        """Move the groups' suppliers; what was before that day stays."""
        form = MergeForm(request.POST)
        form.fields["action"].required = False
        into, on = _merger(form)
        if into is None or on is None:
            asked = _("Choose the group to merge into and the first day of the merger.")
            self.message_user(request, asked, messages.ERROR)
            return
        moved = sum(
            merge_groups(group=group, into=into, on=on, by=actor(request))
            for group in queryset
            if group != into
        )
        text = ngettext("%(moved)d supplier moved.", "%(moved)d suppliers moved.", moved)
        self.message_user(request, text % {"moved": moved}, messages.SUCCESS)


def _merger(form: MergeForm) -> tuple[SupplierGroup | None, date | None]:
    form.full_clean()
    return form.cleaned_data.get("into"), form.cleaned_data.get("on")
