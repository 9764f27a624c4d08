"""The words of every problem of a row or a cell: what is wrong, and how to mend it."""

from django.utils.translation import gettext_lazy as _

from suppliers.imports.fields import Label

ROWS: dict[str, tuple[Label, Label]] = {
    # -- a cell ---------------------------------------------------------------
    "empty": (_("The value is missing."), _("Fill it in; this column may not be empty.")),
    "not_a_number": (
        _("This is not a number."),
        _("Write digits only, with one decimal mark; units belong in a column of their own."),
    ),
    "not_whole": (_("This must be a whole number."), _("Remove the decimals.")),
    "too_many_decimals": (
        _("More than %(decimals)s decimals."),
        _("Round to %(decimals)s decimals."),
    ),
    "not_above": (
        _("The number must be above 0."),
        _("A return is its own reversal row: quantity above 0, and “reverses” names the receipt."),
    ),
    "not_positive": (_("The number must be above %(limit)s."), _("Correct the number.")),
    "below": (_("The number is below %(limit)s."), _("Correct the number.")),
    "beyond": (_("The number is above %(limit)s."), _("Correct the number.")),
    "not_a_date": (
        _("This is not a date."),
        _("Write 2026-10-31 or 31.10.2026, or format the cell as a date in the spreadsheet."),
    ),
    "no_such_day": (_("This day does not exist."), _("Correct the date.")),
    "date_out_of_range": (
        _("The year is out of range (1980 to 2100)."),
        _("Correct the date."),
    ),
    "future_date": (
        _("This day is in the future."),
        _("Correct the date; what has not happened yet is not counted."),
    ),
    "not_a_month": (_("This is not a month."), _("Write 2026-10 or 10/2026.")),
    "not_a_choice": (_("This word is not known here."), _("Write one of: %(choices)s.")),
    "too_long": (
        _("Longer than %(limit)s characters."),
        _("Shorten it, or map another column."),
    ),
    "unfit_code": (
        _("A code has no blanks and none of / ? # %% \\."),
        _("Replace the character, for example by a hyphen."),
    ),
    "not_a_country": (_("This is not a country code."), _("Write two letters, for example DE.")),
    "not_a_time_zone": (
        _("This time zone is not known."),
        _("Write for example Europe/Berlin."),
    ),
    "excel_error": (
        _("The cell holds a spreadsheet error."),
        _("Mend the formula, or put the value in its place."),
    ),
    "formula_without_value": (
        _("The cell is a formula that has never been calculated."),
        _("Open the file in the spreadsheet program, let it calculate, and save it."),
    ),
    "too_many_cells": (
        _("The row has more cells than the heading row."),
        _("Put values that contain the delimiter in quotes."),
    ),
    # -- a row against what is known -------------------------------------------
    "unknown_supplier": (
        _("This supplier is not known."),
        _("Import suppliers first, or correct the code."),
    ),
    "unknown_part": (
        _("This part is not known."),
        _("Import parts first, correct the number, or let unknown parts be created."),
    ),
    "unknown_plant": (
        _("This plant is not known."),
        _("Create it in the administration, or let missing masters be created."),
    ),
    "unknown_defect_code": (
        _("This defect code is not known."),
        _("Create it in the administration, or let missing masters be created."),
    ),
    "unknown_tier": (
        _("This tier is not known."),
        _("Create it in the administration, or let missing masters be created."),
    ),
    "unknown_group": (
        _("This group is not known."),
        _("Create it in the administration, or let missing masters be created."),
    ),
    "unit_without_factor": (
        _("How many pieces of part %(part)s this unit holds is not known."),
        _("Import parts with unit and factor, or map no column to the unit."),
    ),
    "factor_without_unit": (_("A factor needs a unit."), _("Fill in the unit.")),
    "unit_needs_factor": (
        _("A unit needs its factor."),
        _("Fill in how many pieces one unit holds."),
    ),
    "pieces_too_fine": (
        _("Multiplied by the unit's factor this gives %(pieces)s."),
        _("Quantities have at most three decimals; correct the quantity or the factor."),
    ),
    "unknown_delivery": (
        _("No delivery of this reference is known at the plant."),
        _("Import the deliveries first, correct the reference, or leave it empty."),
    ),
    "delivery_of_another": (
        _("This delivery is of supplier %(supplier)s, part %(part)s."),
        _("Correct the reference, the supplier or the part."),
    ),
    "delivery_of_someone_else": (
        _("This delivery is of another supplier or part."),
        _("Correct the reference, the supplier or the part."),
    ),
    "ambiguous_delivery": (
        _("%(count)s delivery lines match this reference."),
        _("Write document/line or document/line/lot."),
    ),
    "reversal_of_reversal": (
        _("The row it reverses is a reversal itself."),
        _("Name the original receipt."),
    ),
    "reversal_exceeds": (
        _("More is taken back than the %(quantity)s received."),
        _("Correct the quantity, or name another receipt."),
    ),
    "reversals_exceed_with_rows": (
        _("With row %(rows)s more is taken back than the %(quantity)s received."),
        _("Correct the quantities, or name another receipt."),
    ),
    "reversals_exceed_with_stored": (
        _("With the stored %(stored)s more is taken back than the %(quantity)s received."),
        _("Correct the quantity, or name another receipt."),
    ),
    "reversals_exceed_with_both": (
        _(
            "With row %(rows)s and the stored %(stored)s more is taken back than the %(quantity)s"
            " received."
        ),
        _("Correct the quantities, or name another receipt."),
    ),
    "reversal_before": (
        _("The reversal is dated before the receipt (%(received_on)s)."),
        _("Correct the date, or name another receipt."),
    ),
    "checked_above_suspect": (
        _("More checked than suspect (%(other)s)."),
        _("Checked may not be above the suspect quantity."),
    ),
    "confirmed_above_checked": (
        _("More confirmed defective than checked (%(other)s)."),
        _("Fill in the checked quantity; confirmed may not be above it."),
    ),
    "confirmed_released_above_suspect": (
        _("Confirmed and released together are more than suspect (%(other)s)."),
        _("Correct one of the quantities."),
    ),
    "defects_below_confirmed": (
        _("Fewer defects than defective pieces (%(other)s)."),
        _("Every defective piece has at least one defect; correct the number or leave it empty."),
    ),
    "cost_without_currency": (
        _("A cost of %(other)s without its currency."),
        _("Add the currency, like EUR, or leave the cost out."),
    ),
    "after_received": (
        _("This is after the day of receipt (%(other)s)."),
        _("Correct one of the dates."),
    ),
    "built_after_failed": (
        _("Built after it failed (%(other)s)."),
        _("Correct one of the dates."),
    ),
    # -- the same key again ------------------------------------------------------
    "stored_differs": (
        _("Stored with another value: %(stored)s."),
        _("Keep what is stored, or replace it with a reason; no import overwrites by itself."),
    ),
    "not_yours": (
        _("You do not answer for these deliveries and rejects."),
        _("Have your access widened, or leave the row to a colleague."),
    ),
    "repeats_row": (_("The same as row %(row)s."), _("Nothing to do; it counts once.")),
    "row_differs": (
        _("Row %(row)s has the same key and other values."),
        _("Decide which row is right and remove the other, or give it its own line or lot."),
    ),
}
