"""A reader with nothing but the printed scorecard recomputes its score.

Everything here comes from the text of the PDF: counts, tables, weights, bounds of grades. None
of the product's own arithmetic is used.
"""

import re
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

import pytest

from scorecards.models import Scorecard
from scorecards.pdf import version_pdf
from scorecards.services.publication import publish_month
from suppliers.enums import Severity
from suppliers.models import Supplier
from tests.factories import CertificateFactory, FieldPopulationFactory, WarrantyReturnFactory
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up
from tests.scorecards.pdf.reading import Read

NOW = datetime(2025, 11, 10, 9, 30, tzinfo=UTC)
NUMBER = r"[\d,]+(?:\.\d+)?"
CELL = rf"(?:{NUMBER}|—)"
# what a value is per, by the name the document gives the criterion
PER = {
    "External PPM": 10**6,
    "Incidents per 10⁹ parts, weighted": 10**9,
    "Warranty PPM": 10**6,
    "Deliveries on time (%)": 100,
    "8D steps in time (%)": 100,
}
WINDOW = r"(?:October 2025|Last \d+ months)"


class Line(NamedTuple):
    counted: Fraction
    of: Fraction
    table: str
    points: str
    weight: Fraction


def number(text: str) -> Fraction:
    return Fraction(text.replace(",", ""))


def printed_lines(page: str) -> dict[str, Line]:
    """Read the table "How the score comes about" off the second page."""
    text = page.split("How the score comes about")[1].split("Sum of points", maxsplit=1)[0]
    found = {}
    for name in PER:
        row = re.search(
            rf"{re.escape(name)} {WINDOW} ({NUMBER}) ({NUMBER}) {CELL} (.*? → {NUMBER}) "
            rf"({CELL}) ({NUMBER}) ({CELL})(?: |$)",
            text,
        )
        assert row is not None, (name, text)
        counted, of, table, points, weight, _product = row.groups()
        found[name] = Line(number(counted), number(of), table, points, number(weight))
    return found


def by_hand(table: str, value: Fraction) -> Fraction:
    """Look a value up in a printed table: 0 → 100 · ≤ 25 → 90 · more → 0."""
    for step in table.split(" · "):
        bound, points = step.split(" → ")
        if bound in {"more", "less"}:
            return number(points)
        limit = number(bound.strip("≤≥ "))
        if value >= limit if bound.startswith("≥") else value <= limit:
            return number(points)
    raise AssertionError(table)


def recomputed(read: Read) -> tuple[Decimal, str]:
    """Recompute score and grade from the document's own words."""
    lines = printed_lines(read.pages[1])
    weighted = weights = Fraction(0)
    for name, line in lines.items():
        if not line.of:
            assert line.points == "—"
            continue
        points = by_hand(line.table, line.counted * PER[name] / line.of)
        assert points == number(line.points)
        weighted, weights = weighted + points * line.weight, weights + line.weight
    mean = weighted / weights
    score = (Decimal(mean.numerator) / Decimal(mean.denominator)).quantize(
        Decimal("0.1"), rounding=ROUND_HALF_UP
    )
    bounds = re.search(r"Grade A from ([\d.]+), B from ([\d.]+), C below\.", read.pages[1])
    assert bounds is not None
    grade = "A" if score >= Decimal(bounds[1]) else "B" if score >= Decimal(bounds[2]) else "C"
    return score, "C" if "Grade C:" in read.pages[0] else grade


def published(supplier: Supplier) -> tuple[Scorecard, Read]:
    roll_up()
    publish_month(month=OCTOBER, by=None, at=NOW)
    scorecard = Scorecard.objects.get(supplier=supplier)
    return scorecard, Read(version_pdf(scorecard).content)


def printed_score(read: Read) -> tuple[Decimal, str]:
    found = re.search(r"Score ([\d.]+) Grade ([ABC])", read.pages[0])
    assert found is not None, read.pages[0]
    return Decimal(found[1]), found[2]


def assert_recomputable(scorecard: Scorecard, read: Read) -> None:
    assert recomputed(read) == printed_score(read) == (scorecard.score, scorecard.grade)


@pytest.mark.parametrize(
    ("received", "rejected", "severity"),
    [(50_000, 5, Severity.SORTING), (3_000, 1, Severity.LINE_STOP), (400_000, 10, Severity.FIELD)],
)
def test_score_can_be_recomputed_from_the_printed_tables(
    supplier_a: Supplier, received: int, rejected: int, severity: str
) -> None:
    for late in range(7):
        deliver(
            supplier_a,
            received,
            promised_on=date(2025, 10, 1) if late else date(2025, 9, 1),
        )
    deliver(supplier_a, received, OCTOBER.minus(1))
    decide(supplier_a, rejected, severity=severity)
    population = FieldPopulationFactory(
        supplier=supplier_a, month=OCTOBER.first_day, parts_in_field=123_457
    )
    WarrantyReturnFactory(
        supplier=supplier_a, part=population.part, received_on=OCTOBER.first_day, quantity=7
    )

    scorecard, read = published(supplier_a)

    assert_recomputable(scorecard, read)


def test_score_without_some_criteria_can_be_recomputed(supplier_a: Supplier) -> None:
    deliver(supplier_a, 7_001)
    decide(supplier_a, 1)

    scorecard, read = published(supplier_a)

    assert "Criteria without data drop out" in read.pages[1]
    assert "provisional" in read.pages[0]
    assert_recomputable(scorecard, read)


def test_gate_is_told_beside_the_points(supplier_a: Supplier) -> None:
    deliver(supplier_a, 1_000)
    CertificateFactory(
        supplier=supplier_a,
        standard="IATF 16949",
        mandatory=True,
        expires_on=date(2025, 10, 30),
    )

    scorecard, read = published(supplier_a)

    assert scorecard.score == 100
    assert scorecard.grade == "C"
    assert "Grade C: the mandatory certificate IATF 16949 ended on 2025-10-30." in read.pages[0]
    assert_recomputable(scorecard, read)


CELLS = r"((?:[\d.,]+[kMG]?\*?|—)(?: (?:[\d.,]+[kMG]?\*?|—)){12})"


def months_with_data(page: str) -> int:
    """Count the months of the last twelve in which the printed table has anything."""
    table = page.split("External PPM by month")[1]
    found = re.search(rf"Rejected {CELLS} Received {CELLS} ", table)
    assert found is not None, table
    rejected, received = (cells.split()[1:] for cells in found.groups())
    return sum(any(cell != "0" for cell in pair) for pair in zip(rejected, received, strict=True))


@pytest.mark.parametrize("months_of_data", [1, 5, 6, 12])
def test_provisional_rule_follows_from_the_printed_months(
    supplier_a: Supplier, months_of_data: int
) -> None:
    for back in range(months_of_data):
        deliver(supplier_a, 40_000 + back, OCTOBER.minus(back))
    decide(supplier_a, 3)

    scorecard, read = published(supplier_a)

    assert months_with_data(read.pages[1]) == months_of_data
    said = re.search(
        r"Provisional: (\d+) of the last 12 months have data, (\d+) are needed", read.pages[1]
    )
    if said is None:
        assert months_of_data >= 6
        assert "provisional" not in read.pages[0].split("Criterion")[0]
    else:
        assert int(said[1]) == months_of_data < int(said[2]) == 6
        assert "provisional" in read.pages[0].split("Criterion")[0]
    assert_recomputable(scorecard, read)


def test_worst_steps_few_months_and_two_gates_give_the_printed_grade(
    supplier_a: Supplier,
) -> None:
    deliver(supplier_a, 2_000)
    decide(supplier_a, 900, severity=Severity.FIELD)
    for standard in ("IATF 16949", "ISO 14001"):
        CertificateFactory(
            supplier=supplier_a, standard=standard, mandatory=True, expires_on=date(2025, 10, 2)
        )

    scorecard, read = published(supplier_a)

    assert read.pages[0].count("Grade C:") == 2
    assert "provisional" in read.pages[0]
    assert scorecard.grade == "C"
    assert_recomputable(scorecard, read)
