"""Suppliers with their tiers, groups, certificates and contacts, and their parts."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from suppliers.admin.base import AuditedAdmin, KeptAdmin, Rows, actor
from suppliers.admin.formsets import Contacts, Periods
from suppliers.models import (
    Certificate,
    Supplier,
    SupplierContact,
    SupplierGroupMembership,
    SupplierPart,
    SupplierTier,
)
from suppliers.services.suppliers import archive_suppliers, restore_suppliers


class TierRows(Rows):
    """In which tier, from when until when."""

    model = SupplierTier
    formset = Periods


class GroupRows(Rows):
    """In which group, from when until when."""

    model = SupplierGroupMembership
    formset = Periods
    autocomplete_fields = ("group",)


class CertificateRows(Rows):
    """Management-system certificates."""

    model = Certificate


class ContactRows(Rows):
    """Who answers for the supplier."""

    model = SupplierContact
    formset = Contacts
    autocomplete_fields = ("user",)


class Archived(admin.SimpleListFilter):
    """Active suppliers first; archived ones on request."""

    title = _("archived")
    parameter_name = "archived"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer both."""
        return [("no", _("No")), ("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the list."""
        if self.value() not in {"no", "yes"}:
            return queryset
        return queryset.filter(archived_at__isnull=self.value() == "no")


@admin.register(Supplier)
class SupplierAdmin(KeptAdmin):
    """Supplying sites; archived instead of deleted."""

    list_display = ("code", "name", "country", "archived_at")
    list_filter = (Archived,)
    ordering = ("code",)
    search_fields = ("code", "name")
    readonly_fields = ("archived_at",)
    inlines = (TierRows, GroupRows, CertificateRows, ContactRows)
    actions = ("archive", "restore")

    @admin.action(description=_("Archive the selected suppliers"))
    def archive(self, request: HttpRequest, queryset: QuerySet[Supplier]) -> None:
        """Take suppliers out of the lists."""
        done = archive_suppliers(suppliers=queryset, by=actor(request), at=timezone.now())
        text = ngettext("%(done)d supplier archived.", "%(done)d suppliers archived.", done)
        self.message_user(request, text % {"done": done}, messages.SUCCESS)

    @admin.action(description=_("Put the selected suppliers back"))
    def restore(self, request: HttpRequest, queryset: QuerySet[Supplier]) -> None:
        """Put archived suppliers back into the lists."""
        done = restore_suppliers(suppliers=queryset, by=actor(request))
        text = ngettext("%(done)d supplier put back.", "%(done)d suppliers put back.", done)
        self.message_user(request, text % {"done": done}, messages.SUCCESS)


@admin.register(SupplierPart)
class SupplierPartAdmin(AuditedAdmin):
    """Parts of suppliers: a list of their own, because a supplier may have thousands."""

    list_display = ("supplier", "part", "supplier_number", "phase", "counts_in_ppm")
    list_filter = ("phase", "counts_in_ppm")
    list_select_related = ("supplier", "part")
    ordering = ("supplier__code", "part__number")
    search_fields = ("supplier__code", "part__number", "supplier_number")
    autocomplete_fields = ("supplier", "part")
