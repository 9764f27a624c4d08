"""Addresses of the scorecards app: the pages people read figures on."""

from django.urls import URLPattern, URLResolver, path, register_converter

from scorecards import converters
from scorecards.views import (
    board,
    figures,
    home,
    our_quality,
    parts,
    plants,
    records,
    scorecard,
    supplier,
    suppliers,
    tiers,
)

register_converter(converters.MonthConverter, "month")
register_converter(converters.FileFormConverter, "form")
register_converter(converters.MetricConverter, "metric")
register_converter(converters.RowKindConverter, "rows")

FIGURE = "suppliers/<str:code>/figures/<metric:metric>/<month:month>/"
SCORECARD = "suppliers/<str:code>/<month:month>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("our-quality/", our_quality.our_quality, name="our_quality"),
    path("suppliers/", suppliers.suppliers, name="suppliers"),
    path("suppliers.<form:form>", suppliers.suppliers_export, name="suppliers_export"),
    path("suppliers/<str:code>/", supplier.supplier, name="supplier"),
    path(FIGURE, figures.figure, name="figure"),
    path(f"{FIGURE}<rows:kind>.<form:form>", figures.figure_rows_export, name="figure_rows_export"),
    path("rejects/<int:pk>/", records.reject, name="reject"),
    path("deliveries/<int:pk>/", records.delivery, name="delivery"),
    path("returns/<int:pk>/", records.warranty_return, name="warranty_return"),
    path("tiers/", tiers.tiers, name="tiers"),
    path("plants/", plants.plants, name="plants"),
    path("plants/<path:code>/", plants.plant, name="plant"),
    path("parts/", parts.parts, name="parts"),
    path("parts/<path:number>/", parts.part, name="part"),
    path("months/", board.months, name="months"),
    path("months/publish/", board.publish_months, name="publish_months"),
    path("months/<month:month>/", board.month, name="month"),
    path(SCORECARD, scorecard.scorecard, name="scorecard"),
    path(f"{SCORECARD}scorecard.pdf", scorecard.pdf, name="scorecard_pdf"),
    path(f"{SCORECARD}restate/", scorecard.restatement, name="restate"),
]
