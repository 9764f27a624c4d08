"""Endpoint of 8Ds: reading them, writing and moving their steps."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from escalations import eight_d_wording as wording
from escalations.eight_d_checks import ShapeError
from escalations.eight_d_enums import Standing
from escalations.eight_d_serializers import (
    EightDReportSerializer,
    ReviewInput,
    StepInput,
    SubmitInput,
)
from escalations.eight_d_workflow import (
    Action,
    Discipline,
    ForbiddenStepError,
    TooEarlyError,
)
from escalations.models import EightD, EightDMove, EightDStep
from escalations.models.eight_d import EightDQuerySet
from escalations.queries.eight_d import with_revision
from escalations.services import eight_d as services
from suppliers import access
from suppliers.api import person
from suppliers.enums import SUPPLIER_ROLES, Role, TokenScope
from suppliers.resources import Resource, SupplierFilter
from suppliers.writing import Conflict, api_errors

STEP: Final = "steps/(?P<discipline>d[1-8]|short)"
WRITERS: Final = (*sorted(SUPPLIER_ROLES), Role.SQE, Role.QUALITY_MANAGER)


class EightDFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """8Ds."""

    supplier = SupplierFilter(field_name="episode__supplier")
    state = filters.ChoiceFilter(choices=Standing.choices, method="by_standing")

    def by_standing(self, rows: EightDQuerySet, _name: str, value: str) -> EightDQuerySet:
        """Return those that stand like this; what ended with its case is not open."""
        return rows.standing(Standing(value))


class EightDs(Resource[EightD]):
    """8Ds in the order they were requested, with steps and dates."""

    token_scope = TokenScope.CASES
    queryset = EightD.objects.select_related("episode__supplier").prefetch_related(
        Prefetch("steps", with_revision(EightDStep.objects.order_by("discipline"))),
        Prefetch("moves", EightDMove.objects.order_by("number")),
    )
    serializer_class = EightDReportSerializer
    filterset_class = EightDFilters
    lookup_field = "number"
    lookup_value_regex = "[-A-Za-z0-9]+"

    @extend_schema(request=StepInput, responses={200: EightDReportSerializer})
    @action(detail=True, methods=["post"], url_path=STEP, url_name="step")
    def step(self, request: Request, discipline: str, **_kwargs: Any) -> Response:
        """Save a draft of a step; `seen` is the version it was read with, 0 for none."""
        found = self._writable(request)
        given = StepInput(data=request.data)
        given.is_valid(raise_exception=True)
        with step_errors(discipline):
            services.save_draft(
                eight_d=found,
                discipline=Discipline(discipline),
                content=given.validated_data["content"],
                seen=given.validated_data["seen"],
                by=person(request),
                at=timezone.now(),
            )
        return self._answer()

    @extend_schema(request=SubmitInput, responses={200: EightDReportSerializer})
    @action(detail=True, methods=["post"], url_path=f"{STEP}/submit", url_name="submit")
    def submit(self, request: Request, discipline: str, **_kwargs: Any) -> Response:
        """Submit a step as it was saved last; `seen` is the version that is meant."""
        found = self._writable(request)
        given = SubmitInput(data=request.data)
        given.is_valid(raise_exception=True)
        with step_errors(discipline):
            services.submit(
                eight_d=found,
                discipline=Discipline(discipline),
                seen=given.validated_data["seen"],
                by=person(request),
                at=timezone.now(),
            )
        return self._answer()

    @extend_schema(request=ReviewInput, responses={200: EightDReportSerializer})
    @action(detail=True, methods=["post"], url_path=f"{STEP}/review", url_name="review")
    def review(self, request: Request, discipline: str, **_kwargs: Any) -> Response:
        """Accept or return the revision that was read, or reopen an accepted step."""
        access.demand(request.user, Role.SQE, Role.QUALITY_MANAGER)
        found = self.get_object()
        given = ReviewInput(data=request.data)
        given.is_valid(raise_exception=True)
        with step_errors(discipline):
            services.review(
                eight_d=found,
                discipline=Discipline(discipline),
                revision=given.validated_data["revision"],
                action=Action(given.validated_data["action"]),
                comment=given.validated_data["comment"],
                by=person(request),
                at=timezone.now(),
            )
        return self._answer()

    def _writable(self, request: Request) -> EightD:
        found: EightD = self.get_object()
        access.demand_at(request.user, found.episode.supplier_id, *WRITERS)
        return found

    def _answer(self) -> Response:
        return Response(
            EightDReportSerializer(self.get_object(), context=self.get_serializer_context()).data
        )


@contextmanager
def step_errors(discipline: str) -> Iterator[None]:
    """Turn what services refuse into answers: 400 by field, 409 for what has moved on."""
    one = Discipline(discipline)
    try:
        with api_errors():
            yield
    except (ShapeError, services.IncompleteStepError) as error:
        raise ValidationError(
            {problem.field or "content": [wording.said(problem)] for problem in error.problems}
        ) from error
    except TooEarlyError as error:
        message = _("Submit %(step)s first.") % {"step": wording.title(error.missing)}
        raise Conflict(message) from error
    except services.StaleDraftError as error:
        message = _("%(step)s was saved by somebody else meanwhile; read it again.")
        raise Conflict(message % {"step": wording.title(one)}) from error
    except services.StaleReviewError as error:
        message = _("Revision %(number)d of %(step)s was submitted meanwhile; read it first.")
        raise Conflict(message % {"number": error.newest, "step": wording.title(one)}) from error
    except ForbiddenStepError as error:
        raise Conflict from error
