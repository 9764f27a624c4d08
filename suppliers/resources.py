"""What every read endpoint shares: tenancy, pages, strict parameters, plain quantities."""

import re
from calendar import monthrange
from collections.abc import Collection
from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.viewsets import ReadOnlyModelViewSet

from suppliers.authentication import TokenMayRead
from suppliers.enums import TokenScope
from suppliers.models import Supplier

Row = TypeVar("Row", bound=Model)
PAGE_SIZE = re.compile("[0-9]{1,6}")


class Pages(CursorPagination):
    """Pages that cost the same at any depth; rows recorded meanwhile come at the end.

    There is no total: counting ten million rows costs more than reading a page of them.
    """

    ordering = ("pk",)
    page_size = 100
    max_page_size = 1000
    page_size_query_param = "page_size"

    def get_page_size(self, request: Request) -> int | None:
        """Return the wished number of rows; refuse what is no number within bounds."""
        wished = request.query_params.get("page_size", str(self.page_size))
        if PAGE_SIZE.fullmatch(wished) and 0 < int(wished) <= self.max_page_size:
            return int(wished)
        message = _("Write a number from 1 to %(most)d.") % {"most": self.max_page_size}
        raise ValidationError({"page_size": [message]})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page, without DRF's example addresses."""
        link = {"type": "string", "format": "uri", "nullable": True}
        properties = {"next": link, "previous": link, "results": schema}
        return {"type": "object", "required": ["results"], "properties": properties}

    def decode_cursor(self, request: Request) -> Any:
        """Read the place to go on from; a damaged one is the caller's error."""
        try:
            return super().decode_cursor(request)
        except NotFound as error:
            message = _("Follow the links “next” and “previous”; this one is damaged.")
            raise ValidationError({"cursor": [message]}) from error


PAGE_PARAMETERS = frozenset({"cursor", "page_size"})


def refuse_unknown(request: Request, known: Collection[str]) -> None:
    """Raise ValidationError for a parameter nobody reads: a misspelt filter filters nothing."""
    unknown = sorted(set(request.query_params) - set(known))
    if unknown:
        raise ValidationError({name: [_("There is no such parameter.")] for name in unknown})


class StrictFilters(filters.DjangoFilterBackend):  # type: ignore[misc]  # django-filter has no types
    """Filters rows and refuses parameters that are not filters."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        """Return the rows that fit."""
        filterset = self.get_filterset(request, queryset, view)
        refuse_unknown(request, {*filterset.filters, *PAGE_PARAMETERS})
        return super().filter_queryset(request, queryset, view)


class Resource(ReadOnlyModelViewSet[Row], Generic[Row]):
    """Rows that the asking user may see, and one of them; anything else does not exist."""

    token_scope: ClassVar[TokenScope]
    permission_classes = (IsAuthenticated, TokenMayRead)
    pagination_class = Pages
    filter_backends = (StrictFilters,)

    def get_queryset(self) -> QuerySet[Row]:
        """Return only what the user may see."""
        rows: Any = super().get_queryset()
        visible: QuerySet[Row] = rows.visible_to(self.request.user)
        return visible

    def filter_queryset(self, queryset: Any) -> Any:
        """Filter lists; one row is asked for without parameters."""
        if self.action == "list":
            return super().filter_queryset(queryset)
        refuse_unknown(self.request, ())
        return queryset


class QuantityField(serializers.DecimalField):
    """Pieces as text, exact, without exponent and trailing zeros: "1000", "12.5"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=None, decimal_places=None, read_only=True, **kwargs)

    def to_representation(self, value: Any) -> str:
        """Write the number."""
        return f"{Decimal(value).normalize():f}"


def visible_suppliers(request: Request | None) -> QuerySet[Supplier]:
    """Return the suppliers a filter may name."""
    if request is None:
        return Supplier.objects.none()
    return Supplier.objects.visible_to(request.user)


class SupplierFilter(filters.ModelChoiceFilter):  # type: ignore[misc]
    """`supplier=CODE`; a code that is unknown or not the user's is refused alike."""

    def __init__(self, **kwargs: Any) -> None:
        message = {"invalid_choice": _("No supplier with this code.")}
        super().__init__(
            queryset=visible_suppliers, to_field_name="code", error_messages=message, **kwargs
        )


class MonthFilter(filters.Filter):  # type: ignore[misc]
    """`month=2026-03`: rows dated in that month."""

    field_class = forms.DateField

    def __init__(self, **kwargs: Any) -> None:
        message = {"invalid": _("Write a month like 2026-03.")}
        super().__init__(input_formats=["%Y-%m"], error_messages=message, **kwargs)

    def filter(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Keep the days from the first of the month to its last."""
        if value is None:
            return queryset
        last = value.replace(day=monthrange(value.year, value.month)[1])
        return queryset.filter(**{f"{self.field_name}__range": (value, last)})
