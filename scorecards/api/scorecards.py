"""Published scorecards, as they were frozen."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from scorecards.inputs import LineDisputeInput
from scorecards.models import Scorecard
from scorecards.queries.lines import line_of
from scorecards.serializers.scorecards import ScorecardDetailSerializer, ScorecardSerializer
from suppliers import access
from suppliers.api import checked, person
from suppliers.enums import SUPPLIER_ROLES, TokenScope
from suppliers.resources import MonthFilter, Resource, SupplierFilter
from suppliers.serializers import DisputeSerializer
from suppliers.services.dispute_opening import open_line_dispute
from suppliers.writing import TakesFiles, answer_with, api_errors


class ScorecardFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Scorecards."""

    supplier = SupplierFilter()
    month = MonthFilter()
    in_force = filters.BooleanFilter(method="by_force")

    def by_force(self, queryset: Any, _name: str, value: bool) -> QuerySet[Scorecard]:
        """Keep the highest version of each month, or the ones it replaced."""
        in_force = Q(pk__in=Scorecard.objects.newest().values("pk"))
        found: QuerySet[Scorecard] = queryset.filter(in_force if value else ~in_force)
        return found


class Scorecards(TakesFiles, Resource[Scorecard]):
    """Published months of suppliers, each version as it was frozen."""

    token_scope = TokenScope.FIGURES
    queryset = Scorecard.objects.select_related("supplier")
    serializer_class = ScorecardSerializer
    filterset_class = ScorecardFilters
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Scorecard]:
        """Return scorecards; lists do without the snapshots."""
        rows = super().get_queryset()
        return rows.defer("snapshot") if self.action == "list" else rows

    @extend_schema(
        request=LineDisputeInput, responses={201: DisputeSerializer, 200: DisputeSerializer}
    )
    @action(detail=True, methods=["post"], url_path="disputes", url_name="dispute")
    def dispute(self, request: Request, **_kwargs: Any) -> Response:
        """Dispute a line of the month; the same dispute again, while it is open, changes nothing.

        A single record is disputed itself. The version in force is what is disputed.
        """
        access.demand(request.user, *SUPPLIER_ROLES)
        scorecard, at = self.get_object(), timezone.now()
        given = checked(LineDisputeInput(data=self.sent(request)))
        claim = {name: value for name, value in given.given.items() if name != "metric"}
        with api_errors():
            opened = open_line_dispute(
                supplier=scorecard.supplier,
                line=line_of(given.line_metric, scorecard.period),
                by=person(request),
                at=at,
                files=given.files,
                **claim,
            )
        return answer_with(DisputeSerializer(opened), is_new=opened.opened_at == at)

    def get_serializer_class(self) -> Any:
        """Write the snapshot of one scorecard, not of a hundred."""
        return ScorecardSerializer if self.action == "list" else ScorecardDetailSerializer
