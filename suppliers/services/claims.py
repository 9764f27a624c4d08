"""How much of a record a supplier can dispute, and whether an answer is what it calls itself."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from suppliers.enums import DisputeAction
from suppliers.models import Dispute, Reject
from suppliers.published_lines import PublishedCount, PublishedLine
from suppliers.services.records import Record, newest_reject_verdict, newest_warranty_verdict
from suppliers.services.verdicts import plain


def disputable_qty(record: Record) -> Decimal:
    """Return how many pieces of a record can be disputed: what may count against the supplier."""
    if isinstance(record, Reject):
        verdict = newest_reject_verdict(record)
        return Decimal(record.suspect_qty if verdict is None else verdict.supplier_qty)
    analysis = newest_warranty_verdict(record)
    share = record.accepted_pct if analysis is None else analysis.accepted_pct
    return Decimal(record.quantity * share / 100)


def check_claim(record: Record, claimed_qty: Decimal) -> None:
    """Raise ValidationError unless the claim is above 0 and within what counts."""
    most = disputable_qty(record)
    if not most:
        message = _("Nothing of this record counts against you, so there is nothing to dispute.")
    elif claimed_qty <= 0:
        message = _("Write how many pieces do not count in your view, more than 0.")
    elif claimed_qty > most:
        message = _("At most %(most)s pieces of this record count against you.") % {
            "most": plain(most)
        }
    else:
        return
    raise ValidationError({"claimed_qty": message})


def check_line_claim(line: PublishedLine, count: PublishedCount, claimed_qty: Decimal) -> None:
    """Raise ValidationError unless the claim is above 0 and within what the line counts."""
    words = {"most": plain(count.counted_qty), "line": line}
    if not count.counted_qty:
        message = _("The published %(line)s counts nothing against you.") % words
    elif claimed_qty <= 0:
        message = _("Write how many pieces do not count in your view, more than 0.")
    elif claimed_qty > count.counted_qty:
        message = _("The published %(line)s counts %(most)s pieces; claim no more.") % words
    else:
        return
    raise ValidationError({"claimed_qty": message})


def check_upheld(dispute: Dispute, action: DisputeAction, *, left: Decimal, field: str) -> None:
    """Raise ValidationError unless what is left to the supplier is what the answer says.

    Upheld: the claimed pieces no longer count. Partly: some of what counted no longer does.
    """
    counted = disputable_qty(dispute.record)
    wholly = max(counted - dispute.claimed_qty, Decimal(0))
    words = {"claimed": plain(dispute.claimed_qty), "most": plain(wholly), "now": plain(counted)}
    if action is DisputeAction.UPHOLD and left > wholly:
        raise ValidationError(
            {
                field: _(
                    "Upheld means that the %(claimed)s claimed pieces no longer count: at most "
                    "%(most)s stay with the supplier. Otherwise uphold it partly."
                )
                % words
            }
        )
    if action is DisputeAction.UPHOLD_PARTLY and left >= counted:
        raise ValidationError(
            {
                field: _(
                    "Partly upheld means that fewer than %(now)s pieces stay with the supplier. "
                    "Otherwise reject the dispute."
                )
                % words
            }
        )
