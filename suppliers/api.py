"""Endpoints of suppliers, of what they delivered, and of what is decided about it."""

from typing import Any, Final

from django.db.models import Prefetch
from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from suppliers import access
from suppliers.dispute_workflow import ATTACHING
from suppliers.downloads import download
from suppliers.enums import SUPPLIER_ROLES, Role, TokenScope
from suppliers.filters import (
    DeliveryFilters,
    DisputeFilters,
    EvidenceFilters,
    RejectFilters,
    ReturnFilters,
    SupplierFilters,
)
from suppliers.inputs import (
    AnswerInput,
    AppealInput,
    DecisionInput,
    DetailsInput,
    DisputeInput,
    FilesInput,
    Input,
    RejectInput,
    RejectVerdictInput,
    ReturnVerdictInput,
    SortingInput,
)
from suppliers.models import (
    Certificate,
    Delivery,
    Dispute,
    DisputeStep,
    Evidence,
    Reject,
    RejectVerdict,
    Supplier,
    SupplierTier,
    User,
    WarrantyReturn,
    WarrantyVerdict,
)
from suppliers.resources import Pages, Resource, Row, refuse_unknown
from suppliers.serializers import (
    DeliverySerializer,
    DisputeSerializer,
    EvidenceSerializer,
    RejectSerializer,
    RejectVerdictSerializer,
    SupplierSerializer,
    WarrantyReturnSerializer,
    WarrantyVerdictSerializer,
)
from suppliers.services import disputes
from suppliers.services.dispute_opening import open_dispute
from suppliers.services.evidence import add_evidence
from suppliers.services.reject_details import complete_reject
from suppliers.services.rejects import record_reject, record_sorting
from suppliers.services.verdicts import decide_reject, decide_return
from suppliers.writing import TakesFiles, answer_with, api_errors

ATTACHED: Final = {201: EvidenceSerializer(many=True), 200: EvidenceSerializer(many=True)}
CODE: Final = r"[^/\s?#%\\]+"
NUMBER: Final = "[0-9]+"


class ByCode(Pages):
    """Suppliers in the order of their codes."""

    ordering = ("code",)


class Suppliers(Resource[Supplier]):
    """Suppliers with their tiers and certificates."""

    token_scope = TokenScope.SUPPLIERS
    queryset = Supplier.objects.prefetch_related(
        Prefetch("tiers", SupplierTier.objects.select_related("tier").order_by("during")),
        Prefetch("certificates", Certificate.objects.order_by("standard", "number")),
    )
    serializer_class = SupplierSerializer
    filterset_class = SupplierFilters
    pagination_class = ByCode
    lookup_field = "code"
    lookup_value_regex = CODE


class Deliveries(Resource[Delivery]):
    """Goods-receipt lines in the order they were recorded."""

    token_scope = TokenScope.FACTS
    queryset = Delivery.objects.select_related("supplier", "plant", "part")
    serializer_class = DeliverySerializer
    filterset_class = DeliveryFilters
    lookup_value_regex = NUMBER


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


class EvidenceFiles(Resource[Evidence]):
    """Files about rejects, returns and disputes in the order they were attached."""

    token_scope = TokenScope.FACTS
    queryset = Evidence.objects.select_related("supplier")
    serializer_class = EvidenceSerializer
    filterset_class = EvidenceFilters
    lookup_value_regex = NUMBER

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def file(self, _request: Request, **_kwargs: Any) -> FileResponse:
        """Download a file."""
        refuse_unknown(self.request, ())
        try:
            return download(self.get_object())
        except FileNotFoundError as error:
            raise NotFound from error


def attached(to: Any, given: FilesInput, request: Request) -> Response:
    """Attach files to a record or a dispute; answer with what is new."""
    with api_errors():
        new = add_evidence(files=given.files, to=to, by=person(request), at=timezone.now())
    return answer_with(EvidenceSerializer(new, many=True), is_new=bool(new))


def checked(given: Input) -> Any:
    """Return an input whose fields are right; raises the errors by field."""
    given.is_valid(raise_exception=True)
    return given


def why(given: DecisionInput) -> dict[str, Any]:
    """Return the reason, which verdict the sender knew, and the files."""
    return {name: given.validated_data[name] for name in ("reason", "seen")} | {
        "files": given.files
    }


def person(request: Request) -> User:
    """Return who asks; permissions have let only people with a log-in through."""
    user: User = request.user  # type: ignore[assignment]  # no anonymous gets here
    return user


router = SimpleRouter()
router.register("suppliers", Suppliers, basename="api_supplier")
router.register("deliveries", Deliveries, basename="api_delivery")
router.register("rejects", Rejects, basename="api_reject")
router.register("returns", Returns, basename="api_return")
router.register("evidence", EvidenceFiles, basename="api_evidence")
router.register("disputes", Disputes, basename="api_dispute")
