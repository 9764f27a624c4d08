"""Scoring schemes: versions, the draft that is tried, and grades in lists."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from scorecards.models import Scorecard, ScoringScheme
from scorecards.periods import Month
from scorecards.queries.dry_run import dry_run
from scorecards.queries.grades import grades
from scorecards.queries.published import last_ended_month
from scorecards.queries.schemes import newest_scheme, rules_of, scheme_of
from scorecards.scoring import Criterion
from scorecards.services.publication import NothingToRestateError, publish_month, restate
from scorecards.services.schemes import (
    ReasonTooShortError,
    SchemeChangedError,
    SchemeTooEarlyError,
    put_into_force,
)
from suppliers.models import Supplier, User
from tests.factories import SupplierFactory
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up

NOW = datetime(2025, 11, 10, 9, 30, tzinfo=UTC)
WHY = "Deliveries matter less this year."


def stricter(quality_manager: User, first_month: Month = OCTOBER) -> ScoringScheme:
    shipped = rules_of(newest_scheme())
    return put_into_force(
        scheme=replace(shipped, grade_a=Decimal(100), grade_b=Decimal(95)),
        first_month=first_month,
        reason=WHY,
        seen=shipped.version,
        by=quality_manager,
        at=NOW,
    )


def test_shipped_scheme_has_the_default_weights(db: None) -> None:
    scheme = scheme_of(OCTOBER)

    assert scheme is not None
    assert {rule.criterion: rule.weight for rule in scheme.rules} == {
        Criterion.EXTERNAL_PPM: 40,
        Criterion.INCIDENTS: 15,
        Criterion.WARRANTY_PPM: 15,
        Criterion.ON_TIME: 15,
        Criterion.EIGHT_D: 15,
    }
    assert (scheme.grade_a, scheme.grade_b) == (Decimal(90), Decimal(70))
    assert scheme.months_needed == 6


def test_new_version_holds_from_its_month_on_and_no_earlier(quality_manager: User) -> None:
    stricter(quality_manager)

    before, after = scheme_of(OCTOBER.minus(1)), scheme_of(OCTOBER)

    assert before is not None
    assert after is not None
    assert (before.version, after.version) == (1, 2)


def test_version_that_somebody_replaced_meanwhile_is_refused(quality_manager: User) -> None:
    shipped = rules_of(newest_scheme())
    stricter(quality_manager)
    with pytest.raises(SchemeChangedError):
        put_into_force(
            scheme=shipped, first_month=OCTOBER, reason=WHY, seen=1, by=quality_manager, at=NOW
        )
    with pytest.raises(SchemeTooEarlyError):
        put_into_force(
            scheme=shipped,
            first_month=OCTOBER.minus(1),
            reason=WHY,
            seen=2,
            by=quality_manager,
            at=NOW,
        )
    with pytest.raises(ReasonTooShortError):
        put_into_force(
            scheme=shipped,
            first_month=OCTOBER,
            reason="  so   ",
            seen=2,
            by=quality_manager,
            at=NOW,
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE scorecards_scoringscheme SET reason = 'another reason'",
        "DELETE FROM scorecards_scoringscheme",
    ],
)
def test_database_refuses_to_change_a_version(db: None, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="Cannot update or delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_published_month_keeps_its_score_when_the_scheme_changes(
    supplier_a: Supplier, quality_manager: User
) -> None:
    deliver(supplier_a, 100_000)
    decide(supplier_a, 1)
    roll_up()
    publish_month(month=OCTOBER, by=None, at=NOW)
    before = Scorecard.objects.get(supplier=supplier_a)

    stricter(quality_manager, first_month=OCTOBER.plus(1))

    after = Scorecard.objects.get(supplier=supplier_a)
    assert (after.score, after.grade, after.sha256) == (before.score, before.grade, before.sha256)
    with pytest.raises(NothingToRestateError):
        restate(
            supplier=supplier_a, month=OCTOBER, reason="Nothing of ours changed.", by=None, at=NOW
        )


def test_score_of_the_list_is_the_published_one(supplier_a: Supplier, supplier_b: Supplier) -> None:
    for supplier in (supplier_a, supplier_b):
        deliver(supplier, 100_000)
    roll_up()
    publish_month(
        month=OCTOBER, by=None, at=NOW, suppliers=Supplier.objects.filter(pk=supplier_a.pk)
    )
    for supplier in (supplier_a, supplier_b):
        decide(supplier, 40)
    roll_up()

    found = grades(OCTOBER, supplier_ids=[supplier_a.pk, supplier_b.pk])

    assert (found[supplier_a.pk].score, found[supplier_a.pk].published) == (Decimal(100), True)
    # 400 PPM → 20 points × 40; 10,000 weighted incidents per 10⁹ → 80 × 15; ÷ 55
    assert found[supplier_b.pk].score == Decimal("36.4")
    assert not found[supplier_b.pk].published
    assert found[supplier_b.pk].grade == "C"


def test_grades_take_the_same_queries_for_one_and_three(supplier_a: Supplier) -> None:
    others: list[Supplier] = [SupplierFactory(), SupplierFactory()]
    for supplier in (supplier_a, *others):
        deliver(supplier, 1_000)
    roll_up()
    counts = []
    for ids in ([supplier_a.pk], [supplier_a.pk, *(one.pk for one in others)]):
        with CaptureQueriesContext(connection) as queries:
            assert len(grades(OCTOBER, supplier_ids=ids)) == len(ids)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_dry_run_says_who_changes_grade_and_why(supplier_a: Supplier, supplier_b: Supplier) -> None:
    for supplier in (supplier_a, supplier_b):
        deliver(supplier, 100_000, promised_on=date(2025, 9, 1))
    decide(supplier_b, 1)
    roll_up()
    shipped = rules_of(newest_scheme())
    rules = tuple(rule for rule in shipped.rules if rule.criterion is not Criterion.ON_TIME)

    found = dry_run(
        draft=replace(shipped, rules=rules), suppliers=Supplier.objects.all(), last=OCTOBER
    )

    assert (found.first, found.last, found.compared) == (Month(2024, 11), OCTOBER, 2)
    change = next(one for one in found.changes if one.supplier == supplier_a)
    # (40·100 + 15·100 + 15·0) ÷ 70 = 78.6 with late deliveries, 100 without counting them
    assert (change.before.score, change.before.grade) == (Decimal("78.6"), "B")
    assert (change.after.score, change.after.grade) == (Decimal(100), "A")
    assert change.better
    assert [(why.criterion, why.before, why.after) for why in change.reasons] == [
        (Criterion.ON_TIME, (Decimal(0), Decimal(15)), None)
    ]
    assert found.tallies[0].before == {"B": 1, "C": 1}
    assert found.tallies[0].after == {"A": 1, "B": 1}
    assert Scorecard.objects.count() == 0


def draft_of(client: Client, **changes: str) -> dict[str, str]:
    form = client.get("/scoring-schemes/new/").context["form"]
    begun = {name: str(form[name].value() or 0) for name in form.fields if name != "reason"}
    return begun | changes


def test_manager_tries_a_draft_and_puts_it_into_force(
    supplier_a: Supplier, quality_manager_client: Client
) -> None:
    deliver(supplier_a, 100_000)
    decide(supplier_a, 1)
    roll_up()
    draft = draft_of(quality_manager_client, do="try")
    draft["external_ppm_weight"] = "20.5"

    tried = quality_manager_client.post("/scoring-schemes/new/", draft)

    assert "What the draft would have done" in tried.text
    assert 'value="20.5"' in tried.text
    assert ScoringScheme.objects.count() == 1

    short = quality_manager_client.post("/scoring-schemes/new/", draft | {"do": "publish"})
    assert short.status_code == 422
    assert "at least 10 characters" in short.text
    assert 'value="20.5"' in short.text

    quality_manager_client.post("/scoring-schemes/new/", draft | {"do": "publish", "reason": WHY})
    newest = newest_scheme()
    assert newest.version == 2
    assert rules_of(newest).rules[0].weight == Decimal("20.5")
    assert WHY in quality_manager_client.get("/scoring-schemes/").text


def test_changes_of_a_draft_are_a_file(
    supplier_a: Supplier, quality_manager_client: Client
) -> None:
    month = last_ended_month(at=timezone.now())
    for back in range(7):
        deliver(supplier_a, 100_000, month.minus(back))
    decide(supplier_a, 9, month)
    roll_up()
    draft = draft_of(quality_manager_client, do="try") | {"grade_a": "100", "grade_b": "99.9"}
    tried = quality_manager_client.post("/scoring-schemes/new/", draft)
    change, *_others = tried.context["tried"].changes
    assert '<details class="more" open>' in tried.text
    answer: Any = quality_manager_client.post("/scoring-schemes/new/", draft | {"do": "csv"})
    header, row, *_more = b"".join(answer).decode("utf-8-sig").splitlines()
    assert header.startswith("Supplier,Name,Month,Score before,Grade before")
    assert row.startswith(f"{supplier_a.code},{supplier_a.name},{change.month},")
    assert change.after.grade in row


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("external_ppm_table", "0 = 100\n25", "Line 2: write it like 25 = 90, not “25”."),
        ("external_ppm_table", "25 = 90\n0 = 80", "Values must rise"),
        ("on_time_table", "90 = 100\n95 = 80", "Values must fall"),
        ("external_ppm_table", "0 = 100\n25 = 100", "Points must fall"),
        ("external_ppm_table", "0 = NaN", "Line 1"),
        ("grade_b", "95", "Grade A must begin above grade B"),
        ("first_month", "soon", "Write a month like 2026-03."),
        ("external_ppm_weight", "-1", "greater than or equal to 0"),
    ],
)
def test_bad_draft_is_told_where_and_kept(
    quality_manager_client: Client, field: str, value: str, said: str
) -> None:
    draft = draft_of(quality_manager_client, do="publish", reason=WHY) | {field: value}

    answer = quality_manager_client.post("/scoring-schemes/new/", draft)

    assert answer.status_code == 422
    assert said in answer.text
    assert value.splitlines()[0] in answer.text
    assert ScoringScheme.objects.count() == 1


def test_list_filters_and_sorts_by_grade(
    supplier_a: Supplier, supplier_b: Supplier, sqe_client: Client
) -> None:
    for supplier in (supplier_a, supplier_b):
        deliver(supplier, 100_000)
    decide(supplier_b, 40)
    roll_up()

    good = sqe_client.get("/suppliers/?month=2025-10&grade=A").text
    worst_first = sqe_client.get("/suppliers/?month=2025-10&order=score").text

    assert "ALFA-4711" in good
    assert "BRAVO-0815" not in good
    assert worst_first.index("BRAVO-0815") < worst_first.index("ALFA-4711")
