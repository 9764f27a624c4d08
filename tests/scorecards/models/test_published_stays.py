"""What was published stays: PostgreSQL refuses every way of changing it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError

from scorecards.models import Scorecard, ScorecardDocument, WorkState
from scorecards.services.publication import publish_month
from suppliers.models import Supplier
from tests.scorecards.facts import OCTOBER, deliver, roll_up

NOW = datetime(2025, 11, 10, 9, 30, tzinfo=UTC)


@pytest.fixture
def published(supplier_a: Supplier) -> Scorecard:
    """A published month whose PDF is ready."""
    deliver(supplier_a, 1_000)
    roll_up()
    publish_month(month=OCTOBER, by=None, at=NOW)
    ScorecardDocument.objects.update(
        state=WorkState.READY, file="a.pdf", sha256="0" * 64, size_bytes=1, finished_at=NOW
    )
    scorecard: Scorecard = Scorecard.objects.get()
    return scorecard


STATEMENTS = [
    "UPDATE scorecards_scorecard SET snapshot = '{}'",
    "UPDATE scorecards_scorecard SET score = 100, grade = 'A'",
    "UPDATE scorecards_scorecard SET sha256 = repeat('0', 64)",
    "UPDATE scorecards_scorecard SET published_at = now()",
    "UPDATE scorecards_scorecard SET reason = 'some other reason'",
    "UPDATE scorecards_scorecard SET version = 2",
    """INSERT INTO scorecards_scorecard AS s SELECT * FROM scorecards_scorecard
       ON CONFLICT (id) DO UPDATE SET grade = 'A'""",
    """MERGE INTO scorecards_scorecard s USING (SELECT 1) AS one ON true
       WHEN MATCHED THEN UPDATE SET grade = 'A'""",
    "DELETE FROM scorecards_scorecard",
    "TRUNCATE scorecards_scorecard CASCADE",
    "TRUNCATE scorecards_scorecarddocument",
    "DELETE FROM scorecards_scorecarddocument",
    "UPDATE scorecards_scorecarddocument SET file = 'b.pdf'",
    "UPDATE scorecards_scorecarddocument SET sha256 = repeat('1', 64)",
    "UPDATE scorecards_scorecarddocument SET state = 'waiting'",
    "TRUNCATE suppliers_supplier CASCADE",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_statement_is_refused(published: Scorecard, statement: str) -> None:
    before = list(Scorecard.objects.values()), list(ScorecardDocument.objects.values())

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    after = list(Scorecard.objects.values()), list(ScorecardDocument.objects.values())
    assert after == before


def change(scorecard: Scorecard) -> None:
    scorecard.grade = "C"
    scorecard.save()


def change_many(scorecard: Scorecard) -> None:
    scorecard.grade = "C"
    Scorecard.objects.bulk_update([scorecard], ["grade"])


def upsert(scorecard: Scorecard) -> None:
    scorecard.grade = "C"
    Scorecard.objects.bulk_create(
        [scorecard], update_conflicts=True, unique_fields=["id"], update_fields=["grade"]
    )


WAYS: list[Callable[[Scorecard], object]] = [
    change,
    change_many,
    upsert,
    lambda scorecard: scorecard.delete(),
    lambda scorecard: scorecard.document.delete(),
    lambda _: Scorecard.objects.all().delete(),
    lambda _: Scorecard.objects.update(grade="C"),
]


@pytest.mark.parametrize("way", WAYS)
def test_way_through_the_product_is_refused(
    published: Scorecard, way: Callable[[Scorecard], object]
) -> None:
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        way(published)

    assert Scorecard.objects.get().grade == "A"
    assert ScorecardDocument.objects.get().file == "a.pdf"


def test_unfinished_document_may_still_become_ready(supplier_a: Supplier) -> None:
    deliver(supplier_a, 1_000)
    roll_up()
    publish_month(month=OCTOBER, by=None, at=NOW)

    ScorecardDocument.objects.update(state=WorkState.WORKING, attempts=1)

    assert ScorecardDocument.objects.get().attempts == 1
