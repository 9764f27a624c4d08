"""A plant's or part's figure split by supplier: one page of `?suppliers=`."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from scorecards.queries.breakdown import Breakdown

PAGE_SIZE = 50


def by_supplier(request: HttpRequest, found: Breakdown) -> dict[str, Any]:
    """Return what `scorecards/parts/by_supplier.html` shows."""
    page = Paginator(found.keys, PAGE_SIZE).get_page(request.GET.get("suppliers"))
    return {"suppliers": found.rows(list(page.object_list)), "suppliers_page": page}
