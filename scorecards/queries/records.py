"""One reject, delivery or return, with what it counts, decisions, disputes and changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from scorecards.models import CountedDelivery, CountedReject, CountedReturn, CountingPolicy
from scorecards.queries.changes import FactChange, fact_changes
from scorecards.queries.lots import counts_the_lot_of
from suppliers.access import AnyUser
from suppliers.models import (
    Delivery,
    Dispute,
    Evidence,
    Reject,
    RejectVerdict,
    SupplierPart,
    WarrantyReturn,
    WarrantyVerdict,
)
from suppliers.models.disputes import OPEN_DISPUTES


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A verdict with the files it was given with."""

    verdict: Any
    files: Sequence[Evidence]


@dataclass(frozen=True, kw_only=True)
class Record:
    """A fact and everything that is known about it.

    `counts` is its row in the view that the roll-up sums; `lot_counted` tells that another reject
    of its whole lot counts it, `lot_counted_by` which, where the reader may open it.
    """

    fact: Any
    counts: Any
    supplier_part: SupplierPart | None
    policy: CountingPolicy
    verdicts: Sequence[Any]
    disputes: Sequence[Dispute]
    evidence: Sequence[Evidence]
    changes: Sequence[FactChange]
    lot_counted: bool = False
    lot_counted_by: Reject | None = None

    @property
    def decisions(self) -> list[Decision]:
        """Its verdicts, newest first, each with its evidence."""
        return [
            Decision(
                verdict=verdict,
                files=[file for file in self.evidence if file.verdict == verdict.number],
            )
            for verdict in self.verdicts
        ]

    @property
    def other_files(self) -> list[Evidence]:
        """The files that came with no verdict."""
        return [file for file in self.evidence if file.verdict is None]

    @property
    def disputed(self) -> bool:
        """Whether a dispute about it is not settled."""
        return any(dispute.state in OPEN_DISPUTES for dispute in self.disputes)


def reject_record(pk: int, *, user: AnyUser) -> Record:
    """Return a reject that `user` may see.

    Raises:
        Http404: when there is none.
    """
    fact = _visible(
        Reject,
        *(pk, user, "supplier", "plant", "part"),
        *("delivery", "defect_code", "batch", "recorded_by"),
    )
    verdicts = RejectVerdict.objects.filter(reject=fact).select_related("decided_by")
    counts = CountedReject.objects.get(pk=pk)
    counting = counts_the_lot_of(fact, counts)
    return _record(
        fact,
        user=user,
        counts=counts,
        lot_counted=counting,
        verdicts=verdicts.order_by("-number"),
        disputes=Dispute.objects.filter(reject=fact).order_by("-opened_at", "-pk"),
        evidence=_files(Evidence.objects.filter(reject=fact)),
    )


def return_record(pk: int, *, user: AnyUser) -> Record:
    """Return a warranty return that `user` may see.

    Raises:
        Http404: when there is none.
    """
    fact = _visible(WarrantyReturn, pk, user, "supplier", "part", "batch")
    verdicts = WarrantyVerdict.objects.filter(warranty_return=fact).select_related("decided_by")
    return _record(
        fact,
        user=user,
        counts=CountedReturn.objects.get(pk=pk),
        verdicts=verdicts.order_by("-number"),
        disputes=Dispute.objects.filter(warranty_return=fact).order_by("-opened_at", "-pk"),
        evidence=_files(Evidence.objects.filter(warranty_return=fact)),
    )


def delivery_record(pk: int, *, user: AnyUser) -> Record:
    """Return a delivery that `user` may see.

    Raises:
        Http404: when there is none.
    """
    fact = _visible(Delivery, pk, user, "supplier", "plant", "part", "reverses", "batch")
    counts = CountedDelivery.objects.get(pk=pk)
    return _record(fact, user=user, counts=counts, verdicts=(), disputes=())


def _visible(model: Any, pk: int, user: AnyUser, *related: str) -> Any:
    fact = model.objects.visible_to(user).select_related(*related).filter(pk=pk).first()
    if fact is None:
        raise Http404
    return fact


def _files(found: Any) -> Any:
    return found.select_related("uploaded_by").order_by("uploaded_at", "pk")


def _record(
    fact: Any,
    *,
    user: AnyUser,
    counts: Any,
    verdicts: Any,
    disputes: Any,
    evidence: Any = (),
    lot_counted: int | None = None,
) -> Record:
    part = SupplierPart.objects.filter(supplier=fact.supplier, part=fact.part).first()
    return Record(
        fact=fact,
        counts=counts,
        supplier_part=part,
        policy=CountingPolicy.objects.in_force(),
        verdicts=list(verdicts),
        disputes=list(disputes),
        evidence=list(evidence),
        changes=fact_changes(fact, user=user),
        lot_counted=lot_counted is not None,
        lot_counted_by=Reject.objects.visible_to(user).filter(pk=lot_counted).first(),
    )
