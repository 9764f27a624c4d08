"""A supplier beside comparable ones, for programs: quartiles alone."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from scorecards.metrics import Metric
from scorecards.queries.export import plain, ppm_of
from scorecards.queries.peers import PeerComparison, peer_comparison
from scorecards.serializers.peers import PeersQuery, PeersSerializer
from suppliers.authentication import TokenMayRead
from suppliers.enums import TokenScope
from suppliers.models import Supplier
from suppliers.resources import refuse_unknown


class Peers(GenericViewSet[Any]):
    """Quartiles of comparable suppliers, where at least five of three groups have a figure."""

    token_scope = TokenScope.FIGURES
    permission_classes = (IsAuthenticated, TokenMayRead)
    serializer_class = PeersSerializer
    queryset = Supplier.objects.none()
    filter_backends = ()
    lookup_field = "code"
    lookup_value_regex = "[^/]+"

    @extend_schema(parameters=[PeersQuery], responses=PeersSerializer)
    def retrieve(self, request: Request, code: str) -> Response:
        """Return the quartiles of twelve months that are over, and where the supplier lies."""
        refuse_unknown(request, set(PeersQuery().fields))
        query = PeersQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        supplier = get_object_or_404(Supplier.objects.visible_to(request.user), code=code)
        found = peer_comparison(
            supplier=supplier,
            metric=Metric(query.validated_data["metric"]),
            month=query.validated_data["month"],
            at=timezone.now(),
        )
        return Response({"supplier": supplier.code, **_told(found)})


def _told(found: PeerComparison) -> dict[str, Any]:
    bounds = found.quartiles
    own = None if found.own is None else ppm_of(found.own.ppm)
    return {
        "metric": found.metric.value,
        "window": "12",
        "month": str(found.end),
        "quartiles": None
        if bounds is None
        else {
            "lower": plain(bounds.lower),
            "median": plain(bounds.median),
            "upper": plain(bounds.upper),
        },
        "own_ppm": None if own is None else f"{own:f}",
        "quarter": found.place,
    }
