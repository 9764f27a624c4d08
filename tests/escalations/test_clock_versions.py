"""The working days of an 8D's dates, by severity: versioned, and kept by what was raised."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from escalations.clock_forms import ClockForm
from escalations.deadlines import STANDARD
from escalations.models import ClockVersion, EightD
from escalations.queries.clock_versions import clocks_in_force
from escalations.services.clock_versions import ClocksChangedError, change_clocks
from suppliers.enums import Severity
from suppliers.models import Supplier, User
from tests.escalations.facts import AT, evaluated, external

pytestmark = pytest.mark.django_db


def test_new_version_holds_for_what_is_raised_from_then_on(
    supplier_a: Supplier, supplier_b: Supplier, quality_manager: User
) -> None:
    external(supplier_a, counted=7, received=100_000)
    evaluated()
    held = clocks_in_force()
    assert (held.number, set(held.by_severity.values())) == (0, {STANDARD})
    days = dict(held.by_severity) | {Severity.SORTING.value: replace(STANDARD, d5=5, d8=20, d6=15)}
    told: Any = {"by_severity": days, "reason": "Faster.", "by": quality_manager, "at": AT}
    made = change_clocks(**told, seen=0)
    assert made is not None
    assert change_clocks(**told, seen=1) is None
    with pytest.raises(ClocksChangedError):
        change_clocks(**told, seen=0)
    external(supplier_b, counted=7, received=100_000)
    evaluated()
    before, after = (EightD.objects.get(episode__supplier=one) for one in (supplier_a, supplier_b))
    assert (before.severity, before.d5_days, before.d8_days) == ("sorting", 10, 60)
    assert (after.severity, after.d5_days, after.d8_days) == ("sorting", 5, 20)
    assert after.d8_due_on < before.d8_due_on


def test_days_have_to_grow(quality_manager: User) -> None:
    days = dict(clocks_in_force().by_severity) | {"": replace(STANDARD, d6=61)}
    with pytest.raises(ValidationError) as refused:
        change_clocks(by_severity=days, reason=" ", seen=0, by=quality_manager, at=AT)
    assert set(refused.value.message_dict) == {"unknown", "reason"}
    assert not ClockVersion.objects.exists()


def test_page_shows_and_changes(client: Client, sqe: User, quality_manager: User) -> None:
    address = reverse("eight_d_clocks")
    typed = ClockForm.begun(clocks_in_force().by_severity, seen=0) | {"reason": "Line stops hurt."}
    client.force_login(sqe)
    assert "As shipped" in client.get(address).content.decode()
    assert client.post(address, typed).status_code == 403
    client.force_login(quality_manager)
    wrong = client.post(address, typed | {"line_stop_d5": "40"})
    assert wrong.status_code == 422
    assert "have to grow from D3 to D8" in wrong.content.decode()
    assert 'value="40"' in wrong.content.decode()
    page = client.post(address, typed | {"line_stop_d5": "5"}, follow=True).content.decode()
    assert "Line stops hurt." in page
    assert clocks_in_force().by_severity["line_stop"].d5 == 5
