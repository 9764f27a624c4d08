"""Endpoints of escalations: reading cases, and beginning one by hand."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from escalations.eight_d_api import EightDs
from escalations.eight_d_in_time_api import EightDsInTime
from escalations.enums import CASE_METRICS, LEVELS, STATES
from escalations.models import Episode, EpisodeHit, EpisodeStep
from escalations.policy_api import Policies
from escalations.serializers import CaseInput, EpisodeSerializer
from escalations.services.conflicts import CaseOpenError
from escalations.services.opening import begun_by, open_case
from escalations.shipping_api import Shippings
from suppliers import access
from suppliers.api import checked, person
from suppliers.enums import Role, TokenScope
from suppliers.resources import MonthFilter, Resource, SupplierFilter
from suppliers.writing import PARSERS, answer_with, api_errors


class EpisodeFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Escalations."""

    supplier = SupplierFilter()
    metric = filters.ChoiceFilter(choices=CASE_METRICS)
    level = filters.ChoiceFilter(choices=LEVELS)
    state = filters.ChoiceFilter(choices=STATES)
    open = filters.BooleanFilter(method="by_openness")
    month = MonthFilter(field_name="hits__month")

    def by_openness(self, queryset: Any, _name: str, value: bool) -> QuerySet[Episode]:
        """Keep escalations that have not ended, or those that have."""
        unfinished = Q(pk__in=Episode.objects.unfinished().values("pk"))
        found: QuerySet[Episode] = queryset.filter(unfinished if value else ~unfinished)
        return found


class Episodes(Resource[Episode]):
    """Escalations in the order they were raised."""

    token_scope = TokenScope.CASES
    queryset = Episode.objects.select_related(
        "supplier", "plant", "part", "eightd", "controlledshipping", "finding"
    ).prefetch_related(
        Prefetch("hits", EpisodeHit.objects.select_related("judgement").order_by("month")),
        Prefetch("steps", EpisodeStep.objects.order_by("number")),
    )
    serializer_class = EpisodeSerializer
    filterset_class = EpisodeFilters
    lookup_field = "number"
    lookup_value_regex = "[-A-Za-z0-9]+"
    parser_classes = PARSERS

    @extend_schema(request=CaseInput, responses={201: EpisodeSerializer, 200: EpisodeSerializer})
    def create(self, request: Request) -> Response:
        """Begin a case; the same again changes nothing, another of the same subject is a 409."""
        access.demand(request.user, Role.SQE, Role.QUALITY_MANAGER)
        given = checked(CaseInput(data=request.data, context={"request": request}))
        by, is_new = person(request), True
        with api_errors():
            try:
                case = open_case(new=given.new, by=by, at=timezone.now())
            except CaseOpenError as error:
                case, is_new = error.episode, False
                if not begun_by(case, new=given.new, by=by):
                    raise
        row = self.get_serializer(self.get_queryset().get(pk=case.pk))
        return answer_with(row, is_new=is_new)


router = SimpleRouter()
router.register("policies", Policies, basename="api_policy")
router.register("episodes", Episodes, basename="api_episode")
router.register("controlled-shippings", Shippings, basename="api_shipping")
router.register("eight-ds", EightDs, basename="api_eight_d")
router.register("eight-ds-in-time", EightDsInTime, basename="api_eight_d_in_time")
