"""Addresses of the scorecards app: the pages people read figures on."""

from django.urls import URLPattern, URLResolver, path

from scorecards import cause_urls, control_urls
from scorecards.enums import ScopeKind
from scorecards.views import (
    archive,
    board,
    build_months,
    counting,
    delivery_months,
    disputes,
    figures,
    groups,
    home,
    lines,
    month,
    our_quality,
    parts,
    performance,
    plants,
    records,
    schemes,
    scorecard,
    sign_off,
    slice_list,
    supplier,
    suppliers,
    targets,
    tiers,
    two_periods,
)
from scorecards.views.slice_list import LISTINGS

ARITHMETIC = "figures/<metric:metric>/<month:month>/"
FIGURE = f"suppliers/<str:code>/{ARITHMETIC}"
# The arithmetic of figures of several suppliers; before the pages whose names may hold slashes.
WIDE = (
    (ScopeKind.TIER, f"tiers/<int:slug>/{ARITHMETIC}"),
    (ScopeKind.GROUP, f"groups/<int:slug>/{ARITHMETIC}"),
    (ScopeKind.PLANT, f"plants/<path:slug>/{ARITHMETIC}"),
    (ScopeKind.PART, f"parts/<path:slug>/{ARITHMETIC}"),
    (ScopeKind.COMMODITY, f"commodities/<path:slug>/{ARITHMETIC}"),
    (ScopeKind.DEFECT_CODE, f"defect-codes/<path:slug>/{ARITHMETIC}"),
    (ScopeKind.ALL, ARITHMETIC),
)
BUILD_MONTHS = (
    "suppliers/<str:code>/build-months/<month:month>/",
    "parts/<path:number>/build-months/<month:month>/",
)
DELIVERY_MONTHS = "delivery-months/<month:month>/"
WIDE_DELIVERY_MONTHS = (
    (ScopeKind.TIER, f"tiers/<int:slug>/{DELIVERY_MONTHS}"),
    (ScopeKind.ALL, DELIVERY_MONTHS),
)
PERFORMANCE = "suppliers/<str:code>/performance/<performance:kind>/<month:month>/"
LISTED = (
    (ScopeKind.PLANT, "plants"),
    (ScopeKind.PART, "parts"),
    (ScopeKind.COMMODITY, "commodities"),
    (ScopeKind.DEFECT_CODE, "defect-codes"),
)
ROWS = "<rows:rows>.<form:form>"
SCORECARD = "suppliers/<str:code>/<month:month>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("our-quality/", our_quality.our_quality, name="our_quality"),
    path("suppliers/", suppliers.suppliers, name="suppliers"),
    path("suppliers.<form:form>", suppliers.suppliers_export, name="suppliers_export"),
    path("suppliers/<str:code>/", supplier.supplier, name="supplier"),
    *control_urls.urlpatterns,
    path(FIGURE, figures.figure, name="figure"),
    path(f"{FIGURE}{ROWS}", figures.figure_rows_export, name="figure_rows_export"),
    *(
        path(where, figures.wide_figure, {"kind": kind}, name=f"{kind.value}_figure")
        for kind, where in WIDE
    ),
    *(
        path(
            f"{where}{ROWS}",
            figures.wide_rows_export,
            {"kind": kind},
            name=f"{kind.value}_figure_rows_export",
        )
        for kind, where in WIDE
    ),
    path(BUILD_MONTHS[0], build_months.supplier_build_months, name="supplier_build_months"),
    path(
        f"{BUILD_MONTHS[0]}table.<form:form>",
        build_months.supplier_build_months_export,
        name="supplier_build_months_export",
    ),
    path(BUILD_MONTHS[1], build_months.part_build_months, name="part_build_months"),
    path(
        f"{BUILD_MONTHS[1]}table.<form:form>",
        build_months.part_build_months_export,
        name="part_build_months_export",
    ),
    path(
        f"suppliers/<str:code>/{DELIVERY_MONTHS}",
        delivery_months.supplier_delivery_months,
        name="supplier_delivery_months",
    ),
    path(
        f"suppliers/<str:code>/{DELIVERY_MONTHS}table.<form:form>",
        delivery_months.supplier_delivery_months_export,
        name="supplier_delivery_months_export",
    ),
    *(
        path(
            where,
            delivery_months.wide_delivery_months,
            {"kind": kind},
            name=f"{kind.value}_delivery_months",
        )
        for kind, where in WIDE_DELIVERY_MONTHS
    ),
    *(
        path(
            f"{where}table.<form:form>",
            delivery_months.wide_delivery_months_export,
            {"kind": kind},
            name=f"{kind.value}_delivery_months_export",
        )
        for kind, where in WIDE_DELIVERY_MONTHS
    ),
    path(PERFORMANCE, performance.figure, name="performance"),
    path(f"{PERFORMANCE}rows.<form:form>", performance.rows_export, name="performance_rows"),
    *cause_urls.urlpatterns,
    path("suppliers/<str:code>/two-periods/", two_periods.two_periods, name="two_periods"),
    path("groups/", groups.groups, name="groups"),
    path("groups/<int:pk>/", groups.group, name="group"),
    path("rejects/<int:pk>/", records.reject, name="reject"),
    path("deliveries/<int:pk>/", records.delivery, name="delivery"),
    path("returns/<int:pk>/", records.warranty_return, name="warranty_return"),
    path("counting-policy/", counting.counting_policy, name="counting_policy"),
    path("counting-policy/change/", counting.change_counting_policy, name="change_counting_policy"),
    path("targets/", targets.targets, name="targets"),
    path("targets/new/", targets.target_new, name="target_new"),
    path("targets/<int:pk>/acknowledge/", targets.acknowledge, name="acknowledge_target"),
    path("suppliers/<str:code>/targets/", targets.supplier_targets, name="supplier_targets"),
    path("scoring-schemes/", schemes.schemes, name="schemes"),
    path("scoring-schemes/new/", schemes.draft, name="scheme_draft"),
    path("disputes/<int:pk>/figure/", disputes.dispute_figure, name="dispute_figure"),
    path("tiers/", tiers.tiers, name="tiers"),
    *(
        path(f"{where}/", slice_list.slice_list, {"kind": kind}, name=LISTINGS[kind].name)
        for kind, where in LISTED
    ),
    *(
        path(
            f"{where}.<form:form>",
            slice_list.slice_list_export,
            {"kind": kind},
            name=f"{LISTINGS[kind].name}_export",
        )
        for kind, where in LISTED
    ),
    path("plants/<path:code>/", plants.plant, name="plant"),
    path("parts/<path:number>/", parts.part, name="part"),
    path("months/", board.months, name="months"),
    path("months/publish/", board.publish_months, name="publish_months"),
    path("months/sign-offs/", sign_off.sign_offs, name="sign_offs"),
    path("months/<month:month>/", month.month, name="month"),
    path("months/<month:month>/scorecards.<form:form>", month.month_export, name="month_export"),
    path("months/<month:month>/scorecards.zip", archive.month_zip, name="month_zip"),
    path(SCORECARD, scorecard.scorecard, name="scorecard"),
    path(f"{SCORECARD}scorecard.pdf", scorecard.pdf, name="scorecard_pdf"),
    path(f"{SCORECARD}<metric:metric>/dispute/", lines.line_dispute, name="line_dispute"),
    path("disputes/<int:pk>/records/", lines.dispute_line, name="dispute_line"),
    path(f"{SCORECARD}publish/", board.publish_one, name="publish_one"),
    path(f"{SCORECARD}sign-off/", sign_off.sign_off, name="sign_off"),
    path(f"{SCORECARD}sign-off/reply/", sign_off.query_reply, name="query_reply"),
    path(f"{SCORECARD}restate/", scorecard.restatement, name="restate"),
]
