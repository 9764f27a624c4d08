"""API tokens: issued and revoked here; the secret is shown once."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from suppliers.admin.base import KeptAdmin, actor
from suppliers.enums import TokenScope
from suppliers.models import ApiToken
from suppliers.services.tokens import DEFAULT_DAYS, MOST_DAYS, issue_token, revoke_tokens


class NewTokenForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's class takes none
    """For whom, for what and how long."""

    days = forms.IntegerField(
        label=_("valid for (days)"), min_value=1, max_value=MOST_DAYS, initial=DEFAULT_DAYS
    )
    scopes = forms.MultipleChoiceField(
        label=_("may read"), choices=TokenScope.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ApiToken
        fields = ("user", "name", "scopes")


@admin.register(ApiToken)
class ApiTokenAdmin(KeptAdmin):
    """Tokens with which other systems read."""

    list_display = ("user", "name", "scopes", "expires_at", "revoked_at", "last_used_on")
    list_select_related = ("user",)
    ordering = ("-pk",)
    search_fields = ("user__email", "name")
    autocomplete_fields = ("user",)
    actions = ("revoke",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A token is revoked, not changed."""
        return False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Ask for days instead of a date when issuing."""
        if obj is None:
            kwargs["form"] = NewTokenForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show dates once they are known."""
        if obj is None:
            return ("user", "name", "scopes", "days")
        shown = ("expires_at", "revoked_at", "last_used_on", "created_at", "created_by")
        return ("user", "name", "scopes", *shown)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Issue the token; the secret stays on the form until the answer is written."""
        given = form.cleaned_data
        form.save_m2m = lambda: None
        token, form.secret = issue_token(
            user=given["user"],
            name=given["name"],
            scopes=[TokenScope(scope) for scope in given["scopes"]],
            expires_at=timezone.now() + timedelta(days=given["days"]),
            by=actor(request),
        )
        token.secret = form.secret  # type: ignore[attr-defined]  # lives for this request
        return token

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing more to save."""

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the secret, this once."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Token issued"),
            "opts": self.opts,
            "token": obj,
        }
        return TemplateResponse(request, "admin/token_issued.html", context)

    @admin.action(description=_("Revoke the selected tokens"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """End tokens now."""
        done = revoke_tokens(tokens=queryset, by=actor(request), at=timezone.now())
        text = ngettext("%(done)d token revoked.", "%(done)d tokens revoked.", done)
        self.message_user(request, text % {"done": done}, messages.SUCCESS)
