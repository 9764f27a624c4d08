"""Endpoints of files about records and disputes, and attaching them."""

from typing import Any, Final

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from suppliers.api.asking import person
from suppliers.api.masters import NUMBER
from suppliers.downloads import download
from suppliers.enums import TokenScope
from suppliers.filters import EvidenceFilters
from suppliers.inputs import FilesInput
from suppliers.models import Evidence
from suppliers.resources import Resource, refuse_unknown
from suppliers.serializers import EvidenceSerializer
from suppliers.services.evidence import add_evidence
from suppliers.writing import answer_with, api_errors

ATTACHED: Final = {201: EvidenceSerializer(many=True), 200: EvidenceSerializer(many=True)}


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
