"""Control limits and the signals against them: to read, to propose, to accept, to answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from scorecards.enums import METRICS, BaselineState, SignalKind
from scorecards.inputs import AcceptanceInput, BaselineInput, PointInput, SeenInput
from scorecards.metrics import Metric
from scorecards.models import Baseline, ChartSignal
from scorecards.serializers.baselines import BaselineSerializer, ChartSignalSerializer
from scorecards.services.baselines import (
    BaselineError,
    OvertakenError,
    accept_baseline,
    exclude_point,
    include_point,
    propose_baseline,
    withdraw_baseline,
)
from scorecards.services.chart_signals import see_signals
from suppliers import access
from suppliers.enums import TokenScope
from suppliers.inputs import Input
from suppliers.resources import MonthFilter, Resource, SupplierFilter
from suppliers.writing import PARSERS, Conflict, answer_with


@contextmanager
def baseline_errors() -> Iterator[None]:
    """Turn what the services refuse into answers: 409 for what has moved on, else 400."""
    try:
        yield
    except OvertakenError as error:
        raise Conflict(str(error)) from error
    except BaselineError as error:
        raise ValidationError({"non_field_errors": [str(error)]}) from error


def _checked(given: Input) -> Any:
    given.is_valid(raise_exception=True)
    return given


class BaselineFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Baselines."""

    supplier = SupplierFilter()
    metric = filters.ChoiceFilter(choices=METRICS)
    state = filters.ChoiceFilter(choices=BaselineState.choices)


class Baselines(Resource[Baseline]):
    """Versions of control limits with the months they rest on."""

    token_scope = TokenScope.FIGURES
    parser_classes = PARSERS
    queryset = Baseline.objects.select_related("supplier", "part").prefetch_related("points")
    serializer_class = BaselineSerializer
    filterset_class = BaselineFilters
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Baseline]:
        """Return what the user sees; a supplier's people nothing that is only proposed."""
        rows: Any = super().get_queryset()
        found: QuerySet[Baseline] = (
            rows if access.is_internal(self.request.user) else rows.known_to_suppliers()
        )
        return found

    @extend_schema(
        request=BaselineInput, responses={201: BaselineSerializer, 200: BaselineSerializer}
    )
    def create(self, request: Request) -> Response:
        """Propose limits from some months; the same proposal again changes nothing."""
        access.demand(request.user, *access.QUALITY)
        given = _checked(BaselineInput(data=request.data, context={"request": request})).given
        open_already = self._open_proposal(given)
        if open_already is not None:
            return answer_with(BaselineSerializer(open_already), is_new=False)
        with baseline_errors():
            made = propose_baseline(**given, by=access.signed_in(request), at=timezone.now())
        return self._written(made.pk, is_new=True)

    @extend_schema(request=PointInput, responses=BaselineSerializer)
    @action(detail=True, methods=["post"])
    def points(self, request: Request, **_kwargs: Any) -> Response:
        """Leave a month out of a proposal for a cause, or take it back; it stays plotted."""
        baseline = self._asked(request)
        given = _checked(PointInput(data=request.data)).validated_data
        point = get_object_or_404(baseline.points.all(), month=given["month"].first_day)
        who = access.signed_in(request)
        with baseline_errors():
            if given["excluded"]:
                exclude_point(point=point, cause=given["cause"], by=who)
            else:
                include_point(point=point, by=who)
        return self._written(baseline.pk, is_new=False)

    @extend_schema(request=AcceptanceInput, responses=BaselineSerializer)
    @action(detail=True, methods=["post"])
    def acceptance(self, request: Request, **_kwargs: Any) -> Response:
        """Freeze a proposal: it is in force, and the version before is replaced."""
        baseline = self._asked(request)
        reason = _checked(AcceptanceInput(data=request.data)).validated_data["reason"]
        if baseline.state != BaselineState.ACCEPTED or baseline.reason != reason.strip():
            with baseline_errors():
                accept_baseline(
                    baseline=baseline,
                    reason=reason,
                    by=access.signed_in(request),
                    at=timezone.now(),
                )
        return self._written(baseline.pk, is_new=False)

    @extend_schema(request=None, responses=BaselineSerializer)
    @action(detail=True, methods=["post"])
    def withdrawal(self, request: Request, **_kwargs: Any) -> Response:
        """Take a proposal back; once more changes nothing."""
        baseline = self._asked(request)
        if baseline.state != BaselineState.WITHDRAWN:
            with baseline_errors():
                withdraw_baseline(
                    baseline=baseline, by=access.signed_in(request), at=timezone.now()
                )
        return self._written(baseline.pk, is_new=False)

    def _asked(self, request: Request) -> Baseline:
        access.demand(request.user, *access.QUALITY)
        return self.get_object()

    def _written(self, pk: int, *, is_new: bool) -> Response:
        return answer_with(BaselineSerializer(self.get_queryset().get(pk=pk)), is_new=is_new)

    def _open_proposal(self, given: dict[str, Any]) -> Baseline | None:
        """Return the open proposal of the very same months."""
        rows: Any = self.get_queryset()
        found: Baseline | None = rows.filter(
            supplier=given["supplier"],
            part=given["part"],
            metric=Metric(given["metric"]).value,
            first_month=given["first"].first_day,
            last_month=given["last"].first_day,
            note=given["note"].strip(),
            state=BaselineState.PROPOSED,
        ).first()
        return found


class SignalFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Signals."""

    supplier = SupplierFilter(field_name="baseline__supplier")
    month = MonthFilter()
    kind = filters.ChoiceFilter(choices=SignalKind.choices)
    open = filters.BooleanFilter(method="by_open")

    def by_open(self, queryset: Any, _name: str, value: bool) -> QuerySet[ChartSignal]:
        """Keep what nobody has looked at, or everything else."""
        waiting = queryset.open()
        found: QuerySet[ChartSignal] = (
            waiting if value else queryset.exclude(pk__in=waiting.values("pk"))
        )
        return found


class Signals(Resource[ChartSignal]):
    """Months that left frozen limits."""

    token_scope = TokenScope.FIGURES
    parser_classes = PARSERS
    queryset = ChartSignal.objects.select_related("baseline__supplier", "baseline__part")
    serializer_class = ChartSignalSerializer
    filterset_class = SignalFilters
    lookup_value_regex = "[0-9]+"

    @extend_schema(request=SeenInput, responses=ChartSignalSerializer)
    @action(detail=True, methods=["post"])
    def seen(self, request: Request, **_kwargs: Any) -> Response:
        """Say that somebody looked at the month's signals; the first answer stays."""
        access.demand(request.user, *access.QUALITY)
        signal: ChartSignal = self.get_object()
        note = _checked(SeenInput(data=request.data)).validated_data["note"]
        see_signals(signal=signal, note=note, by=access.signed_in(request), at=timezone.now())
        return answer_with(ChartSignalSerializer(self.get_object()), is_new=False)
