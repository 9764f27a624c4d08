"""Pictures of the rejects on the page of D2: of what the 8D is about, to whoever sees them."""

from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from escalations.models import EightD
from escalations.queries.eight_d_pictures import pictures_of
from escalations.services.records import judge_rejects
from scorecards.rollup import drain
from suppliers.enums import Role
from suppliers.models import Evidence, Reject, Supplier, User
from tests.escalations.facts import AT, evaluated, external
from tests.factories import (
    DisputeFactory,
    EvidenceFactory,
    MembershipFactory,
    MembershipLimitFactory,
    PartFactory,
    PlantFactory,
    RejectFactory,
)

pytestmark = pytest.mark.django_db


def attach(reject: Reject, name: str, **fields: Any) -> Evidence:
    kept: Evidence = EvidenceFactory(
        dispute=None,
        reject=reject,
        supplier=reject.supplier,
        name=name,
        content_type=fields.pop("content_type", "image/png"),
        file=ContentFile(b"\x89PNG\r\n\x1a\n", name=name),
        **fields,
    )
    return kept


@pytest.fixture
def eight_d(supplier_a: Supplier) -> EightD:
    external(supplier_a, counted=13, received=250_000, part=PartFactory(number="P-1"))
    evaluated()
    found: EightD = EightD.objects.get()
    return found


def names(eight_d: EightD, user: User) -> list[str]:
    return [one.name for one in pictures_of(eight_d, user=user)]


def test_pictures_of_the_months_rejects_and_of_nothing_else(
    eight_d: EightD, supplier_a: Supplier, supplier_b: Supplier, member_a: User, sqe: User
) -> None:
    own = Reject.objects.get()
    attach(own, "burr.png")
    attach(own, "report.pdf", content_type="application/pdf")
    argued = DisputeFactory(reject=own, supplier=supplier_a)
    EvidenceFactory(dispute=argued, name="ours.png", content_type="image/png")
    later = RejectFactory(supplier=supplier_a, part=own.part, detected_on=date(2026, 11, 11))
    attach(later, "november.png")
    attach(RejectFactory(supplier=supplier_b, detected_on=own.detected_on), "theirs.png")
    drain(at=AT)
    for user in (member_a, sqe):
        assert names(eight_d, user) == ["burr.png"]


def test_pictures_of_single_rejects(supplier_a: Supplier, sqe: User) -> None:
    reject = RejectFactory(
        supplier=supplier_a, severity="line_stop", detected_on=date(2026, 11, 11)
    )
    attach(reject, "torn.jpg", content_type="image/jpeg")
    judge_rejects(at=AT)
    assert names(EightD.objects.get(), sqe) == ["torn.jpg"]


def test_d2_shows_them_to_both_sides_and_other_steps_do_not(
    client: Client, eight_d: EightD, member_a: User, member_b: User, sqe: User
) -> None:
    kept = attach(Reject.objects.get(), "burr.png")
    for user in (member_a, sqe):
        client.force_login(user)
        page = client.get(reverse("eight_d_step", args=[eight_d.number, "d2"])).content.decode()
        assert f'<img src="{kept.get_absolute_url()}"' in page
        assert 'alt="burr.png, part P-1"' in page
        given: Any = client.get(kept.get_absolute_url())
        assert b"".join(given).startswith(b"\x89PNG")
        other = client.get(reverse("eight_d_step", args=[eight_d.number, "d3"])).content.decode()
        assert "burr.png" not in other
    client.force_login(member_b)
    assert client.get(kept.get_absolute_url()).status_code == 404
    assert names(eight_d, member_b) == []


def test_whoever_answers_for_some_plants_sees_the_pictures_of_these(
    eight_d: EightD, supplier_a: Supplier
) -> None:
    attach(Reject.objects.get(), "burr.png")
    elsewhere = PlantFactory()
    membership = MembershipFactory(role=Role.SQE, supplier=None)
    MembershipLimitFactory(membership=membership, plant=elsewhere)
    assert names(eight_d, membership.user) == []
