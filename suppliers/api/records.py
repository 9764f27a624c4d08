"""Endpoints of rejects and warranty returns, and of what is decided about them."""

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from suppliers import access
from suppliers.api.asking import checked, person
from suppliers.api.evidence import ATTACHED, attached
from suppliers.api.masters import NUMBER
from suppliers.enums import SUPPLIER_ROLES, TokenScope
from suppliers.filters import RejectFilters, ReturnFilters
from suppliers.inputs import (
    DecisionInput,
    DetailsInput,
    DisputeInput,
    FilesInput,
    RejectInput,
    RejectVerdictInput,
    ReturnVerdictInput,
    SortingInput,
)
from suppliers.models import Reject, RejectVerdict, WarrantyReturn, WarrantyVerdict
from suppliers.resources import Resource, Row
from suppliers.serializers import (
    DisputeSerializer,
    RejectSerializer,
    RejectVerdictSerializer,
    WarrantyReturnSerializer,
    WarrantyVerdictSerializer,
)
from suppliers.services.dispute_opening import open_dispute
from suppliers.services.reject_details import complete_reject
from suppliers.services.rejects import record_reject, record_sorting
from suppliers.services.verdicts import decide_reject, decide_return
from suppliers.writing import TakesFiles, answer_with, api_errors


class Disputable(TakesFiles, Resource[Row]):
    """A record that its supplier may dispute, with its evidence."""

    @extend_schema(request=DisputeInput, responses={201: DisputeSerializer, 200: DisputeSerializer})
    @action(detail=True, methods=["post"], url_path="disputes", url_name="dispute")
    def dispute(self, request: Request, **_kwargs: Any) -> Response:
        """Dispute the record; the same dispute again, while it is open, changes nothing."""
        access.demand(request.user, *SUPPLIER_ROLES)
        record: Any = self.get_object()
        at = timezone.now()
        given = checked(DisputeInput(data=self.sent(request)))
        with api_errors():
            opened = open_dispute(
                record=record, by=person(request), at=at, files=given.files, **given.given
            )
        return answer_with(DisputeSerializer(opened), is_new=opened.opened_at == at)

    @extend_schema(request=FilesInput, responses=ATTACHED)
    @action(detail=True, methods=["post"], url_path="evidence", url_name="attach")
    def attach(self, request: Request, **_kwargs: Any) -> Response:
        """Attach files to the record; those attached already change nothing."""
        access.demand(request.user, *access.QUALITY)
        return attached(self.get_object(), checked(FilesInput(data=self.sent(request))), request)


class Rejects(Disputable[Reject]):
    """Complaints about delivered parts in the order they were recorded."""

    token_scope = TokenScope.FACTS
    queryset = (
        Reject.objects.with_version()
        .select_related("supplier", "plant", "part", "defect_code")
        .prefetch_related(
            Prefetch(
                "verdicts", RejectVerdict.objects.select_related("decided_by").order_by("number")
            )
        )
    )
    serializer_class = RejectSerializer
    filterset_class = RejectFilters
    lookup_value_regex = NUMBER

    @extend_schema(request=RejectInput, responses={201: RejectSerializer, 200: RejectSerializer})
    def create(self, request: Request) -> Response:
        """Record a complaint; the same one again changes nothing."""
        access.demand(request.user, *access.QUALITY)
        given = checked(RejectInput(data=self.sent(request), context={"request": request}))
        with api_errors():
            recorded = record_reject(
                new=given.new,
                by=person(request),
                at=timezone.now(),
                files=given.files,
                said=given.said,
            )
        reject = self.get_queryset().get(pk=recorded.reject.pk)
        return answer_with(RejectSerializer(reject), is_new=recorded.is_new)

    @extend_schema(request=SortingInput, responses={200: RejectSerializer})
    @action(detail=True, methods=["post"])
    def sorting(self, request: Request, **_kwargs: Any) -> Response:
        """Write down what sorting found so far, and release what is good."""
        access.demand(request.user, *access.QUALITY)
        reject = self.get_object()
        given = checked(SortingInput(data=self.sent(request)))
        with api_errors():
            record_sorting(
                reject=reject,
                found=given.found,
                reason=given.validated_data["reason"],
                by=person(request),
                at=timezone.now(),
                seen=given.validated_data["seen"],
            )
        return answer_with(RejectSerializer(self.get_object()), is_new=False)

    @extend_schema(request=DetailsInput, responses={200: RejectSerializer})
    @action(detail=True, methods=["post"])
    def details(self, request: Request, **_kwargs: Any) -> Response:
        """Complete or correct what describes the complaint; what is sent again changes nothing."""
        access.demand(request.user, *access.QUALITY)
        reject = self.get_object()
        given = checked(DetailsInput(data=self.sent(request)))
        with api_errors():
            complete_reject(
                reject=reject,
                details=given.details,
                reason=given.validated_data["reason"],
                by=person(request),
                at=timezone.now(),
                seen=given.validated_data["seen"],
            )
        return answer_with(RejectSerializer(self.get_object()), is_new=False)

    @extend_schema(
        request=RejectVerdictInput,
        responses={201: RejectVerdictSerializer, 200: RejectVerdictSerializer},
    )
    @action(detail=True, methods=["post"], url_path="verdicts", url_name="decide")
    def decide(self, request: Request, **_kwargs: Any) -> Response:
        """Append a verdict; the same one of the same user again changes nothing."""
        access.demand(request.user, *access.QUALITY)
        reject, at = self.get_object(), timezone.now()
        given = checked(RejectVerdictInput(data=self.sent(request)))
        with api_errors():
            verdict = decide_reject(
                reject=reject, split=given.decided, by=person(request), at=at, **why(given)
            )
        return answer_with(RejectVerdictSerializer(verdict), is_new=verdict.decided_at == at)


class Returns(Disputable[WarrantyReturn]):
    """Parts that failed in the field, in the order they were recorded."""

    token_scope = TokenScope.FACTS
    queryset = WarrantyReturn.objects.select_related("supplier", "part").prefetch_related(
        Prefetch(
            "verdicts", WarrantyVerdict.objects.select_related("decided_by").order_by("number")
        )
    )
    serializer_class = WarrantyReturnSerializer
    filterset_class = ReturnFilters
    lookup_value_regex = NUMBER

    @extend_schema(
        request=ReturnVerdictInput,
        responses={201: WarrantyVerdictSerializer, 200: WarrantyVerdictSerializer},
    )
    @action(detail=True, methods=["post"], url_path="verdicts", url_name="decide")
    def decide(self, request: Request, **_kwargs: Any) -> Response:
        """Append a verdict; the same one of the same user again changes nothing."""
        access.demand(request.user, *access.QUALITY)
        returned, at = self.get_object(), timezone.now()
        given = checked(ReturnVerdictInput(data=self.sent(request)))
        with api_errors():
            verdict = decide_return(
                returned=returned, analysis=given.decided, by=person(request), at=at, **why(given)
            )
        return answer_with(WarrantyVerdictSerializer(verdict), is_new=verdict.decided_at == at)


def why(given: DecisionInput) -> dict[str, Any]:
    """Return the reason, which verdict the sender knew, and the files."""
    return {name: given.validated_data[name] for name in ("reason", "seen")} | {
        "files": given.files
    }
