"""The administration: who enters, what it changes, and what the audit log says of it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import reverse

from scorecards.models import Target
from suppliers.enums import Role
from suppliers.models import (
    ApiToken,
    Membership,
    Plant,
    Supplier,
    SupplierTier,
    Tier,
    User,
)
from suppliers.models.tokens import digest_of
from suppliers.queries.audit import changes_of
from tests.factories import (
    CertificateFactory,
    DeliveryFactory,
    MembershipFactory,
    PartFactory,
    PartUnitFactory,
    PlantFactory,
    RejectFactory,
    SupplierFactory,
    SupplierPartFactory,
    TargetFactory,
    TierFactory,
    UserFactory,
)

FAR = datetime(2090, 1, 1, tzinfo=UTC)


def rows(prefix: str, *filled: dict[str, Any]) -> dict[str, Any]:
    """Fill an inline formset with new rows."""
    fields: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(filled), f"{prefix}-INITIAL_FORMS": 0}
    for number, row in enumerate(filled):
        fields |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return fields


def supplier_form(**fields: Any) -> dict[str, Any]:
    form = {"code": "NEW-1", "name": "New", "country": "DE", "time_zone": "Europe/Berlin"}
    empty = [rows(prefix) for prefix in ("tiers", "groups", "certificates", "contacts")]
    return {**{name: value for part in empty for name, value in part.items()}, **form, **fields}


def test_supplier_is_added_with_its_tier(administrator_client: Client) -> None:
    tier = TierFactory()
    period = {"tier": tier.pk, "during_0": "2026-01-01", "during_1": ""}
    response = administrator_client.post(
        reverse("admin:suppliers_supplier_add"), supplier_form(**rows("tiers", period))
    )
    assert response.status_code == 302, response.context["errors"]
    assert SupplierTier.objects.get(supplier__code="NEW-1").during.lower.isoformat() == "2026-01-01"


def test_overlapping_tiers_are_explained_in_the_form(administrator_client: Client) -> None:
    tier = TierFactory()
    twice = {"tier": tier.pk, "during_0": "2026-01-01", "during_1": ""}
    response = administrator_client.post(
        reverse("admin:suppliers_supplier_add"), supplier_form(**rows("tiers", twice, twice))
    )
    assert response.status_code == 200
    assert "The dates overlap" in response.content.decode()


def test_two_principals_are_explained_in_the_form(
    administrator_client: Client, sqe: User, buyer: User
) -> None:
    principals = [{"user": user.pk, "responsibility": "sqe"} for user in (sqe, buyer)]
    response = administrator_client.post(
        reverse("admin:suppliers_supplier_add"), supplier_form(**rows("contacts", *principals))
    )
    assert response.status_code == 200
    assert "mark the others as deputies" in response.content.decode()


def test_supplier_code_unfit_for_addresses_is_explained(administrator_client: Client) -> None:
    response = administrator_client.post(
        reverse("admin:suppliers_supplier_add"), supplier_form(code="A/B")
    )
    assert response.status_code == 200
    assert "A code has no blanks" in response.content.decode()


def test_suppliers_are_archived_and_put_back_but_not_deleted(
    administrator_client: Client, administrator: User, supplier_a: Supplier
) -> None:
    page = reverse("admin:suppliers_supplier_changelist")
    administrator_client.post(page, {"action": "archive", "_selected_action": [supplier_a.pk]})
    assert Supplier.objects.filter(pk=supplier_a.pk, archived_at__isnull=False).exists()
    assert changes_of(supplier_a)[0].by == str(administrator)
    administrator_client.post(page, {"action": "restore", "_selected_action": [supplier_a.pk]})
    assert Supplier.objects.active().filter(pk=supplier_a.pk).exists()
    delete = reverse("admin:suppliers_supplier_delete", args=[supplier_a.pk])
    assert administrator_client.post(delete, {"post": "yes"}).status_code == 403


def test_change_of_a_master_leaves_an_event_with_user_and_address(
    administrator_client: Client, administrator: User
) -> None:
    tier = Tier.objects.get(level=1)
    page = reverse("admin:suppliers_tier_change", args=[tier.pk])
    administrator_client.post(page, {"level": 1, "name": "Direct"})
    change = changes_of(tier)[0]
    assert (change.by, change.address, change.kind) == (str(administrator), page, "update")
    assert [(field.name, field.before, field.after) for field in change.fields] == [
        ("name", "Tier 1", "Direct")
    ]
    history = administrator_client.get(reverse("admin:suppliers_tier_history", args=[tier.pk]))
    assert str(administrator) in history.content.decode()
    assert "Tier 1 → Direct" in history.content.decode()


def test_removed_role_leaves_an_event_with_the_user(
    administrator_client: Client, administrator: User
) -> None:
    membership = MembershipFactory(role=Role.BUYER)
    key = membership.pk
    page = reverse("admin:suppliers_membership_delete", args=[key])
    assert administrator_client.post(page, {"post": "yes"}).status_code == 302
    (removal,) = (change for change in changes_of(Membership(pk=key)) if change.kind == "delete")
    assert removal.by == str(administrator)


def test_fact_changed_by_raw_sql_leaves_an_event_without_user(db: None) -> None:
    delivery = DeliveryFactory(quantity=1000)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE suppliers_delivery SET quantity = 900 WHERE id = %s", [delivery.pk])
    (change,) = changes_of(delivery)
    assert change.by is None
    assert change.kind == "update"
    assert [(field.name, field.before, field.after) for field in change.fields] == [
        ("quantity", 1000, 900)
    ]


def test_plant_in_use_is_not_deleted(administrator_client: Client) -> None:
    plant = RejectFactory().plant
    page = reverse("admin:suppliers_plant_delete", args=[plant.pk])
    response = administrator_client.post(page, {"post": "yes"}, follow=True)
    assert "It is in use" in response.content.decode()
    assert Plant.objects.filter(pk=plant.pk).exists()


def test_unused_plant_is_deleted(administrator_client: Client) -> None:
    plant = PlantFactory()
    page = reverse("admin:suppliers_plant_delete", args=[plant.pk])
    administrator_client.post(page, {"post": "yes"})
    assert not Plant.objects.filter(pk=plant.pk).exists()


def test_user_is_added_by_address_and_given_a_role(administrator_client: Client) -> None:
    response = administrator_client.post(
        reverse("admin:suppliers_user_add"),
        {
            "email": "New.Person@OEM.example",
            "name": "New",
            "language": "de",
            "usable_password": "true",
            "password1": "a long pass phrase",
            "password2": "a long pass phrase",
            **rows("memberships", {"role": Role.SQE, "supplier": ""}),
        },
    )
    assert response.status_code == 302
    user = User.objects.get(email="new.person@oem.example")
    assert user.check_password("a long pass phrase")


def test_supplier_role_without_supplier_is_explained(administrator_client: Client) -> None:
    user = UserFactory()
    response = administrator_client.post(
        reverse("admin:suppliers_membership_add"),
        {"user": user.pk, "role": Role.SUPPLIER_MEMBER, "supplier": "", **rows("limits")},
    )
    assert "A supplier role needs a supplier" in response.content.decode()


def test_token_secret_is_shown_once_and_not_stored(administrator_client: Client, sqe: User) -> None:
    response = administrator_client.post(
        reverse("admin:suppliers_apitoken_add"),
        {"user": sqe.pk, "name": "BI", "scopes": ["figures"], "days": 30},
    )
    token = ApiToken.objects.get()
    secret = response.context["token"].secret
    assert secret in response.content.decode()
    assert token.digest == digest_of(secret)
    assert token.scopes == ["figures"]
    page = reverse("admin:suppliers_apitoken_change", args=[token.pk])
    assert secret not in administrator_client.get(page).content.decode()


def test_token_is_revoked(administrator_client: Client, administrator: User, sqe: User) -> None:
    token = ApiToken.objects.create(
        user=sqe,
        name="BI",
        scopes=["facts"],
        digest="0",
        expires_at=FAR,
    )
    administrator_client.post(
        reverse("admin:suppliers_apitoken_changelist"),
        {"action": "revoke", "_selected_action": [token.pk]},
    )
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert changes_of(token)[0].by == str(administrator)


def test_target_for_two_owners_is_explained(administrator_client: Client) -> None:
    supplier = SupplierFactory()
    response = administrator_client.post(
        reverse("admin:scorecards_target_add"),
        {
            "metric": "external_ppm",
            "target_ppm": "20",
            "during_0": "2026-01-01",
            "during_1": "",
            "tier": Tier.objects.get(level=1).pk,
            "supplier": supplier.pk,
            "supplier_part": "",
        },
    )
    assert "Name a tier, a supplier or a part of a supplier." in response.content.decode()
    assert not Target.objects.filter(supplier=supplier).exists()


@pytest.fixture
def one_of_each(db: None) -> None:
    supplier = SupplierFactory(in_tier=1)
    CertificateFactory(supplier=supplier)
    PartUnitFactory()
    TargetFactory(supplier_part=SupplierPartFactory(supplier=supplier, part=PartFactory()))
    DeliveryFactory(supplier=supplier)
    RejectFactory(supplier=supplier)
    MembershipFactory()


ADMINS = [found for found in admin.site._registry.values() if found.opts.managed]  # noqa: SLF001


@pytest.mark.parametrize("found", ADMINS, ids=lambda found: found.opts.model_name)
def test_every_list_form_and_history_opens(
    one_of_each: None, administrator_client: Client, found: Any
) -> None:
    name = f"admin:{found.opts.app_label}_{found.opts.model_name}"
    search = {"q": "x"} if found.search_fields else {}
    assert administrator_client.get(reverse(f"{name}_changelist"), search).status_code == 200
    if record := found.model.objects.first():
        for page in ("change", "history"):
            response = administrator_client.get(reverse(f"{name}_{page}", args=[record.pk]))
            assert response.status_code == 200


def test_stranger_supplier_and_insider_are_refused(
    stranger_client: Client, member_a_client: Client, sqe_client: Client, client: Client
) -> None:
    page = reverse("admin:index")
    assert client.get(page).headers["Location"] == f"/accounts/login/?next={page}"
    assert stranger_client.get(page).status_code == 404
    assert member_a_client.get(page).status_code == 404
    assert sqe_client.get(page).status_code == 403


def test_staff_mark_without_role_opens_nothing(log_in: Any, sqe: User) -> None:
    User.objects.filter(pk=sqe.pk).update(is_staff=True)
    sqe.refresh_from_db()
    assert log_in(sqe).get(reverse("admin:index")).status_code == 403
