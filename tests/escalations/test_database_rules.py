"""What PostgreSQL refuses, whoever writes: rows are changed here without any service."""

from typing import Any

import pgtrigger
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from escalations import eight_d_workflow as eight_d
from escalations import shipping_workflow as shipping
from escalations.models import (
    Episode,
    EpisodeStep,
    Judgement,
    Message,
    Policy,
    PolicyVersion,
    Rule,
)
from escalations.services import sending
from escalations.workflow import FINAL_STATES, TRANSITIONS, Action, Level, State
from suppliers.models import Supplier, User
from tests.escalations.facts import AT, OCTOBER, evaluated, external
from tests.factories import PartFactory

pytestmark = pytest.mark.django_db

EIGHT_D_STATES = [*eight_d.StepState, *eight_d.ReportState, *eight_d.ExtensionState]
MOVES = {
    (level, before, row.to_state)
    for row in TRANSITIONS
    for before in row.from_states
    for level in row.levels
}


@pytest.fixture
def raised(supplier_a: Supplier, sqe: User) -> Supplier:
    external(supplier_a, counted=26, received=250_000)
    evaluated()
    return supplier_a


def refused(error: type[Exception], says: str, statement: str, *values: Any) -> None:
    with pytest.raises(error, match=says), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize("level", list(Level))
def test_only_moves_of_the_table_pass(supplier_a: Supplier, level: Level) -> None:
    for before in State:
        for after in set(State) - {before}:
            assert moves(supplier_a, level, before, after) == ((level, before, after) in MOVES)


def moves(supplier: Supplier, level: Level, before: State, after: State) -> bool:
    """Say whether an episode in `before` may be written to `after`; leaves nothing behind."""
    with transaction.atomic():
        episode = episode_in(supplier, level, before)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE escalations_episode SET state = %s, ended_at = %s WHERE id = %s",
                    [after.value, AT if after in FINAL_STATES else None, episode.pk],
                )
        except IntegrityError as error:
            assert "may not go from" in str(error)  # noqa: PT017  # both outcomes are looked at
            return False
        finally:
            transaction.set_rollback(True)
        return True


def episode_in(supplier: Supplier, level: Level, state: State) -> Episode:
    fields: dict[str, Any] = {
        "number": "ESC-TEST",
        "supplier": supplier,
        "metric": "external_ppm",
        "level": level.value,
        "state": state.value,
        "raised_on": AT.date(),
        "raised_at": AT,
        "first_month": OCTOBER.first_day,
        "last_month": OCTOBER.first_day,
        "ended_at": AT if state in FINAL_STATES else None,
        "approver": "quality_manager",
        "part": PartFactory() if level is Level.STOP_SHIP else None,
    }
    with pgtrigger.ignore("escalations.Episode:episode_begins_open"):
        episode: Episode = Episode.objects.create(**fields)
    return episode


@pytest.mark.parametrize(
    ("constraint", "columns", "table"),
    [
        (
            "episode_step_in_the_table",
            {
                "action": list(Action),
                "from_state": ["", *State],
                "to_state": list(State),
            },
            {
                (row.action, before, row.to_state)
                for row in TRANSITIONS
                for before in row.from_states or [""]
            },
        ),
        (
            "eight_d_move_in_the_table",
            {
                "subject": list(eight_d.Subject),
                "action": list(eight_d.Action),
                "from_state": ["", *EIGHT_D_STATES],
                "to_state": EIGHT_D_STATES,
            },
            {
                (row.subject, row.action, before, row.to_state)
                for row in eight_d.TRANSITIONS
                for before in row.from_states or [""]
            },
        ),
        (
            "shipping_event_in_the_table",
            {
                "action": list(shipping.ShippingAction),
                "from_state": ["", *shipping.ShippingState],
                "to_state": list(shipping.ShippingState),
            },
            {
                (row.action, before, row.to_state)
                for row in shipping.TRANSITIONS
                for before in row.from_states or [""]
            },
        ),
    ],
)
def test_rows_of_every_life_repeat_its_table(
    constraint: str, columns: dict[str, list[str]], table: set[tuple[str, ...]]
) -> None:
    """PostgreSQL's own check is asked of every pair there is, allowed or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_expr(conbin, conrelid), convalidated FROM pg_constraint"
            " WHERE conname = %s",
            [constraint],
        )
        check, validated = cursor.fetchone()
        grid = " CROSS JOIN ".join(
            f"unnest(%s::varchar[]) AS of_{name} ({name})" for name in columns
        )
        cursor.execute(
            f"SELECT {', '.join(columns)} FROM {grid} WHERE {check}",  # noqa: S608  # our own
            [[str(value) for value in values] for values in columns.values()],
        )
        passing = set(cursor.fetchall())
    assert validated
    assert passing == {tuple(str(value) for value in row) for row in table}


def test_step_of_no_move_is_refused(raised: Supplier, sqe: User) -> None:
    step = EpisodeStep(
        episode=Episode.objects.all()[0],
        number=9,
        action="close",
        from_state="open",
        to_state="closed",
        at=AT,
        by=sqe,
        reason="So.",
    )
    with pytest.raises(IntegrityError, match="episode_step_in_the_table"), transaction.atomic():
        step.save()


def test_episode_begins_open(supplier_a: Supplier) -> None:
    with pytest.raises(IntegrityError, match="begins as open"), transaction.atomic():
        Episode.objects.create(
            number="ESC-TEST",
            supplier=supplier_a,
            metric="external_ppm",
            level="8d",
            state="acknowledged",
            raised_on=AT.date(),
            raised_at=AT,
            first_month=OCTOBER.first_day,
            last_month=OCTOBER.first_day,
        )


def test_second_open_episode_is_refused(raised: Supplier) -> None:
    refused(
        IntegrityError,
        "episode_one_open_per_scope_metric_level",
        "INSERT INTO escalations_episode (number, supplier_id, metric, level, state, raised_on,"
        " raised_at, first_month, last_month) SELECT 'ESC-X', supplier_id, metric, level, 'open',"
        " raised_on, raised_at, first_month, last_month FROM escalations_episode LIMIT 1",
    )


@pytest.mark.parametrize("model", [Judgement, EpisodeStep, PolicyVersion, Rule])
def test_evidence_is_append_only(raised: Supplier, model: Any) -> None:
    table = table_of(model)
    refused(ProgrammingError, "Cannot update", f"UPDATE {table} SET id = id")  # noqa: S608  # our own name
    refused(ProgrammingError, "delete rows", f"DELETE FROM {table}")  # noqa: S608  # our own name


def table_of(model: Any) -> str:
    return str(model.objects.all().query.get_initial_alias())


@pytest.mark.parametrize("model", [Episode, Message])
def test_cases_and_messages_are_never_deleted(raised: Supplier, model: Any) -> None:
    refused(ProgrammingError, "delete rows", f"DELETE FROM {table_of(model)}")  # noqa: S608  # our own name


def test_version_that_has_judged_takes_no_more_rules(raised: Supplier) -> None:
    rule = Judgement.objects.all()[0].rule
    rule.pk, rule.position = None, 99
    with pytest.raises(IntegrityError, match="write a new version"), transaction.atomic():
        rule.save(force_insert=True)


def test_rendered_mail_is_never_changed(raised: Supplier) -> None:
    sending.send_due(now=lambda: AT)
    refused(
        IntegrityError,
        "never changed",
        "UPDATE escalations_message SET text = 'Nothing happened.' WHERE text <> ''",
    )


def test_one_policy_is_in_force() -> None:
    refused(IntegrityError, "policy_one_in_force", "UPDATE escalations_policy SET active = true")


def test_shipped_policies_and_what_is_in_force() -> None:
    kinds = {
        policy.name: [rule.judges_figures for rule in Rule.objects.filter(version__policy=policy)]
        for policy in Policy.objects.all()
    }
    assert kinds == {
        "Default": [True] * 4,
        "Volume-guarded": [True] * 4,
        "Immediate": [False] * 12,  # six rules, in two versions
    }
    active = Policy.objects.filter(active=True).order_by("name")
    assert list(active.values_list("name", "subject")) == [
        ("Default", "figures"),
        ("Immediate", "records"),
    ]
