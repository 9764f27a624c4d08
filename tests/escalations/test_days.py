"""Which day it is, and for whom: of a case, of a date, of a reader."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from escalations.enums import Audience
from escalations.models import ControlledShipping, EightD, Episode, MailPreference, ShippingEscape
from escalations.owed import Owed, Scope, owed
from escalations.services.opening import NewCase, open_case
from escalations.services.records import judge_rejects
from escalations.services.shipping_exit import watch
from escalations.workflow import Level
from suppliers.models import Plant, Supplier, User
from tests.escalations.facts import record_rule
from tests.factories import PlantFactory, RejectFactory, SupplierFactory

pytestmark = pytest.mark.django_db

# Noon of the 11th in Mexico, two in the night of the 12th in China, evening in Europe.
AT = datetime(2026, 11, 11, 18, tzinfo=UTC)
THERE = date(2026, 11, 12)


@pytest.fixture
def puebla() -> Plant:
    plant: Plant = PlantFactory(code="PUE", country="MX", time_zone="America/Mexico_City")
    return plant


@pytest.fixture
def ningbo(puebla: Plant) -> Plant:
    plant: Plant = PlantFactory(code="NGB", country="CN", time_zone="Asia/Shanghai")
    return plant


def test_case_is_never_raised_before_its_reject_was_detected(
    ningbo: Plant, supplier_a: Supplier
) -> None:
    RejectFactory(supplier=supplier_a, plant=ningbo, detected_on=THERE, severity="line_stop")
    judge_rejects(at=AT)
    case = Episode.objects.get()
    assert (case.plant, case.raised_on) == (None, THERE)
    assert EightD.objects.get().requested_on == THERE


@pytest.mark.parametrize(("there", "on"), [(True, THERE), (False, AT.date())])
def test_case_by_hand_begins_on_the_day_of_its_plant_else_of_the_company(
    ningbo: Plant, supplier_a: Supplier, sqe: User, there: bool, on: date
) -> None:
    new = NewCase(
        supplier=supplier_a,
        level=Level.EIGHT_D,
        metric="incident",
        found="Burrs.",
        reason="Called in.",
        plant=ningbo if there else None,
    )
    assert open_case(new=new, by=sqe, at=AT).raised_on == on


def test_what_brought_controlled_shipping_did_not_escape_it(ningbo: Plant) -> None:
    """The supplier's day is still that before; the reject's plant is asked for the day of entry."""
    supplier = SupplierFactory(time_zone="America/Chicago", country="US")
    record_rule(severity="line_stop", level=Level.CS1.value)
    RejectFactory(supplier=supplier, plant=ningbo, detected_on=THERE, severity="line_stop")
    judge_rejects(at=AT)
    shipping = ControlledShipping.objects.get()
    # the day where the supplier sorts and logs
    assert shipping.entered_on == AT.date()
    watch(at=AT)
    assert not ShippingEscape.objects.exists()
    part = shipping.scopes.get().part
    RejectFactory(supplier=supplier, plant=ningbo, part=part, detected_on=date(2026, 11, 13))
    watch(at=datetime(2026, 11, 13, 18, tzinfo=UTC))
    assert ShippingEscape.objects.get().reject.detected_on == date(2026, 11, 13)


def _containment(plant: Plant, supplier: Supplier) -> EightD:
    """Ask for an 8D on a Wednesday of this plant; D3 is due on Thursday the 12th."""
    RejectFactory(supplier=supplier, plant=plant, detected_on=AT.date(), severity="line_stop")
    judge_rejects(at=AT)
    found: EightD = EightD.objects.get()
    return found


def _d3(at: datetime) -> Owed:
    (one,) = (one for one in owed(Scope(at=at)) if one.owner is Audience.SUPPLIER)
    return one


def test_date_is_late_once_its_day_is_over_where_it_is_kept(
    puebla: Plant, supplier_a: Supplier
) -> None:
    report = _containment(puebla, supplier_a)
    assert (report.requested_on, report.d3_due_on) == (AT.date(), THERE)
    # four in the morning of the 13th in UTC, ten at night of the 12th at the plant
    still, over = datetime(2026, 11, 13, 4, tzinfo=UTC), datetime(2026, 11, 13, 7, tzinfo=UTC)
    assert (_d3(still).is_late, _d3(still).local.today) == (False, THERE)
    assert _d3(over).is_late


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_today_is_the_day_of_its_reader(
    client: Client, puebla: Plant, sqe: User, zone: str
) -> None:
    """No two places are further apart: it is never the same day at both."""
    MailPreference.objects.create(user=sqe, time_zone=zone)
    client.force_login(sqe)
    page = client.get("/today/").content.decode()
    there = date_format(timezone.now().astimezone(ZoneInfo(zone)))
    assert f"What needs you on {there}" in page
