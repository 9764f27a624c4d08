import io

import pytest
from django.core.management import CommandError, call_command

from escalations.models import Episode, EvaluationRun
from scorecards.periods import Month
from suppliers.models import Supplier
from tests.escalations.facts import external

pytestmark = pytest.mark.django_db

PAST = Month(2024, 5)


def evaluate(*options: str) -> list[str]:
    output = io.StringIO()
    call_command("evaluate", *options, stdout=output)
    return output.getvalue().splitlines()


def test_command_says_what_it_raised_and_then_that_nothing_is_new(supplier_a: Supplier) -> None:
    external(supplier_a, counted=26, received=250_000, month=PAST)
    external(supplier_a, counted=7, received=100_000, month=PAST.plus(1))
    lines = evaluate()
    assert [line.split(": ")[0] for line in lines[:-1]] == ["raised", "raised", "joined"]
    assert "ALFA-4711 controlled shipping level 1, External PPM, 2024-05" in lines[1]
    assert lines[-1].startswith("Judged 2 supplier-months of external PPM")
    assert lines[-1].endswith(": 1 8D request and 1 controlled shipping raised, 1 hit joined.")
    assert evaluate()[-1].endswith(": nothing new.")
    assert EvaluationRun.objects.count() == 2


def test_command_judges_one_month(supplier_a: Supplier) -> None:
    for month in (PAST, PAST.plus(1)):
        external(supplier_a, counted=7, received=100_000, month=month)
    assert "1 8D request raised." in evaluate("--month", "2024-06")[-1]
    assert Episode.objects.get().first_month == PAST.plus(1).first_day


def test_dry_run_says_and_writes_nothing(supplier_a: Supplier) -> None:
    external(supplier_a, counted=7, received=100_000, month=PAST)
    lines = evaluate("--dry-run")
    assert "1 8D request raised." in lines[-2]
    assert lines[-1].startswith("Dry run")
    assert not Episode.objects.exists()
    assert not EvaluationRun.objects.exists()


@pytest.mark.parametrize(
    ("month", "says"), [("2024", "write it like"), ("2999-01", "has not ended")]
)
def test_command_refuses_months_it_cannot_judge(db: None, month: str, says: str) -> None:
    with pytest.raises(CommandError, match=says):
        evaluate("--month", month)
