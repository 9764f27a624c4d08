"""Deciding rejects and warranty returns: appended, numbered, never changed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from suppliers.announcements import facts_changed
from suppliers.enums import WarrantyOutcome
from suppliers.models import Reject, RejectVerdict, User, WarrantyReturn, WarrantyVerdict
from suppliers.quantities import pieces, plain
from suppliers.services.evidence import attach
from suppliers.services.records import (
    ConflictError,
    Record,
    locked,
    newest_reject_verdict,
    newest_warranty_verdict,
)

Files = Sequence["File[bytes]"]

ZERO = Decimal(0)
ALL = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class Split:
    """Pieces of a reject: released, and for whom the confirmed ones count."""

    released_qty: Decimal
    supplier_qty: Decimal
    own_qty: Decimal = ZERO
    third_party_qty: Decimal = ZERO

    @property
    def confirmed_qty(self) -> Decimal:
        """The confirmed pieces, whoever answers for them."""
        return self.supplier_qty + self.own_qty + self.third_party_qty


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """What the analysis of a return said, and the share (%) the supplier accepts."""

    outcome: str
    accepted_pct: Decimal


@transaction.atomic
def decide_reject(
    *,
    reject: Reject,
    split: Split,
    reason: str,
    by: User,
    at: datetime,
    seen: int | None = None,
    files: Files = (),
) -> RejectVerdict:
    """Append a verdict to a reject; the same verdict of the same person again changes nothing.

    `seen` is the number of the newest verdict the person had before them, 0 for none; `files`
    are its evidence, kept with the record under the verdict's number.

    Raises:
        ValidationError: by field, what is wrong and how to mend it.
        ConflictError: somebody decided meanwhile, or a dispute waits for its answer.
    """
    record = locked(reject)
    newest = newest_reject_verdict(record)
    if newest is not None and _repeats(newest, reason, by) and _same_split(newest, split):
        return newest
    _check_turn(record, newest, seen)
    verdict = append_reject_verdict(record, split=split, reason=reason, by=by, at=at)
    attach(files=files, to=record, by=by, at=at, verdict=verdict.number)
    facts_changed()
    return verdict


@transaction.atomic
def decide_return(
    *,
    returned: WarrantyReturn,
    analysis: Analysis,
    reason: str,
    by: User,
    at: datetime,
    seen: int | None = None,
    files: Files = (),
) -> WarrantyVerdict:
    """Append a verdict to a warranty return; the same one again changes nothing.

    Raises:
        ValidationError: by field, what is wrong and how to mend it.
        ConflictError: somebody decided meanwhile, or a dispute waits for its answer.
    """
    record = locked(returned)
    newest = newest_warranty_verdict(record)
    if newest is not None and _repeats(newest, reason, by) and _same_analysis(newest, analysis):
        return newest
    _check_turn(record, newest, seen)
    verdict = append_warranty_verdict(record, analysis=analysis, reason=reason, by=by, at=at)
    attach(files=files, to=record, by=by, at=at, verdict=verdict.number)
    facts_changed()
    return verdict


def append_reject_verdict(
    record: Reject, *, split: Split, reason: str, by: User, at: datetime
) -> RejectVerdict:
    """Write the next verdict of a locked reject."""
    check_split(record, split)
    _check_reason(reason)
    newest = newest_reject_verdict(record)
    verdict: RejectVerdict = RejectVerdict.objects.create(
        reject=record,
        number=1 if newest is None else newest.number + 1,
        confirmed_qty=split.confirmed_qty,
        **asdict(split),
        reason=reason.strip(),
        decided_by=by,
        decided_at=at,
    )
    return verdict


def append_warranty_verdict(
    record: WarrantyReturn, *, analysis: Analysis, reason: str, by: User, at: datetime
) -> WarrantyVerdict:
    """Write the next verdict of a locked warranty return."""
    check_analysis(analysis)
    _check_reason(reason)
    newest = newest_warranty_verdict(record)
    verdict: WarrantyVerdict = WarrantyVerdict.objects.create(
        warranty_return=record,
        number=1 if newest is None else newest.number + 1,
        **asdict(analysis),
        reason=reason.strip(),
        decided_by=by,
        decided_at=at,
    )
    return verdict


def check_split(record: Reject, split: Split) -> None:
    """Raise ValidationError where quantities are negative or exceed what was suspected."""
    problems = {
        name: _("A quantity is 0 or more.") for name, value in asdict(split).items() if value < 0
    }
    total = split.confirmed_qty + split.released_qty
    if not problems and total > record.suspect_qty:
        problems["supplier_qty"] = _(
            "Supplier, own, third party and released add up to %(total)s; suspect are %(suspect)s."
        ) % {
            "total": plain(total),
            "suspect": pieces(record.suspect_qty, plain(record.suspect_qty)),
        }
    if problems:
        raise ValidationError(problems)


def check_analysis(analysis: Analysis) -> None:
    """Raise ValidationError for a share outside 0–100, or above 0 of what is not confirmed."""
    if not ZERO <= analysis.accepted_pct <= ALL:
        raise ValidationError({"accepted_pct": _("Write a share from 0 to 100 %.")})
    if analysis.outcome != WarrantyOutcome.CONFIRMED and analysis.accepted_pct:
        raise ValidationError(
            {"accepted_pct": _("The supplier accepts a share only of a confirmed return; write 0.")}
        )


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why; the reason stays with the record.")})


def _check_turn(
    record: Record, newest: RejectVerdict | WarrantyVerdict | None, seen: int | None
) -> None:
    number = 0 if newest is None else newest.number
    if seen is not None and seen != number:
        raise ConflictError(
            _("Somebody has decided this record meanwhile (verdict no. %(number)s). Look again.")
            % {"number": number}
        )
    if record.disputes.unsettled().exists():
        raise ConflictError(
            _("The supplier disputes this record. Answer the dispute; its answer is the verdict.")
        )


def _repeats(newest: RejectVerdict | WarrantyVerdict, reason: str, by: User) -> bool:
    return newest.decided_by_id == by.pk and newest.reason == reason.strip()


def _same_split(newest: RejectVerdict, split: Split) -> bool:
    return all(getattr(newest, name) == value for name, value in asdict(split).items())


def _same_analysis(newest: WarrantyVerdict, analysis: Analysis) -> bool:
    return newest.outcome == analysis.outcome and newest.accepted_pct == analysis.accepted_pct
