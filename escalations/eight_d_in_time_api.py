"""Endpoint of 8D steps in time: the figure of the score, with the steps that add up to it."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from escalations.eight_d_in_time_serializers import InTimeQuery, InTimeSerializer
from escalations.queries.eight_d_clocks import OwedStep
from escalations.queries.eight_d_in_time import eight_d_in_time
from scorecards.periods import Window
from scorecards.queries.export import ppm_of
from suppliers.authentication import TokenMayRead
from suppliers.enums import TokenScope
from suppliers.models import Supplier
from suppliers.resources import refuse_unknown


class EightDsInTime(GenericViewSet[Any]):
    """How many 8D steps of a supplier came in time, of those that were owed."""

    token_scope = TokenScope.CASES
    permission_classes = (IsAuthenticated, TokenMayRead)
    serializer_class = InTimeSerializer
    queryset = Supplier.objects.none()
    filter_backends = ()
    lookup_field = "code"
    lookup_value_regex = "[^/]+"

    @extend_schema(parameters=[InTimeQuery], responses=InTimeSerializer)
    def retrieve(self, request: Request, code: str) -> Response:
        """Return the figure with its formula and every step that counts in it."""
        refuse_unknown(request, InTimeQuery().fields)
        query = InTimeQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        shown = eight_d_in_time(
            supplier=get_object_or_404(Supplier.objects.visible_to(request.user), code=code),
            window=Window(asked["window"]),
            end=asked["month"],
            user=request.user,
        )
        value, counts = ppm_of(shown.value_pct), shown.counts
        return Response(
            {
                "supplier": shown.supplier.code,
                "month": str(shown.end),
                "window": shown.window.value,
                "formula": f"100 × {counts.in_time} ÷ {counts.owed}",
                "numerator": str(counts.in_time),
                "denominator": str(counts.owed),
                "value": None if value is None else f"{value:f}",
                "unit": "percent",
                "agrees": shown.agrees,
                "steps": [_step(step) for step in shown.steps],
            }
        )


def _step(step: OwedStep) -> dict[str, Any]:
    clock = step.clock
    return {
        "eight_d": step.eight_d.number,
        "step": clock.milestone.value,
        "due_on": clock.due_on.isoformat(),
        "handed_in_on": None if clock.met_on is None else clock.met_on.isoformat(),
        "counted": str(int(clock.in_time)),
    }
