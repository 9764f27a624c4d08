"""What keeps a month from being published well, each with the place where it is mended."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from scorecards.models import Scorecard
from scorecards.periods import Month
from scorecards.queries.record import changed_since
from scorecards.queries.sign_off import can_sign, is_waited_for
from scorecards.queries.waiting import waiting_months
from suppliers.access import AnyUser
from suppliers.enums import ImportState
from suppliers.models import Dispute, ImportBatch, Reject, Supplier, WarrantyReturn

SHOWN: Final = 20


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to mend: its name, about whom, and where."""

    name: str
    about: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Missing:
    """One kind of what is missing: how many, and the first of them."""

    slug: str
    title: str
    remedy: str
    count: int
    items: tuple[Item, ...]

    @property
    def more(self) -> int:
        """How many are not listed."""
        return self.count - len(self.items)


def missing(month: Month, *, user: AnyUser) -> list[Missing]:
    """Return everything that is missing for a month, of what the user may see; empty: nothing."""
    return [kind for kind in _kinds(month, user) if kind.count]


def _kinds(month: Month, user: AnyUser) -> Iterator[Missing]:
    days = (month.first_day, month.last_day)
    yield _listed(
        "rejects",
        _("Rejects nobody has decided"),
        _("They count provisionally. Decide each on its page."),
        Reject.objects.visible_to(user).filter(detected_on__range=days, verdicts__isnull=True),
        order=("supplier__code", "complaint", "pk"),
        address="reject_decide",
    )
    yield _listed(
        "returns",
        _("Warranty returns nobody has analysed"),
        _("They count provisionally. Decide each on its page."),
        WarrantyReturn.objects.visible_to(user).filter(
            received_on__range=days, verdicts__isnull=True
        ),
        order=("supplier__code", "claim", "pk"),
        address="return_decide",
    )
    yield _listed(
        "disputes",
        _("Open disputes"),
        _("What is disputed still counts. Answer each on its page."),
        Dispute.objects.visible_to(user).unsettled().filter(_of_month(month)),
        order=("supplier__code", "pk"),
        address="dispute",
    )
    yield _imports(user)
    yield _stale(month, user)
    yield _without_signer(month, user)
    yield _changed(month, user)


def _of_month(month: Month) -> Q:
    days = (month.first_day, month.last_day)
    return (
        Q(reject__detected_on__range=days)
        | Q(warranty_return__received_on__range=days)
        | Q(published_line__startswith=f"{month}/")
    )


def _listed(
    slug: str,
    title: str,
    remedy: str,
    rows: QuerySet[Any],
    *,
    order: Iterable[str],
    address: str,
) -> Missing:
    first = rows.select_related("supplier").order_by(*order)[:SHOWN]
    return Missing(
        slug=slug,
        title=title,
        remedy=remedy,
        count=rows.count(),
        items=tuple(
            Item(
                name=str(getattr(row, "subject", row)),
                about=row.supplier.code,
                url=reverse(address, args=[row.pk]),
            )
            for row in first
        ),
    )


def _imports(user: AnyUser) -> Missing:
    """Return imports that somebody began: whatever month their rows are of, nobody knows yet."""
    states = [
        ImportState.UPLOADED,
        ImportState.MAPPING,
        ImportState.READY,
        ImportState.CONFIRMED,
    ]
    rows = ImportBatch.objects.visible_to(user).filter(state__in=states)
    return Missing(
        slug="imports",
        title=_("Imports that are not loaded"),
        remedy=_("Confirm each, or discard it."),
        count=rows.count(),
        items=tuple(
            Item(
                name=row.filename,
                about=str(row.get_state_display()),
                url=reverse("import_batch", args=[row.pk]),
            )
            for row in rows.order_by("-uploaded_at", "-pk")[:SHOWN]
        ),
    )


def _stale(month: Month, user: AnyUser) -> Missing:
    waiting = waiting_months(Supplier.objects.visible_to(user), span=(month, month))
    rows = Supplier.objects.filter(pk__in=waiting.get(month, ()))
    codes = rows.order_by("code").values_list("code", flat=True)
    return Missing(
        slug="stale",
        title=_("Suppliers whose figures are behind their facts"),
        remedy=_("The worker recomputes them within a minute; if not, look at whether it runs."),
        count=codes.count(),
        items=tuple(
            Item(
                name=code,
                about="",
                url=f"{reverse('supplier', args=[code])}?month={month}",
            )
            for code in codes[:SHOWN]
        ),
    )


def _without_signer(month: Month, user: AnyUser) -> Missing:
    published = Scorecard.objects.visible_to(user).newest().of_month(month)
    codes = (
        published.filter(~can_sign(), is_waited_for())
        .order_by("supplier__code")
        .values_list("supplier__code", flat=True)
    )
    return Missing(
        slug="signers",
        title=_("Suppliers of whom nobody can sign"),
        remedy=_("Admit one of their people; the signature is then asked for."),
        count=codes.count(),
        items=tuple(
            Item(name=code, about="", url=reverse("people", args=[code])) for code in codes[:SHOWN]
        ),
    )


def _changed(month: Month, user: AnyUser) -> Missing:
    rows = Supplier.objects.visible_to(user).filter(pk__in=changed_since(month))
    codes = rows.order_by("code").values_list("code", flat=True)
    return Missing(
        slug="changed",
        title=_("Scorecards whose month counts something else since"),
        remedy=_("Restate each with a reason, or leave it as it was published."),
        count=codes.count(),
        items=tuple(
            Item(name=code, about="", url=reverse("scorecard", args=[code, month]))
            for code in codes[:SHOWN]
        ),
    )
