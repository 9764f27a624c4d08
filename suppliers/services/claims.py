"""How much of a record a supplier can dispute, and whether an answer is what it calls itself."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from suppliers.counted import Counted, counter
from suppliers.enums import DisputeAction
from suppliers.models import Dispute
from suppliers.published_lines import PublishedCount, PublishedLine
from suppliers.services.records import Record
from suppliers.services.verdicts import plain


def counted_of(dispute: Dispute) -> Decimal:
    """Return the pieces that a dispute's record, or its line, counts now."""
    if line := dispute.line:
        return counter().counted_line(line, supplier_id=dispute.supplier_id, at=dispute.opened_at)
    return counter().counted(dispute.record).quantity


def check_claim(record: Record, claimed_qty: Decimal, *, most: Decimal) -> None:
    """Raise ValidationError unless the claim is above 0 and within what can be disputed.

    What counts one per incident is disputed as a whole.
    """
    words = {"most": plain(most)}
    if not most:
        message = _("Nothing of this record counts against you, so there is nothing to dispute.")
    elif claimed_qty <= 0:
        message = _("Write how many pieces do not count in your view, more than 0.")
    elif claimed_qty > most:
        message = _("At most %(most)s pieces of this record count against you.") % words
    elif claimed_qty < most and counter().counted(record).as_a_whole:
        message = (
            _(
                "By its defect code this record counts %(most)s as a whole or nothing, whatever "
                "the pieces; dispute all %(most)s, and say in the statement which pieces you mean."
            )
            % words
        )
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


def check_upheld(
    dispute: Dispute, action: DisputeAction, *, before: Counted, after: Counted, field: str
) -> None:
    """Raise ValidationError unless what the record counts after the answer is what it says.

    Upheld: what is still claimed no longer counts. Partly: some of what counted no longer does.
    """
    disputed = before.disputed(dispute.still_claimed_qty)
    wholly = before.quantity - disputed
    words = {"claimed": plain(disputed), "most": plain(wholly), "now": plain(before.quantity)}
    if action is DisputeAction.UPHOLD and after.quantity > wholly:
        raise ValidationError(
            {
                field: _(
                    "Upheld means that the %(claimed)s claimed pieces no longer count: at most "
                    "%(most)s stay with the supplier. Otherwise uphold it partly."
                )
                % words
            }
        )
    if action is DisputeAction.UPHOLD_PARTLY and after.quantity >= before.quantity:
        raise ValidationError(
            {
                field: _(
                    "Partly upheld means that fewer than %(now)s pieces stay with the supplier. "
                    "Otherwise reject the dispute."
                )
                % words
            }
        )
