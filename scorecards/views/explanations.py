"""Why a record counts what it counts, in plain sentences.

The number itself comes from the counted views; this only says which of their rules applied.
"""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from scorecards import formatting
from scorecards.enums import ProvisionalRule
from scorecards.queries.records import Record
from scorecards.wording import reader_separators
from suppliers.enums import CountingRule, DeliveryKind, PartPhase
from suppliers.quantities import pieces


def why_reject_counts(record: Record) -> list[str]:
    """Say why a reject counts what it counts."""
    outside = _outside(record, getattr(record.fact.delivery, "kind", DeliveryKind.SERIAL))
    if outside:
        return [outside]
    if _counts_elsewhere(record) and not record.verdicts:
        return _defect_rule(record)
    return [_decision(record), *_defect_rule(record)]


def why_delivery_counts(record: Record) -> list[str]:
    """Say why a delivery counts as received, or why it does not."""
    outside = _outside(record, record.fact.kind)
    if outside:
        return [outside]
    if record.fact.reverses_id:
        return [_("A reversal takes back what the delivery it reverses had added.")]
    return [_("A serial delivery counts with all its pieces.")]


def why_return_counts(record: Record) -> list[str]:
    """Say why a warranty return counts what it counts."""
    newest = next(iter(record.verdicts), None)
    share = newest.accepted_pct if newest else record.fact.accepted_pct
    numbers = {"share": _quantity(share), "pieces": _pieces(record.fact.quantity)}
    if newest:
        text = _("The newest verdict accepts %(share)s %% of %(pieces)s.")
    else:
        text = _(
            "Nobody has decided it yet. Until then the claim's own share counts "
            "provisionally: %(share)s %% of %(pieces)s."
        )
    return [text % numbers]


def _outside(record: Record, kind: str) -> str:
    """Say why a record stays out of the PPM; empty when it does not."""
    if kind in {DeliveryKind.SAMPLE, DeliveryKind.REPLACEMENT}:
        return _("It does not count: samples and replacement deliveries stay out of the PPM.")
    part = record.supplier_part
    counts = part.counts_in_ppm if part else None
    if counts is not None:
        return (
            "" if counts else _("It does not count: this supplier's part is kept out of the PPM.")
        )
    series = part.phase if part else PartPhase.SERIAL
    if PartPhase.PRE_SERIES in {series, kind}:
        return _("It does not count: pre-series parts stay out of the PPM.")
    return ""


def _decision(record: Record) -> str:
    newest = next(iter(record.verdicts), None)
    if newest is not None:
        return _("By the newest verdict (no. %(number)s) the supplier's are %(qty)s.") % {
            "number": newest.number,
            "qty": _pieces(newest.supplier_qty),
        }
    return _("Nobody has decided it yet, so it counts provisionally. %(rule)s") % {
        "rule": _provisional_rule(record.fact, record.policy.provisional)
    }


def _provisional_rule(fact: Any, rule: str) -> str:
    numbers = {
        "confirmed": _pieces(fact.confirmed_qty),
        "checked": _quantity(fact.checked_qty),
        "suspect": _pieces(fact.suspect_qty),
        "released": _quantity(fact.released_qty),
        "left": _pieces(fact.suspect_qty - fact.released_qty),
    }
    if rule == ProvisionalRule.FOUND_ONLY:
        return _("What is confirmed so far counts: %(confirmed)s.") % numbers
    if rule == ProvisionalRule.EXTRAPOLATED and fact.checked_qty:
        said = (
            _(
                "Of %(checked)s checked, %(confirmed)s confirmed; this share of what is suspect "
                "(%(suspect)s) counts, rounded."
            )
            % numbers
        )
        if not fact.released_qty:
            return said
        return " ".join((said, _("At most what is not released counts: %(left)s.") % numbers))
    if fact.released_qty:
        return (
            _("Suspect: %(suspect)s; released: %(released)s. The rest counts: %(left)s.") % numbers
        )
    return _("All that is suspect counts: %(suspect)s.") % numbers


def _defect_rule(record: Record) -> list[str]:
    rule = record.fact.defect_code.counts
    if rule == CountingRule.INCIDENT:
        said = [_("Its defect code counts one per incident, whatever the pieces.")]
        if _another_counts(record):
            said.append(
                _("Another report of the same issue counts for it, so this one adds nothing.")
            )
        return said
    if rule == CountingRule.WHOLE_LOT:
        return _lot_rule(record)
    return []


def _lot_rule(record: Record) -> list[str]:
    said = [_("Its defect code counts the whole lot.")]
    newest = next(iter(record.verdicts), None)
    if record.lot_counted:
        said.append(_lot_counted(record))
    elif newest is not None and 0 < newest.supplier_qty < newest.confirmed_qty:
        said.append(_("Of the lot, the supplier's share of the confirmed pieces counts."))
    return said


def _lot_counted(record: Record) -> str:
    if record.lot_counted_by is None:
        return _("Another reject of the same lot counts it, so this one adds nothing.")
    return _("Reject %(reject)s counts the same lot, so this one adds nothing.") % {
        "reject": record.lot_counted_by
    }


def _counts_elsewhere(record: Record) -> bool:
    """Whether another record of its lot or its issue counts instead, so that nothing of it does."""
    rule = record.fact.defect_code.counts
    if rule == CountingRule.WHOLE_LOT:
        return record.lot_counted
    return rule == CountingRule.INCIDENT and _another_counts(record)


def _another_counts(record: Record) -> bool:
    newest = next(iter(record.verdicts), None)
    if newest is None:
        cleared = record.fact.released_qty == record.fact.suspect_qty
    else:
        cleared = not newest.supplier_qty
    return not record.counts.counted_qty and not cleared


def _pieces(value: Decimal) -> str:
    return pieces(value, _quantity(value))


def _quantity(value: Decimal) -> str:
    return formatting.quantity(value, separators=reader_separators())
