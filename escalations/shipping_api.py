"""Endpoints of controlled shipping: reading, confirming, and the daily log."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from escalations.models import (
    ControlledShipping,
    ShippingEvent,
    ShippingLetter,
    ShippingLogEntry,
    ShippingScope,
)
from escalations.notifications.letters import letter_pdf
from escalations.queries.shipping_exit import progress_of
from escalations.queries.shipping_lanes import sorted_lanes
from escalations.queries.shown import Shown, covers_only_shown
from escalations.services.shipping_log import LogProblemsError, log_days
from escalations.services.shipping_terms import confirm
from escalations.shipping_enums import SHIPPING_STATES
from escalations.shipping_forms import SHIPPING_LEVEL_CHOICES
from escalations.shipping_serializers import (
    ConfirmInput,
    LogEntrySerializer,
    LogInput,
    ShippingSerializer,
)
from escalations.shipping_workflow import (
    ForbiddenShippingMoveError,
    MissingShippingReasonError,
)
from scorecards.pdf import PdfUnavailableError
from suppliers import access
from suppliers.api import person
from suppliers.enums import SUPPLIER_ROLES, Role, TokenScope
from suppliers.resources import Resource, SupplierFilter, refuse_unknown
from suppliers.writing import PARSERS, Conflict, answer_with, api_errors


class ShippingFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Controlled shippings."""

    supplier = SupplierFilter(field_name="episode__supplier")
    level = filters.ChoiceFilter(choices=SHIPPING_LEVEL_CHOICES)
    state = filters.ChoiceFilter(choices=SHIPPING_STATES)
    part = filters.CharFilter(field_name="scopes__part__number", distinct=True)
    open = filters.BooleanFilter(method="by_openness")

    def by_openness(self, queryset: Any, _name: str, value: bool) -> QuerySet[ControlledShipping]:
        """Keep those that have not ended, or those that have."""
        unfinished = Q(pk__in=ControlledShipping.objects.unfinished().values("pk"))
        found: QuerySet[ControlledShipping] = queryset.filter(unfinished if value else ~unfinished)
        return found


class Shippings(Resource[ControlledShipping]):
    """Controlled shippings in the order they were entered."""

    token_scope = TokenScope.CASES
    parser_classes = PARSERS
    queryset = ControlledShipping.objects.select_related("episode__supplier", "follows")
    serializer_class = ShippingSerializer
    filterset_class = ShippingFilters
    lookup_field = "number"
    lookup_value_regex = "[-A-Za-z0-9]+"

    def get_queryset(self) -> QuerySet[ControlledShipping]:
        """Return what the user may see, and of it what happened at the user's plants."""
        user = self.request.user
        scopes = ShippingScope.objects.visible_to(user).select_related("part", "plant")
        events = ShippingEvent.objects.visible_to(user)
        return (
            super()
            .get_queryset()
            .prefetch_related(
                Prefetch("scopes", scopes.order_by("pk")),
                Prefetch("letters", ShippingLetter.objects.defer("html").order_by("sent_at", "pk")),
                Prefetch("shipping_events", events.order_by("number")),
            )
        )

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Read the progress of a whole page at once."""
        at = timezone.now()
        rows = args[0] if args and kwargs.get("many") else []
        kwargs["context"] = {
            **self.get_serializer_context(),
            "at": at,
            "progress": progress_of(rows, at=at),
        }
        return self.get_serializer_class()(*args, **kwargs)

    @extend_schema(responses={200: LogEntrySerializer(many=True)}, methods=["GET"])
    @extend_schema(
        request=LogInput,
        responses={201: LogEntrySerializer(many=True), 200: LogEntrySerializer(many=True)},
        methods=["POST"],
    )
    @action(detail=True, methods=["get", "post"])
    def log(self, request: Request, **_kwargs: Any) -> Response:
        """Read the log as it is in force, or write days into it."""
        shipping = self.get_object()
        if request.method == "POST":
            return self._write(request, shipping)
        refuse_unknown(request, ())
        seen = ShippingLogEntry.objects.visible_to(request.user)
        entries = seen.filter(shipping=shipping).in_force()
        rows = entries.select_related("part", "plant")
        return Response(LogEntrySerializer(rows, many=True).data)

    def _write(self, request: Request, shipping: ControlledShipping) -> Response:
        access.demand_at(request.user, shipping.episode.supplier_id, *sorted(access.LOGGING))
        given = LogInput(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            written = log_days(
                shipping=shipping,
                days=given.to_days(
                    Shown.to(request.user, shipping.episode.supplier_id).lanes(
                        sorted_lanes(shipping)
                    )
                ),
                reason=given.validated_data["reason"],
                by=person(request),
                at=timezone.now(),
            )
        except LogProblemsError as error:
            raise serializers.ValidationError({"days": _by_row(error)}) from error
        except ForbiddenShippingMoveError as error:
            raise Conflict from error
        answer = LogEntrySerializer(written.entries, many=True)
        return answer_with(answer, is_new=bool(written.entries))

    @extend_schema(request=ConfirmInput, responses={200: ShippingSerializer})
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, **_kwargs: Any) -> Response:
        """Confirm the entry letter under a person's name."""
        shipping = self.get_object()
        supplier, deciders = shipping.episode.supplier_id, (Role.SQE, Role.QUALITY_MANAGER)
        access.demand_at(request.user, supplier, *SUPPLIER_ROLES, *deciders)
        if not covers_only_shown(shipping, user=request.user):
            raise PermissionDenied
        given = ConfirmInput(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            with api_errors():
                confirm(
                    shipping=shipping,
                    by=person(request),
                    at=timezone.now(),
                    **given.validated_data,
                )
        except ForbiddenShippingMoveError as error:
            raise Conflict from error
        except MissingShippingReasonError as error:
            raise serializers.ValidationError({"reason": [str(error)]}) from error
        return answer_with(self.get_serializer(self.get_object()), is_new=False)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(
        detail=True, methods=["get"], url_path="letters/(?P<kind>entry|exit)", url_name="letter"
    )
    def letter(self, request: Request, kind: str, **_kwargs: Any) -> HttpResponse:
        """Download a letter as it was sent."""
        refuse_unknown(request, ())
        shipping = self.get_object()
        if not covers_only_shown(shipping, user=request.user):
            raise NotFound
        letters = ShippingLetter.objects.filter(shipping=shipping, kind=kind)
        letter = letters.select_related("pdf", "shipping").first()
        if letter is None:
            raise NotFound
        try:
            file = letter_pdf(letter)
        except PdfUnavailableError as error:
            raise NotFound(str(error)) from error
        response = HttpResponse(file.content, content_type="application/pdf")
        response["Content-Disposition"] = content_disposition_header(True, file.name)
        return response


def _by_row(error: LogProblemsError) -> list[dict[str, list[str]]]:
    """Return the problems as one object per row, empty where a row is right."""
    rows = max(problem.row for problem in error.problems)
    found: list[dict[str, list[str]]] = [{} for _row in range(rows)]
    for problem in error.problems:
        texts = found[problem.row - 1].setdefault(problem.column, [])
        texts.append(f"{problem.message} {problem.remedy}")
    return found
