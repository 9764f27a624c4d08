"""Endpoints of disputes: answers, appeals and what is attached."""

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
from suppliers.dispute_workflow import ATTACHING
from suppliers.enums import SUPPLIER_ROLES, Role, TokenScope
from suppliers.filters import DisputeFilters
from suppliers.inputs import AnswerInput, AppealInput, FilesInput
from suppliers.models import Dispute, DisputeStep
from suppliers.resources import Resource
from suppliers.serializers import DisputeSerializer
from suppliers.services import disputes
from suppliers.writing import TakesFiles, answer_with, api_errors


class Disputes(TakesFiles, Resource[Dispute]):
    """Disputes of rejects, returns and published lines in the order they were opened."""

    token_scope = TokenScope.FACTS
    queryset = Dispute.objects.select_related("supplier").prefetch_related(
        Prefetch(
            "steps",
            DisputeStep.objects.select_related("by", "reject_verdict", "warranty_verdict").order_by(
                "number"
            ),
        )
    )
    serializer_class = DisputeSerializer
    filterset_class = DisputeFilters
    lookup_value_regex = NUMBER

    @extend_schema(request=AnswerInput, responses={200: DisputeSerializer})
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, **_kwargs: Any) -> Response:
        """Answer a dispute or its appeal; upholding appends the verdict."""
        access.demand(request.user, Role.SQE, Role.QUALITY_MANAGER)
        dispute = self.get_object()
        given = checked(AnswerInput(data=self.sent(request), context={"dispute": dispute}))
        with api_errors():
            disputes.answer(
                dispute=dispute,
                action=given.chosen,
                reason=given.validated_data["reason"],
                decided=given.decided,
                by=person(request),
                at=timezone.now(),
                files=given.files,
            )
        return answer_with(DisputeSerializer(self.get_object()), is_new=False)

    @extend_schema(request=AppealInput, responses={200: DisputeSerializer})
    @action(detail=True, methods=["post"])
    def appeal(self, request: Request, **_kwargs: Any) -> Response:
        """Appeal, once, against an answer."""
        access.demand(request.user, *SUPPLIER_ROLES)
        dispute = self.get_object()
        given = checked(AppealInput(data=self.sent(request)))
        with api_errors():
            disputes.appeal(
                dispute=dispute,
                reason=given.validated_data["reason"],
                by=person(request),
                at=timezone.now(),
                files=given.files,
            )
        return answer_with(DisputeSerializer(self.get_object()), is_new=False)

    @extend_schema(request=FilesInput, responses=ATTACHED)
    @action(detail=True, methods=["post"], url_path="evidence", url_name="attach")
    def attach(self, request: Request, **_kwargs: Any) -> Response:
        """Attach files to an open dispute; those attached already change nothing."""
        dispute = self.get_object()
        access.demand_at(request.user, dispute.supplier_id, *ATTACHING)
        return attached(dispute, checked(FilesInput(data=self.sent(request))), request)
