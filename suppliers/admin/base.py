"""What every administered model shares: the audit log, and no silent deletion."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminDateWidget
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.forms.ranges import RangeWidget
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from suppliers.models import User
from suppliers.queries.audit import changes_of

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
    Tabular = admin.TabularInline[Any, Any]
else:  # Django's own classes take no type parameters when they run
    Base = admin.ModelAdmin
    Tabular = admin.TabularInline

DATE_RANGES: Mapping[type[Any], Mapping[str, Any]] = {
    DateRangeField: {"widget": RangeWidget(AdminDateWidget())}
}


def actor(request: HttpRequest) -> User:
    """Return who acts; the site lets nobody in who is not logged in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class AuditedAdmin(Base):
    """A master: every change is in its history, and what is in use cannot be deleted."""

    formfield_overrides = DATE_RANGES
    list_per_page = 50
    show_full_result_count = False  # would count the whole table on each search

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer the model's own actions, but not the deletion of many."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Delete, or say that the record is in use."""
        try:
            with transaction.atomic():
                response: HttpResponse = super().delete_view(request, object_id, extra_context)
        except IntegrityError:
            message = _("It is in use and stays: facts or other records refer to it.")
            self.message_user(request, message, messages.ERROR)
            return redirect(self._address("change", object_id))
        return response

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what the database's audit log knows of the record."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(record)s") % {"record": record},
            "changes": changes_of(record),
            "object": record,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/audit_history.html", context)

    def _address(self, what: str, *args: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{what}", args=args)


class KeptAdmin(AuditedAdmin):
    """A record that is closed, archived or revoked, but never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody deletes it."""
        return False


class ReadOnlyAdmin(KeptAdmin):
    """A record that is looked at here and changed elsewhere."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds one here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody changes one here."""
        return False


class Rows(Tabular):
    """Rows of another model inside a record's form."""

    extra = 0
    formfield_overrides = DATE_RANGES
