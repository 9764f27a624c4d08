"""Users by e-mail address, their memberships and what narrows them."""

from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from suppliers.admin.base import AuditedAdmin, KeptAdmin, Rows
from suppliers.models import Membership, MembershipLimit, User

# Roles take the place of groups, and the address on the user is the only one there is.
for unused in (Group, EmailAddress, EmailConfirmation):
    if admin.site.is_registered(unused):
        admin.site.unregister(unused)


class NewUserForm(AdminUserCreationForm):  # type: ignore[type-arg]  # Django's takes none
    """Creates a user by e-mail address, with a password or without."""

    class Meta:
        model = User
        fields = ("email", "name", "language")


class MembershipRows(Rows):
    """Roles of a user; limits are on the membership's own page."""

    model = Membership
    autocomplete_fields = ("supplier",)
    show_change_link = True


class LimitRows(Rows):
    """Suppliers or plants an internal role is narrowed to."""

    model = MembershipLimit
    autocomplete_fields = ("supplier", "plant")


@admin.register(User)
class PersonAdmin(KeptAdmin, UserAdmin):  # type: ignore[type-arg]  # Django's class takes none
    """People; deactivated instead of deleted, because decisions carry their names."""

    add_form = NewUserForm
    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "memberships__role")
    ordering = ("email",)
    search_fields = ("email", "name")
    filter_horizontal = ()
    inlines = (MembershipRows,)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "language")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "email",
                    "name",
                    "language",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Only somebody with every right gives every right."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, "is_superuser")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the languages the product speaks."""
        if db_field.name == "language":
            kwargs["widget"] = forms.Select(choices=settings.LANGUAGES)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Membership)
class MembershipAdmin(AuditedAdmin):
    """A role of a user, and what narrows it."""

    list_display = ("user", "role", "supplier")
    list_filter = ("role",)
    list_select_related = ("user", "supplier")
    ordering = ("user__email", "role", "pk")
    search_fields = ("user__email", "user__name", "supplier__code")
    autocomplete_fields = ("user", "supplier")
    inlines = (LimitRows,)
