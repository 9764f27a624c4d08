"""The words of what is asked about stored rows and cannot be done, and what to do instead."""

from django.utils.translation import gettext_lazy as _

from suppliers.imports.fields import Label

REFUSALS: dict[str, tuple[Label, Label]] = {
    # -- a conflict that cannot be decided as wished ------------------------------
    "replace_stale": (
        _("The stored record was changed after the file was checked."),
        _("Check the file again and decide on what is stored now."),
    ),
    "replace_needs_master": (
        _("The file names a part or defect code that does not exist yet."),
        _("Create it in the administration, then check the file again."),
    ),
    "replace_is_referenced": (
        _("Rejects or reversals point at this delivery as one of its supplier and part."),
        _("Correct these first, or keep what is stored."),
    ),
    "replace_below_reversals": (
        _("More was taken back of this delivery than the file says was received."),
        _("Correct the reversals first, or keep what is stored."),
    ),
    "replace_exceeds_receipt": (
        _("The reversal would take back more than its receipt brought."),
        _("Correct the receipt first, or keep what is stored."),
    ),
    "replace_below_verdict": (
        _("The verdict in force speaks of more pieces than the file calls suspect."),
        _("Decide on the reject again first, or keep what is stored."),
    ),
    "replace_is_decided": (
        _("Verdicts, disputes or attachments of this record were made for its supplier."),
        _("Keep what is stored; decide that nothing counts there, and record it anew."),
    ),
    "replace_breaks_rule": (
        _("The quantities or dates would no longer fit together (%(rule)s)."),
        _("Correct the record by hand, or keep what is stored."),
    ),
    # -- an import that cannot be taken back ----------------------------------------
    "undo_masters": (
        _("Suppliers and parts are never deleted."),
        _("Archive suppliers, or correct them, in the administration."),
    ),
    "undo_rejects": (
        _("Rejects point at %(count)s of its deliveries."),
        _("Take back the import of these rejects first, or correct them."),
    ),
    "undo_reversals": (
        _("Reversals of other imports point at %(count)s of its deliveries."),
        _("Take back these reversals first."),
    ),
    "undo_verdicts": (
        _("Decisions were made on %(count)s of its rows."),
        _("Decisions stay: correct these rows by new ones instead."),
    ),
    "undo_disputes": (
        _("Disputes are about %(count)s of its rows."),
        _("Disputes stay: settle them by a verdict instead."),
    ),
    "undo_evidence": (
        _("Evidence is kept about %(count)s of its rows."),
        _("Evidence stays: correct these rows instead."),
    ),
    "undo_corrected": (
        _("Somebody has corrected %(count)s of its rows since."),
        _("Taking them back would take back the corrections too; correct the rows instead."),
    ),
    "undo_replaced": (
        _("Import %(imports)s has put its values over some of them."),
        _("Take that import back first, the newest first; then this one."),
    ),
    "undo_gave_up": (
        _("It was interrupted %(attempts)s times."),
        _("Ask again, or take it back by ./run manage undo_import."),
    ),
    "undo_in_use": (
        _("Its rows are in use elsewhere (%(rule)s)."),
        _("Correct these rows instead."),
    ),
}
