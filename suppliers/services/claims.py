"""How much of a record a supplier can dispute, and whether an answer is what it calls itself."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from suppliers.counted import Counted, counter
from suppliers.enums import DisputeAction
from suppliers.models import Dispute
from suppliers.published_lines import PublishedCount, PublishedLine
from suppliers.quantities import pieces, plain
from suppliers.services.records import Record


def counted_of(dispute: Dispute) -> Decimal:
    """Return the pieces that a dispute's record, or its line, counts now."""
    if line := dispute.line:
        return counter().counted_line(line, supplier_id=dispute.supplier_id, at=dispute.opened_at)
    return counter().counted(dispute.record).quantity


def check_claim(record: Record, claimed_qty: Decimal, *, most: Decimal) -> None:
    """Raise ValidationError unless the claim is above 0 and within what can be disputed.

    What counts one per incident is disputed as a whole.
    """
    words = {"most": plain(most), "pieces": pieces(most, plain(most))}
    if not most:
        message = _("Nothing of this record counts against you, so there is nothing to dispute.")
    elif claimed_qty <= 0:
        message = _("Write how many pieces do not count in your view, more than 0.")
    elif claimed_qty > most:
        message = _("At most %(pieces)s of this record can be disputed.") % words
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
    most = count.counted_qty
    words = {"pieces": pieces(most, plain(most)), "line": line}
    if not most:
        message = _("The published %(line)s counts nothing against you.") % words
    elif claimed_qty <= 0:
        message = _("Write how many pieces do not count in your view, more than 0.")
    elif claimed_qty > most:
        message = _("The published %(line)s counts %(pieces)s; claim no more.") % words
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
    named = {"claimed": disputed, "most": wholly, "now": before.quantity}
    words = {name: pieces(quantity, plain(quantity)) for name, quantity in named.items()}
    if action is DisputeAction.UPHOLD and after.quantity > wholly:
        raise ValidationError(
            {
                field: _(
                    "Upheld means that what is claimed no longer counts (%(claimed)s): at most "
                    "%(most)s may stay with the supplier. Otherwise uphold it partly."
                )
                % words
            }
        )
    if action is DisputeAction.UPHOLD_PARTLY and after.quantity >= before.quantity:
        raise ValidationError(
            {
                field: _(
                    "Partly upheld means that less stays with the supplier than %(now)s. "
                    "Otherwise reject the dispute."
                )
                % words
            }
        )
