"""The administration site: for administrators, entered through the product's own log-in."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _

from suppliers import access
from suppliers.enums import Role


class AdministrationSite(AdminSite):
    """Django's administration, closed to everybody who is not an administrator."""

    site_header = _("Supplier quality: administration")
    site_title = _("Administration")
    index_title = _("Masters, people and rules")

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the user is an administrator and may open the administration at all."""
        return bool(
            getattr(request.user, "is_staff", False)
            and access.has_role(request.user, Role.ADMINISTRATOR)
        )

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Guard a view: anonymous people log in, outsiders get 404, insiders 403."""
        guarded: Callable[..., HttpResponseBase] = super().admin_view(view, cacheable)

        def refuse_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            self.refuse_others(request)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            return guarded(request, *args, **kwargs)

        return update_wrapper(refuse_first, guarded)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """List the addresses; our way to an object's page comes before Django's."""
        shortcut = path(
            "r/<int:content_type_id>/<path:object_id>/",
            self.admin_view(self.page_of),
            name="view_on_site",
        )
        return [shortcut, *super().get_urls()]

    def page_of(
        self, request: HttpRequest, content_type_id: int, object_id: str
    ) -> HttpResponseRedirect:
        """Send to the page of an administered object; Http404 for what has none.

        Django's own shortcut looks every kind up in its table, and some have none, such as
        the audit's list of all events.
        """
        model = get_object_or_404(ContentType, pk=content_type_id).model_class()
        if model is None or not self.is_registered(model) or not hasattr(model, "get_absolute_url"):
            raise Http404
        try:
            key = model._meta.pk.to_python(object_id)  # noqa: SLF001  # documented name
        except ValidationError as error:
            raise Http404 from error
        return redirect(get_object_or_404(model, pk=key))

    def refuse_others(self, request: HttpRequest) -> None:
        """Raise Http404 or PermissionDenied for people who are logged in and may not enter."""
        if request.user.is_authenticated and not self.has_permission(request):
            access.demand(request.user, Role.ADMINISTRATOR)
            raise PermissionDenied  # an administrator without the staff mark

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseRedirect:
        """Send to the product's log-in page, which knows lock-outs and second factors."""
        self.refuse_others(request)
        if request.user.is_authenticated:
            return redirect(reverse("admin:index", current_app=self.name))
        return redirect_to_login(reverse("admin:index", current_app=self.name))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Send to the product's log-out page."""
        return redirect("account_logout")

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Send to the product's own page."""
        return redirect("account_change_password")
