"""Addresses of control charts, their limits and signals."""

from django.urls import URLPattern, path

from scorecards import converters  # noqa: F401  # registers the converters used below
from scorecards.views import baselines, compare, control, signals, workbench

CONTROL = "suppliers/<str:code>/limits/<metric:metric>/"

urlpatterns: list[URLPattern] = [
    path(CONTROL, control.control, name="control"),
    path(f"{CONTROL}table.<form:form>", control.control_export, name="control_export"),
    path(f"{CONTROL}chart.pdf", control.control_pdf, name="control_pdf"),
    path(f"{CONTROL}propose/", baselines.propose, name="propose_baseline"),
    path("limits/<int:pk>/points/<month:month>/", baselines.mark_point, name="mark_point"),
    path("limits/<int:pk>/accept/", baselines.accept, name="accept_baseline"),
    path("limits/<int:pk>/withdraw/", baselines.withdraw, name="withdraw_baseline"),
    path("compare/", compare.compare, name="compare"),
    path("compare.<form:form>", compare.compare_export, name="compare_export"),
    path("workbench/", workbench.workbench, name="workbench"),
    path("workbench/converters/", workbench.converters, name="workbench_converters"),
    path("workbench/ipc-7912/", workbench.boards, name="workbench_boards"),
    path("signals/", signals.signals, name="signals"),
    path("signals/<int:pk>/seen/", signals.see, name="see_signal"),
]
