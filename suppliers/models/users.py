"""People: who logs in, in which roles, and who answers for which supplier."""

from typing import Any, ClassVar

import pghistory
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from suppliers import enums


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user; without a password it can only be invited, not logged in."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user: User = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an administrator of everything."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find by e-mail address, whatever its case."""
        return self.get(email__iexact=username)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["password", "last_login"],
)
class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in with an e-mail address."""

    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=8, default="en")
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    date_joined = models.DateTimeField(_("joined at"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("A user with this e-mail address exists."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        """Normalise the address; capitals in it never make a second person."""
        super().clean()
        self.email = self.email.strip().lower()


@pghistory.track()
class Membership(models.Model):
    """A user's role; for supplier roles also the one supplier whose data it opens."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=enums.Role)
    supplier = models.ForeignKey(
        "suppliers.Supplier",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="memberships",
    )
    is_next_contact = models.BooleanField(
        _("next contact"),
        default=False,
        help_text=_("Told when nobody of the supplier reacts to reminders."),
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            CheckConstraint(
                condition=Q(role__in=sorted(enums.SUPPLIER_ROLES), supplier__isnull=False)
                | Q(role__in=sorted(enums.INTERNAL_ROLES), supplier__isnull=True),
                name="membership_supplier_iff_supplier_role",
                violation_error_message=_("A supplier role needs a supplier; other roles none."),
            ),
            UniqueConstraint(
                fields=["user", "role", "supplier"],
                nulls_distinct=False,
                name="membership_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}"


@pghistory.track()
class MembershipLimit(models.Model):
    """Narrows an internal membership to one supplier or one plant; several rows add up."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="limits")
    supplier = models.ForeignKey(
        "suppliers.Supplier", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    plant = models.ForeignKey(
        "suppliers.Plant", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("limit of a membership")
        verbose_name_plural = _("limits of memberships")
        constraints = [
            CheckConstraint(
                condition=Q(supplier__isnull=False, plant__isnull=True)
                | Q(supplier__isnull=True, plant__isnull=False),
                name="membership_limit_supplier_or_plant",
                violation_error_message=_("Name either a supplier or a plant."),
            ),
            UniqueConstraint(
                fields=["membership", "supplier", "plant"],
                nulls_distinct=False,
                name="membership_limit_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership}: {self.supplier or self.plant}"


@pghistory.track()
class SupplierContact(models.Model):
    """The OEM's people who answer for a supplier: SQE and buyer, each with deputies."""

    supplier = models.ForeignKey(
        "suppliers.Supplier", on_delete=models.CASCADE, related_name="contacts"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="responsibilities")
    responsibility = models.CharField(
        _("responsibility"), max_length=10, choices=enums.Responsibility
    )
    is_deputy = models.BooleanField(_("deputy"), default=False)

    class Meta:
        verbose_name = _("contact for a supplier")
        verbose_name_plural = _("contacts for suppliers")
        constraints = [
            UniqueConstraint(
                fields=["supplier", "responsibility"],
                condition=Q(is_deputy=False),
                name="supplier_contact_one_principal",
                violation_error_message=_("This supplier has somebody responsible already."),
            ),
            UniqueConstraint(
                fields=["supplier", "user", "responsibility"], name="supplier_contact_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier}: {self.user}"
