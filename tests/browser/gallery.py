"""A gallery of the components with invented content, for looking at and for axe.

Only a URL configuration of the tests; the product has no such pages.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path

from scorecards.charts import Limit, MonthValue
from scorecards.formulas.rates import figure
from scorecards.periods import Month

NAV = [
    {"label": label, "url": f"/gallery/{slug}/", "active": slug == "suppliers"}
    for slug, label in [
        ("suppliers", "Suppliers"),
        ("tiers", "Tiers"),
        ("months", "Months"),
        ("escalations", "Escalations"),
        ("imports", "Imports"),
        ("messages", "Messages"),
    ]
]
PERSON = SimpleNamespace(
    is_authenticated=True, is_staff=True, name="Sabine Köhler", email="s.koehler@oem.example"
)
LIMITS = (
    Limit(value=25, label="Target", kind="target"),
    Limit(value=50, label="8D above", short="8D >"),
    Limit(value=100, label="CS1 above", short="CS1 >"),
)
LEVELS = ["", "watch", "8d", "cs1", "cs2", "stop_ship", "new_business_hold"]


class FilterForm(forms.Form):
    """The filters of a list."""

    search = forms.CharField(label="Code or name", required=False)
    tier = forms.ChoiceField(choices=[("", "All"), ("1", "Tier 1"), ("2", "Tier 2")])
    plant = forms.ChoiceField(choices=[("", "All"), ("BER", "Berlin"), ("PUE", "Puebla")])
    level = forms.ChoiceField(choices=[("", "All"), ("8d", "8D"), ("cs1", "CS1")])
    archived = forms.BooleanField(label="With archived", required=False)


class DisputeForm(forms.Form):
    """A form with every kind of field."""

    reason = forms.ChoiceField(
        choices=[("quantity", "Quantity"), ("duplicate", "Duplicate")],
        widget=forms.RadioSelect,
        help_text="One reason; say more below.",
    )
    claimed = forms.IntegerField(
        label="Quantity you accept", min_value=0, help_text="At most 12, what was rejected."
    )
    statement = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    part = forms.ChoiceField(choices=[("a", "4711-001"), ("b", "4711-002")])
    document = forms.FileField(required=False, help_text="PDF, JPEG or PNG, up to 10 MB.")
    sure = forms.BooleanField(label="I have checked the parts")


@dataclass(frozen=True)
class Story:
    """One supplier's made-up year: (counted, received, provisional) a month."""

    code: str
    name: str
    tier: str
    level: str
    verdict: str
    pairs: tuple[tuple[int, int, int], ...]


def _pairs(*counted: int, received: int, provisional: int = 0) -> tuple[tuple[int, int, int], ...]:
    last = len(counted) - 1
    return tuple(
        (count, received + (i * 7919) % max(1, received // 3), provisional if i == last else 0)
        for i, count in enumerate(counted)
    )


CROSSING = _pairs(1, 0, 2, 1, 1, 2, 1, 3, 2, 2, 3, 4, 6, received=48_000, provisional=2)
WITH_GAPS = (
    *_pairs(1, 0, 2, received=31_000),
    (0, 0, 0),
    (0, 0, 0),
    *_pairs(1, 1, received=28_000),
    (2, 0, 0),
    *_pairs(0, 0, 1, 2, 1, received=36_000),
)
OUTLIER = _pairs(2, 1, 0, 2, 1, 0, 4200, 1, 2, 0, 1, 1, 2, received=42_000)
STORIES = [
    Story("ACME-01", "Acme Castings GmbH", "Tier 1", "cs1", "above_shown", CROSSING),
    Story("BOREAL", "Boreal Fasteners AB", "Tier 1", "", "below_shown", WITH_GAPS),
    Story("CHANG-7", "Chang & Sons Precision Springs", "Tier 2", "8d", "undecided", OUTLIER),
    Story(
        "DELTA",
        "Delta Kunststofftechnik",
        "Tier 1",
        "watch",
        "undecided",
        _pairs(0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, received=9_000),
    ),
    Story(
        "ESPOSITO",
        "Fratelli Esposito Guarnizioni",
        "Tier 2",
        "",
        "below_shown",
        _pairs(*[0] * 13, received=210_000),
    ),
    Story("FUJI-02", "Fuji Bearings", "Tier 1", "", "no_data", ((0, 0, 0),) * 13),
    Story("GRANT", "Grant Wire", "Tier 2", "cs2", "above_shown", ((0, 0, 0),) * 12 + ((7, 0, 0),)),
    Story(
        "HALCYON",
        "Halcyon Electronics",
        "Tier 1",
        "new_business_hold",
        "above_shown",
        _pairs(3, 9, 14, 22, 60, 81, 77, 102, 90, 88, 95, 97, 110, received=3_200),
    ),
]


def months_of(story: Story, *, urls: bool = True) -> list[MonthValue]:
    """Turn a story into the points of a chart."""
    first = Month(2025, 10)
    return [_point(story, first, index, urls=urls) for index in range(len(story.pairs))]


def _point(story: Story, first: Month, index: int, *, urls: bool) -> MonthValue:
    counted, received, provisional = story.pairs[index]
    window = story.pairs[max(0, index - 11) : index + 1]
    month = first.plus(index)
    state = figure(counted=counted, received=received)
    share = Fraction(provisional * 1_000_000, received) if received else Fraction(0)
    return MonthValue(
        month=month,
        label=month.first_day.strftime("%b"),
        value=state.ppm,
        provisional=share,
        rolling=figure(counted=sum(p[0] for p in window), received=sum(p[1] for p in window)).ppm,
        counted=counted,
        volume=received,
        reason="" if state.ppm is not None else str(state.state).replace("_", " "),
        url=f"/gallery/supplier/?month={month}" if urls else "",
    )


def _rows() -> list[dict[str, Any]]:
    rows = []
    for story in STORIES:
        months = months_of(story)
        counted, received, provisional = story.pairs[-1]
        rows.append(
            {
                "story": story,
                "figure": figure(counted=counted, received=received),
                "provisional": provisional,
                "rolling": months[-1].rolling,
                "values": [month.value for month in months],
            }
        )
    return rows


def _base() -> dict[str, Any]:
    return {"nav": NAV, "user": PERSON}


def suppliers(request: HttpRequest) -> HttpResponse:
    """A list page."""
    page = Paginator(range(612), 50).page(3)
    context = {"rows": _rows(), "form": FilterForm(request.GET or None), "page": page}
    return render(request, "gallery/suppliers.html", _base() | context)


def supplier(request: HttpRequest) -> HttpResponse:
    """A page with key figures, chart, rows and history."""
    story = next((s for s in STORIES if s.code == request.GET.get("code")), STORIES[0])
    months = months_of(story)
    history = [
        {
            "at": datetime(2026, 11, 10, 8, 12, tzinfo=UTC),
            "by": "rule of policy 1",
            "what": "Controlled shipping level 1 raised: external PPM 104 in October 2026.",
            "reason": "",
        },
        {
            "at": datetime(2026, 9, 9, 7, 2, tzinfo=UTC),
            "by": "Sabine Köhler",
            "what": "8D-2026-00042 requested.",
            "reason": "Burr on the sealing face, third lot in a row.",
        },
    ]
    context = {
        "story": story,
        "months": months,
        "limits": LIMITS,
        "newest": months[-1],
        "history": history,
        "tabs": [
            {"label": "Figures", "url": "#", "active": True, "count": None},
            {"label": "Rejects", "url": "#rejects", "active": False, "count": 27},
            {"label": "Cases", "url": "#cases", "active": False, "count": 2},
        ],
        "trail": [{"label": "Suppliers", "url": "/gallery/suppliers/"}],
    }
    return render(request, "gallery/supplier.html", _base() | context)


def imports(request: HttpRequest) -> HttpResponse:
    """A page of problems, steps and progress."""
    problems = [
        {
            "row": 14,
            "column": "Received on",
            "value": "31.02.2026",
            "message": "is not a date.",
            "remedy": "Write the day as 2026-02-28 or 28.02.2026.",
        },
        {
            "row": 203,
            "column": "Quantity",
            "value": "-400",
            "message": "is negative.",
            "remedy": "Reversals are rows of their own that name the line they reverse.",
        },
        {
            "row": 377,
            "column": "Supplier",
            "value": "ACME-09",
            "message": "is not a known supplier.",
            "remedy": "Import the supplier first, or correct the code; similar: ACME-01.",
        },
    ]
    steps = [
        {"label": "Upload", "state": "done"},
        {"label": "Columns", "state": "done"},
        {"label": "Check", "state": "now"},
        {"label": "Load", "state": "later"},
    ]
    return render(request, "gallery/imports.html", _base() | {"problems": problems, "steps": steps})


def parts(request: HttpRequest) -> HttpResponse:
    """Every part once: badges, notices, form, empty state."""
    form = DisputeForm({"claimed": "-3", "statement": "Two of the parts were scratched by us."})
    context = {"levels": LEVELS, "form": form, "story": STORIES[5], "months": []}
    return render(request, "gallery/parts.html", _base() | context)


def login(request: HttpRequest) -> HttpResponse:
    """The log-in page as the demo shows it."""
    form = forms.Form()
    form.fields["login"] = forms.EmailField(label="E-mail")
    form.fields["password"] = forms.CharField(label="Password", widget=forms.PasswordInput)
    logins = [{"email": f"{role}@demo.example", "role": role.upper()} for role in ("sqe", "buyer")]
    context = {"form": form, "demo_logins": logins, "demo_password": "demo", "nav": []}
    return render(request, "account/login.html", context)


def plain(template: str) -> Callable[[HttpRequest], HttpResponse]:
    """Serve a template without any context, as Django does for errors."""
    return lambda request: render(request, template)


urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("gallery/suppliers/", suppliers),
    path("gallery/supplier/", supplier),
    path("gallery/imports/", imports),
    path("gallery/parts/", parts),
    path("gallery/login/", login),
    path("gallery/404/", plain("404.html")),
    path("gallery/500/", plain("500.html")),
    # what the menu leads to
    path("", include("scorecards.urls")),
    path("", include("escalations.urls")),
]
