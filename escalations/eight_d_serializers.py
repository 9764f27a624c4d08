"""How 8Ds are written in the API, and what may be sent."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from escalations.deadlines import Moved
from escalations.eight_d_enums import Standing
from escalations.eight_d_workflow import WRITABLE, WRITING, Action, Discipline, Subject
from escalations.models import EightD, EightDMove, EightDStep
from escalations.queries.eight_d_clocks import clocks_from, day_of
from escalations.queries.shown import Shown
from suppliers import access
from suppliers.inputs import REASON, Input


class StepInput(Input):
    """A draft of a step."""

    content = serializers.JSONField()
    seen = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


class SubmitInput(Input):
    """The version of a draft that is handed in."""

    seen = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


class ReviewInput(Input):
    """The customer's decision on the revision of a step that was read."""

    revision = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    action = serializers.ChoiceField(
        choices=[one.value for one in (Action.ACCEPT, Action.RETURN, Action.REOPEN)]
    )
    comment = serializers.CharField(max_length=REASON, allow_blank=True, default="")


class EightDStepSerializer(serializers.ModelSerializer[EightDStep]):
    """A step as it stands; a writer names its `version` as `seen`, a reviewer its `revision`."""

    revision = serializers.IntegerField(
        allow_null=True, read_only=True, help_text="Number of the revision submitted last."
    )

    class Meta:
        model = EightDStep
        fields = ("discipline", "state", "version", "revision", "saved_at", "content")


class EightDMoveSerializer(serializers.ModelSerializer[EightDMove]):
    """A move of the report or of one of its steps."""

    class Meta:
        model = EightDMove
        fields = (
            "number",
            "subject",
            "discipline",
            "action",
            "from_state",
            "to_state",
            "at",
            "on_behalf",
            "comment",
            "until",
        )


class EightDClockSerializer(serializers.Serializer[Any]):
    """A date and how it stands."""

    milestone = serializers.CharField()
    planned_on = serializers.DateField()
    due_on = serializers.DateField()
    met_on = serializers.DateField(allow_null=True)
    working_days_left = serializers.IntegerField(source="left", allow_null=True)
    stands_still = serializers.BooleanField()
    extended = serializers.BooleanField()


class EightDReportSerializer(serializers.ModelSerializer[EightD]):
    """An 8D with its steps, dates and moves. Drafts are shown to those who write it.

    `ended_at` is when it was closed or ended with its case; null while it goes on.
    """

    state = serializers.ChoiceField(choices=Standing.choices, source="standing")
    supplier = serializers.CharField(source="episode.supplier.code")
    episode = serializers.CharField(source="episode.number")
    ended_at = serializers.DateTimeField(allow_null=True, read_only=True)
    problem = serializers.SerializerMethodField()
    facts = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()
    moves = serializers.SerializerMethodField()
    clocks = serializers.SerializerMethodField()

    class Meta:
        model = EightD
        fields = (
            "number",
            "supplier",
            "episode",
            "state",
            "severity",
            "requested_on",
            "problem",
            "facts",
            "verified_at",
            "closed_at",
            "ended_at",
            "clocks",
            "steps",
            "moves",
        )

    @extend_schema_field(EightDStepSerializer(many=True))
    def get_steps(self, eight_d: EightD) -> list[dict[str, Any]]:
        """Return the steps; a draft is read by those alone who may write it."""
        shown = self._shown(eight_d)
        rows: list[dict[str, Any]] = [
            row
            | {
                "content": shown.content(
                    Discipline(row["discipline"]), row["content"], eight_d.facts
                )
            }
            for row in EightDStepSerializer(eight_d.steps.all(), many=True).data
        ]
        request = self.context.get("request")
        if request is None or WRITING & _roles(request.user, eight_d):
            return rows
        return [row | {"content": {}} if row["state"] in WRITABLE else row for row in rows]

    def get_problem(self, eight_d: EightD) -> str:
        """Return the problem as it was raised; of other plants nothing."""
        return self._shown(eight_d).text(eight_d.problem, eight_d.facts)

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_facts(self, eight_d: EightD) -> list[dict[str, Any]]:
        """Return the parts of the breach; of other plants none."""
        return self._shown(eight_d).of(eight_d.facts)

    def _shown(self, eight_d: EightD) -> Shown:
        request = self.context.get("request")
        return Shown.to(None if request is None else request.user, eight_d.episode.supplier_id)

    @extend_schema_field(EightDMoveSerializer(many=True))
    def get_moves(self, eight_d: EightD) -> list[dict[str, Any]]:
        """Return the moves in their order."""
        return list(EightDMoveSerializer(eight_d.moves.all(), many=True).data)

    @extend_schema_field(EightDClockSerializer(many=True))
    def get_clocks(self, eight_d: EightD) -> list[dict[str, Any]]:
        """Return the dates as they stand now."""
        moves = [
            Moved(
                on=move.on,
                discipline=Discipline(move.discipline),
                action=Action(move.action),
                until=move.until,
            )
            for move in eight_d.moves.all()
            if move.subject != Subject.REPORT
        ]
        found = clocks_from(eight_d, moves, today=day_of(eight_d, timezone.now()))
        return list(EightDClockSerializer(found, many=True).data)


def _roles(user: access.AnyUser, eight_d: EightD) -> frozenset[str]:
    return frozenset(role.value for role in access.roles_at(user, eight_d.episode.supplier_id))
