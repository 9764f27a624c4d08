"""Endpoints of suppliers, of what they delivered, and of what is decided about it."""

from typing import Any, Final

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from suppliers import access
from suppliers.enums import SUPPLIER_ROLES, Role, TokenScope
from suppliers.filters import (
    DeliveryFilters,
    DisputeFilters,
    RejectFilters,
    ReturnFilters,
    SupplierFilters,
)
from suppliers.inputs import (
    AnswerInput,
    AppealInput,
    DecisionInput,
    DisputeInput,
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
    Reject,
    RejectVerdict,
    Supplier,
    SupplierTier,
    User,
    WarrantyReturn,
    WarrantyVerdict,
)
from suppliers.resources import Pages, Resource, Row
from suppliers.serializers import (
    DeliverySerializer,
    DisputeSerializer,
    RejectSerializer,
    RejectVerdictSerializer,
    SupplierSerializer,
    WarrantyReturnSerializer,
    WarrantyVerdictSerializer,
)
from suppliers.services import disputes
from suppliers.services.dispute_opening import open_dispute
from suppliers.services.rejects import record_reject, record_sorting
from suppliers.services.verdicts import decide_reject, decide_return
from suppliers.writing import PARSERS, answer_with, api_errors

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


class Disputable(Resource[Row]):
    """A record that its supplier may dispute."""

    parser_classes = PARSERS

    @extend_schema(request=DisputeInput, responses={201: DisputeSerializer, 200: DisputeSerializer})
    @action(detail=True, methods=["post"], url_path="disputes", url_name="dispute")
    def dispute(self, request: Request, **_kwargs: Any) -> Response:
        """Dispute the record; the same dispute again, while it is open, changes nothing."""
        access.demand(request.user, *SUPPLIER_ROLES)
        record: Any = self.get_object()
        at = timezone.now()
        given = checked(DisputeInput(data=request.data))
        with api_errors():
            opened = open_dispute(record=record, by=person(request), at=at, **given.validated_data)
        return answer_with(DisputeSerializer(opened), is_new=opened.opened_at == at)


class Rejects(Disputable[Reject]):
    """Complaints about delivered parts in the order they were recorded."""

    token_scope = TokenScope.FACTS
    queryset = Reject.objects.select_related(
        "supplier", "plant", "part", "defect_code"
    ).prefetch_related(Prefetch("verdicts", RejectVerdict.objects.order_by("number")))
    serializer_class = RejectSerializer
    filterset_class = RejectFilters
    lookup_value_regex = NUMBER

    @extend_schema(request=RejectInput, responses={201: RejectSerializer, 200: RejectSerializer})
    def create(self, request: Request) -> Response:
        """Record a complaint; the same one again changes nothing."""
        access.demand(request.user, *access.QUALITY)
        given = checked(RejectInput(data=request.data, context={"request": request}))
        with api_errors():
            recorded = record_reject(new=given.new, by=person(request), at=timezone.now())
        reject = self.get_queryset().get(pk=recorded.reject.pk)
        return answer_with(RejectSerializer(reject), is_new=recorded.is_new)

    @extend_schema(request=SortingInput, responses={200: RejectSerializer})
    @action(detail=True, methods=["post"])
    def sorting(self, request: Request, **_kwargs: Any) -> Response:
        """Write down what sorting found so far, and release what is good."""
        access.demand(request.user, *access.QUALITY)
        reject = self.get_object()
        given = checked(SortingInput(data=request.data))
        with api_errors():
            record_sorting(
                reject=reject,
                found=given.found,
                reason=given.validated_data["reason"],
                by=person(request),
                at=timezone.now(),
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
        given = checked(RejectVerdictInput(data=request.data))
        with api_errors():
            verdict = decide_reject(
                reject=reject, split=given.decided, by=person(request), at=at, **why(given)
            )
        return answer_with(RejectVerdictSerializer(verdict), is_new=verdict.decided_at == at)


class Returns(Disputable[WarrantyReturn]):
    """Parts that failed in the field, in the order they were recorded."""

    token_scope = TokenScope.FACTS
    queryset = WarrantyReturn.objects.select_related("supplier", "part").prefetch_related(
        Prefetch("verdicts", WarrantyVerdict.objects.order_by("number"))
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
        given = checked(ReturnVerdictInput(data=request.data))
        with api_errors():
            verdict = decide_return(
                returned=returned, analysis=given.decided, by=person(request), at=at, **why(given)
            )
        return answer_with(WarrantyVerdictSerializer(verdict), is_new=verdict.decided_at == at)


class Disputes(Resource[Dispute]):
    """Disputes of rejects, returns and published lines in the order they were opened."""

    token_scope = TokenScope.FACTS
    parser_classes = PARSERS
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
        given = checked(AnswerInput(data=request.data, context={"dispute": dispute}))
        with api_errors():
            disputes.answer(
                dispute=dispute,
                action=given.chosen,
                reason=given.validated_data["reason"],
                decided=given.decided,
                by=person(request),
                at=timezone.now(),
            )
        return answer_with(DisputeSerializer(self.get_object()), is_new=False)

    @extend_schema(request=AppealInput, responses={200: DisputeSerializer})
    @action(detail=True, methods=["post"])
    def appeal(self, request: Request, **_kwargs: Any) -> Response:
        """Appeal, once, against an answer."""
        access.demand(request.user, *SUPPLIER_ROLES)
        dispute = self.get_object()
        given = checked(AppealInput(data=request.data))
        with api_errors():
            disputes.appeal(
                dispute=dispute,
                reason=given.validated_data["reason"],
                by=person(request),
                at=timezone.now(),
            )
        return answer_with(DisputeSerializer(self.get_object()), is_new=False)


def checked(given: Input) -> Any:
    """Return an input whose fields are right; raises the errors by field."""
    given.is_valid(raise_exception=True)
    return given


def why(given: DecisionInput) -> dict[str, Any]:
    """Return the reason and which verdict the sender knew."""
    return {name: given.validated_data[name] for name in ("reason", "seen")}


def person(request: Request) -> User:
    """Return who asks; permissions have let only people with a log-in through."""
    user: User = request.user  # type: ignore[assignment]
    return user


router = SimpleRouter()
router.register("suppliers", Suppliers, basename="api_supplier")
router.register("deliveries", Deliveries, basename="api_delivery")
router.register("rejects", Rejects, basename="api_reject")
router.register("returns", Returns, basename="api_return")
router.register("disputes", Disputes, basename="api_dispute")
