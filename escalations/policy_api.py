"""Read endpoints of policies, and their dry run."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from escalations.models import Policy, PolicyVersion, Rule
from escalations.queries.policies import policies_with_versions
from escalations.rule_wording import rule_sentence
from escalations.services.policy_dry_run import Difference, DryRun, dry_run_policy
from suppliers import access
from suppliers.enums import TokenScope
from suppliers.models import Supplier
from suppliers.resources import QuantityField, Resource, refuse_unknown


class RuleSerializer(serializers.ModelSerializer[Rule]):
    """A rule: what it looks at, what it raises, and the sentence that says so."""

    sentence = serializers.SerializerMethodField()
    threshold_ppm = QuantityField(allow_null=True)
    min_received = QuantityField(allow_null=True)
    min_rejects = QuantityField(allow_null=True)
    confidence = QuantityField(allow_null=True)

    class Meta:
        model = Rule
        fields = (
            *("position", "sentence", "kind", "scope", "level", "one_level_up", "activation"),
            *("approval_role", "tier_levels", "metric", "window", "comparator", "threshold_ppm"),
            *("min_received", "min_rejects", "confidence", "or_incidents", "incident_months"),
            *("severity", "min_incidents", "within_days", "during_level"),
        )

    @extend_schema_field(serializers.CharField())
    def get_sentence(self, rule: Rule) -> str:
        """Return the rule in a sentence."""
        return rule_sentence(rule)


class VersionSerializer(serializers.ModelSerializer[PolicyVersion]):
    """A version of a policy with its rules."""

    rules = RuleSerializer(many=True)

    class Meta:
        model = PolicyVersion
        fields = ("number", "applies_from", "reason", "created_at", "rules")


class PolicySerializer(serializers.ModelSerializer[Policy]):
    """A policy with its versions, the newest first."""

    versions = VersionSerializer(many=True)

    class Meta:
        model = Policy
        fields = ("id", "name", "description", "subject", "active", "shipped", "versions")


class DifferenceSerializer(serializers.Serializer[Difference]):
    """One case: the months that would call for it and those that did."""

    supplier = serializers.CharField(source="line.supplier.code")
    plant = serializers.CharField(source="line.plant.code", default=None, allow_null=True)
    part = serializers.CharField(source="line.part.number", default=None, allow_null=True)
    metric = serializers.CharField(source="line.metric")
    level = serializers.CharField(source="line.level")
    would = serializers.ListField(child=serializers.CharField())
    was = serializers.ListField(child=serializers.CharField())
    same = serializers.BooleanField()


class DryRunSerializer(serializers.Serializer[DryRun]):
    """What the newest version would have done in the last twelve published months."""

    months = serializers.ListField(child=serializers.CharField())
    suppliers = serializers.IntegerField()
    differences = DifferenceSerializer(many=True)


class Policies(Resource[Policy]):
    """Escalation policies; how the OEM decides is not its suppliers' to read."""

    token_scope = TokenScope.CASES
    queryset = Policy.objects.all()
    serializer_class = PolicySerializer
    filterset_fields = ("subject", "active")

    def get_queryset(self) -> QuerySet[Policy]:
        """Return every policy to the OEM's people, none to others."""
        rows: QuerySet[Policy] = policies_with_versions().order_by("pk")
        return rows if access.is_internal(self.request.user) else rows.none()

    @extend_schema(responses=DryRunSerializer)
    @action(detail=True, url_path="dry-run")
    def dry_run(self, request: Request, pk: str | None = None) -> Response:  # noqa: ARG002  # DRF's signature
        """Replay the newest version; nothing is written and nobody is told."""
        refuse_unknown(request, ())
        versions = list(self.get_object().versions.all())
        rules = list(versions[0].rules.all()) if versions else []
        tried = dry_run_policy(rules=rules, suppliers=Supplier.objects.visible_to(request.user))
        return Response(DryRunSerializer(tried).data)
