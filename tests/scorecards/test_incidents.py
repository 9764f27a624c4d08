"""Which reports are one incident, and what it weighs: an issue at its worst."""

from itertools import permutations
from typing import Any

import pytest
from django.test import Client

from scorecards.models import CountedReject, SupplierMonth
from scorecards.queries.waiting import waiting_months
from scorecards.rollup import verify
from suppliers.models import DefectCode, Part, Plant, Reject, Supplier
from tests.factories import DefectCodeFactory, PartFactory, PlantFactory, RejectVerdictFactory
from tests.scorecards.facts import OCTOBER, roll_up, suspect

SEVERITIES = ("sorting", "line_stop", "line_disturbance")


@pytest.fixture
def plants(db: None) -> list[Plant]:
    return [PlantFactory() for _ in SEVERITIES]


@pytest.fixture
def part(db: None) -> Part:
    found: Part = PartFactory()
    return found


def report(supplier: Supplier, plant: Plant, part: Part, severity: str, **fields: Any) -> Reject:
    given = {"complaint": "Q-1", "plant": plant, "part": part, "severity": severity, **fields}
    return suspect(supplier, 5, **given)


def incidents(supplier: Supplier) -> tuple[int, int]:
    """Return incidents and their weight in the supplier's month."""
    roll_up()
    month = SupplierMonth.objects.get(supplier=supplier, month=OCTOBER.first_day)
    return int(month.incidents), int(month.weighted_incidents)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_an_issue_in_several_plants_weighs_its_worst_report(
    supplier_a: Supplier, plants: list[Plant], part: Part, order: tuple[int, ...]
) -> None:
    for index in order:
        report(supplier_a, plants[index], part, SEVERITIES[index])
    assert incidents(supplier_a) == (1, 10)


def test_the_same_number_for_other_parts_of_another_plant_is_another_issue(
    supplier_a: Supplier, plants: list[Plant], part: Part
) -> None:
    report(supplier_a, plants[0], part, "sorting")
    report(supplier_a, plants[1], PartFactory(), "line_stop")
    assert incidents(supplier_a) == (2, 11)


def test_lines_of_a_plant_s_complaint_are_one_issue_whatever_the_part(
    supplier_a: Supplier, plants: list[Plant], part: Part
) -> None:
    report(supplier_a, plants[0], part, "sorting", line="1")
    report(supplier_a, plants[0], PartFactory(), "line_disturbance", line="2")
    assert incidents(supplier_a) == (1, 3)


def test_a_verdict_moves_the_incident_to_the_worst_report_left(
    supplier_a: Supplier, plants: list[Plant], part: Part
) -> None:
    mild = report(supplier_a, plants[0], part, "sorting")
    severe = report(supplier_a, plants[1], part, "field")
    assert incidents(supplier_a) == (1, 100)
    RejectVerdictFactory(reject=severe, confirmed_qty=5, supplier_qty=0, own_qty=5)
    assert incidents(supplier_a) == (1, 1)
    assert CountedReject.objects.get(pk=mild.pk).incidents == 1


# -- defect codes that count one per incident ------------------------------------------


@pytest.fixture
def per_incident(db: None) -> DefectCode:
    code: DefectCode = DefectCodeFactory(counts="incident")
    return code


def counted(supplier: Supplier) -> tuple[int, int]:
    """Return what counts in the supplier's month, and how much of it is provisional."""
    roll_up()
    month = SupplierMonth.objects.get(supplier=supplier, month=OCTOBER.first_day)
    rows = CountedReject.objects.filter(supplier=supplier)
    assert month.counted_qty == sum(row.counted_qty for row in rows)
    return int(month.counted_qty), int(month.provisional_qty)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_code_per_incident_counts_one_for_an_issue_in_several_plants(
    supplier_a: Supplier,
    plants: list[Plant],
    part: Part,
    per_incident: DefectCode,
    order: tuple[int, ...],
) -> None:
    for index in order:
        report(supplier_a, plants[index], part, SEVERITIES[index], defect_code=per_incident)
    assert counted(supplier_a) == (1, 1)
    assert CountedReject.objects.get(counted_qty=1).reject.severity == "line_stop"


def test_two_issues_of_a_code_per_incident_count_two(
    supplier_a: Supplier, plants: list[Plant], part: Part, per_incident: DefectCode
) -> None:
    report(supplier_a, plants[0], part, "sorting", defect_code=per_incident)
    report(supplier_a, plants[1], PartFactory(), "sorting", defect_code=per_incident)
    report(supplier_a, plants[1], part, "sorting", defect_code=per_incident, complaint="Q-2")
    assert counted(supplier_a) == (3, 3)


def test_reports_of_the_issue_under_other_codes_count_by_their_own_rule(
    supplier_a: Supplier, plants: list[Plant], part: Part, per_incident: DefectCode
) -> None:
    report(supplier_a, plants[0], part, "line_stop")
    report(supplier_a, plants[1], part, "sorting", defect_code=per_incident)
    assert counted(supplier_a) == (6, 6)
    assert incidents(supplier_a) == (1, 10)


def test_the_report_left_counts_when_a_verdict_clears_the_worst(
    supplier_a: Supplier, plants: list[Plant], part: Part, per_incident: DefectCode
) -> None:
    mild = report(supplier_a, plants[0], part, "sorting", defect_code=per_incident)
    severe = report(supplier_a, plants[1], part, "field", defect_code=per_incident)
    RejectVerdictFactory(reject=mild, confirmed_qty=5, supplier_qty=5)
    assert counted(supplier_a) == (1, 1)
    RejectVerdictFactory(reject=severe, confirmed_qty=5, supplier_qty=0, own_qty=5)
    assert counted(supplier_a) == (1, 0)
    assert CountedReject.objects.get(pk=mild.pk).counted_qty == 1


def test_the_record_says_that_another_report_counts_the_incident(
    supplier_a: Supplier,
    plants: list[Plant],
    part: Part,
    per_incident: DefectCode,
    sqe_client: Client,
) -> None:
    first = report(supplier_a, plants[0], part, "sorting", defect_code=per_incident)
    second = report(supplier_a, plants[1], part, "sorting", defect_code=per_incident)
    says = "Another report of the same issue counts for it"
    assert says not in sqe_client.get(f"/rejects/{first.pk}/").content.decode()
    assert says in sqe_client.get(f"/rejects/{second.pk}/").content.decode()


# -- numbers that supersede each other ---------------------------------------------------


def test_an_issue_of_a_superseded_number_is_the_same_issue(
    supplier_a: Supplier, plants: list[Plant], part: Part, per_incident: DefectCode
) -> None:
    newest = PartFactory(supersedes=PartFactory(supersedes=part))
    beside = PartFactory(supersedes=part)
    report(supplier_a, plants[0], part, "sorting", defect_code=per_incident)
    report(supplier_a, plants[1], newest, "line_stop", defect_code=per_incident)
    report(supplier_a, plants[2], beside, "sorting", defect_code=per_incident)
    assert incidents(supplier_a) == (1, 10)
    assert counted(supplier_a) == (1, 1)


def test_issues_follow_what_a_part_supersedes(
    supplier_a: Supplier, plants: list[Plant], part: Part
) -> None:
    between = PartFactory()
    newest = PartFactory(supersedes=between)
    report(supplier_a, plants[0], part, "sorting")
    report(supplier_a, plants[1], newest, "line_stop")
    assert incidents(supplier_a) == (2, 11)
    Part.objects.filter(pk=between.pk).update(supersedes=part)
    assert set(waiting_months([supplier_a.pk])) == {OCTOBER}
    assert incidents(supplier_a) == (1, 10)
    assert verify() == []
    Part.objects.filter(pk=between.pk).update(supersedes=None)
    assert incidents(supplier_a) == (2, 11)
    assert verify() == []
