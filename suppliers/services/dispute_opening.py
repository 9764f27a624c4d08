"""Opening disputes: of a reject, of a return, and of a line of a published scorecard."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from suppliers import access
from suppliers.counted import counter
from suppliers.dispute_workflow import transition
from suppliers.enums import DisputeAction, DisputeState
from suppliers.models import Dispute, Reject, Supplier, User
from suppliers.published_lines import PublishedCount, PublishedLine, publisher
from suppliers.services.claims import check_claim, check_line_claim
from suppliers.services.dispute_clock import answer_due_on
from suppliers.services.disputes import add_step
from suppliers.services.evidence import attach
from suppliers.services.records import ConflictError, Record, locked

Files = Sequence["File[bytes]"]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a supplier says: why, how many pieces do not count, and what it found."""

    reason: str
    claimed_qty: Decimal
    statement: str

    def repeats(self, earlier: Dispute) -> bool:
        """Whether an open dispute says the same."""
        said = (earlier.reason, earlier.claimed_qty, earlier.statement)
        return earlier.is_open and said == (self.reason, self.claimed_qty, self.statement)


@transaction.atomic
def open_dispute(
    *,
    record: Record,
    reason: str,
    claimed_qty: Decimal,
    statement: str,
    by: User,
    at: datetime,
    files: Files = (),
) -> Dispute:
    """Dispute a reject or a return; the same dispute again, while it is open, changes nothing.

    `claimed_qty` are the pieces that in the supplier's view do not count.

    Raises:
        ValidationError: by field, what is wrong and how to mend it.
        ConflictError: it is disputed already, or was settled and nothing is new since.
        ForbiddenMoveError: the user does not act for the record's supplier.
    """
    record = locked(record)
    claim = Claim(reason=reason, claimed_qty=claimed_qty, statement=statement.strip())
    _check_may_open(record.supplier_id, claim, by=by)
    earlier = _newest(record.disputes)
    if earlier is not None and claim.repeats(earlier):
        return earlier
    check_claim(record, claimed_qty, most=claimable_qty(record))
    return _open(
        claim,
        files,
        by=by,
        at=at,
        due_on=answer_due_on(record, at=at),
        supplier_id=record.supplier_id,
        counted_qty=counter().counted(record).quantity,
        **{_field(record): record},
    )


@transaction.atomic
def open_line_dispute(
    *,
    supplier: Supplier,
    line: PublishedLine,
    reason: str,
    claimed_qty: Decimal,
    statement: str,
    by: User,
    at: datetime,
    files: Files = (),
) -> Dispute:
    """Dispute a line of a published scorecard; the same again, while it is open, changes nothing.

    For what is wrong with a month as a whole; a single record is disputed itself.

    Raises:
        ValidationError: by field, what is wrong and how to mend it.
        ConflictError: the month is not published, the line is disputed already, or it was
            settled and nothing was published since.
        ForbiddenMoveError: the user does not act for the supplier.
    """
    # lets facts of the supplier be written meanwhile, and one dispute be opened after the other
    Supplier.objects.select_for_update(no_key=True).get(pk=supplier.pk)
    claim = Claim(reason=reason, claimed_qty=claimed_qty, statement=statement.strip())
    _check_may_open(supplier.pk, claim, by=by)
    about = {"supplier_id": supplier.pk, "published_line": line.key}
    earlier = _newest(Dispute.objects.filter(**about))
    if earlier is not None and claim.repeats(earlier):
        return earlier
    check_line_claim(line, _published_since(supplier, line, earlier), claimed_qty)
    due_on = answer_due_on(supplier, at=at)
    counted = counter().counted_line(line, supplier_id=supplier.pk, at=at)
    return _open(claim, files, by=by, at=at, due_on=due_on, counted_qty=counted, **about)


def may_be_disputed(record: Record) -> bool:
    """Return whether a new dispute of the record would be taken."""
    return claimable_or_none(record) > 0


def claimable_or_none(record: Record) -> Decimal:
    """Return how many pieces a new dispute may claim, 0 where none would be taken."""
    try:
        return claimable_qty(record)
    except ConflictError:
        return Decimal(0)


def claimable_qty(record: Record) -> Decimal:
    """Return how many pieces of a record a new dispute may claim: what counts.

    After a settled dispute what counts more than its answer left, where nobody decided since.

    Raises:
        ConflictError: it is disputed already, or was settled and nothing is new since.
    """
    counted = counter().counted(record)
    earlier = _newest(record.disputes)
    if earlier is None:
        return counted.quantity
    if earlier.is_open:
        raise ConflictError(_("This record is disputed already; its dispute waits for an answer."))
    if _decided_since(record, earlier):
        return counted.quantity
    new = counted.quantity - (
        counted.quantity if earlier.settled_qty is None else earlier.settled_qty
    )
    if new <= 0:
        raise ConflictError(
            _(
                "A dispute of this record was settled and nothing was decided since. "
                "Appeal against its answer instead."
            )
        )
    return counted.disputed(new)


def _decided_since(record: Record, earlier: Dispute) -> bool:
    """Whether a verdict that answers no dispute followed the last answer."""
    answered = earlier.steps.order_by("-number").first()
    since: Any = record.verdicts.exclude(settles__dispute__in=record.disputes.all())
    return answered is not None and bool(since.filter(decided_at__gt=answered.at).exists())


def _newest(disputes: Any) -> Dispute | None:
    found: Dispute | None = disputes.order_by("-opened_at", "-pk").first()
    return found


def _check_may_open(supplier_id: int, claim: Claim, *, by: User) -> None:
    if not claim.statement:
        raise ValidationError({"statement": _("Say what is wrong and what you found.")})
    roles = access.roles_at(by, supplier_id)
    transition(action=DisputeAction.OPEN, state=None, roles=roles, reason=claim.statement)


def _published_since(
    supplier: Supplier, line: PublishedLine, earlier: Dispute | None
) -> PublishedCount:
    """Return what the line says now; raise ConflictError where there is nothing new to dispute."""
    count = publisher().published_count(line, supplier_id=supplier.pk)
    if count is None:
        raise ConflictError(_("This month is not published; there is no line to dispute."))
    if earlier is None:
        return count
    if earlier.is_open:
        raise ConflictError(_("This line is disputed already; its dispute waits for an answer."))
    answered = earlier.steps.order_by("-number").first()
    if answered is not None and count.published_at <= answered.at:
        raise ConflictError(
            _(
                "A dispute of this line was settled and no new version was published since. "
                "Appeal against its answer instead."
            )
        )
    return count


def _open(
    claim: Claim, files: Files, *, by: User, at: datetime, due_on: date, **about: Any
) -> Dispute:
    dispute: Dispute = Dispute.objects.create(
        **about, **asdict(claim), due_on=due_on, opened_by=by, opened_at=at
    )
    attach(files=files, to=dispute, by=by, at=at)
    add_step(
        dispute, DisputeAction.OPEN, "", DisputeState.OPEN, by=by, at=at, reason=claim.statement
    )
    return dispute


def _field(record: Record) -> str:
    return "reject" if isinstance(record, Reject) else "warranty_return"
