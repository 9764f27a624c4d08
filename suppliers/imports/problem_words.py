"""The words of every problem of a file, a row or a cell: what is wrong, and how to mend it."""

from django.utils.translation import gettext_lazy as _

from suppliers.imports.fields import Label

WORDS: dict[str, tuple[Label, Label]] = {
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
        _("Multiplied by the unit's factor this gives %(pieces)s pieces."),
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
        _("Together the reversals take back more than the %(quantity)s pieces received."),
        _("Correct the quantity, or name another receipt."),
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
        _("%(count)s of its rows were corrected since."),
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
    "repeats_row": (_("The same as row %(row)s."), _("Nothing to do; it counts once.")),
    "row_differs": (
        _("Row %(row)s has the same key and other values."),
        _("Decide which row is right and remove the other, or give it its own line or lot."),
    ),
    # -- a file -------------------------------------------------------------------
    "file_empty": (_("The file is empty."), _("Export it again, with headings and rows.")),
    "no_rows": (
        _("The file has headings but no rows."),
        _("Check the filter of the export and upload it again."),
    ),
    "not_a_table": (
        _("This is neither a CSV text nor an XLSX workbook (%(looks_like)s)."),
        _("Save the table as CSV or XLSX and upload that."),
    ),
    "unknown_encoding": (
        _("The text's encoding could not be recognised."),
        _("Save it as CSV in UTF-8."),
    ),
    "no_delimiter": (
        _("No delimiter was found: the first line reads “%(line)s”."),
        _("Separate the columns by semicolon, comma, tab or vertical bar."),
    ),
    "broken_quotes": (
        _("A quotation mark is opened and never closed (%(detail)s)."),
        _("Close it or double it inside the value, then upload the file again."),
    ),
    "ragged": (
        _("The rows do not have the columns of the headings (%(detail)s)."),
        _("Put values that contain the delimiter in quotes."),
    ),
    "too_many_columns": (
        _("The file has more than %(limit)s columns."),
        _("Export only the columns that are needed."),
    ),
    "too_many_problems": (
        _("More than %(limit)s cells cannot be read, most of them in “%(column)s”."),
        _("Check that every column is mapped to the right field."),
    ),
    "workbook_broken": (
        _("The workbook cannot be opened (%(detail)s)."),
        _("Open it in the spreadsheet program and save it again as XLSX."),
    ),
    "workbook_locked": (
        _("The workbook is protected by a password."),
        _("Save it without a password."),
    ),
    "workbook_bomb": (
        _("Unpacked, the workbook would take %(size)s MB; %(limit)s MB are allowed."),
        _("Save only the sheet with the rows, or export it as CSV."),
    ),
    "no_sheet": (_("The workbook has no sheet with cells."), _("Check the file.")),
    "too_much_memory": (
        _("Reading the file took more memory than the %(limit)s MB allowed."),
        _("Remove empty rows and columns, split the file, or save it as CSV."),
    ),
    "too_slow": (
        _("Reading the file took longer than the %(limit)s seconds allowed."),
        _("Split the file, or save it as CSV."),
    ),
    "reader_died": (
        _("The file made its reader stop."),
        _("Save it again as CSV and upload that."),
    ),
    "too_big": (
        _("The file is larger than the %(limit)s MB allowed."),
        _("Split it by month or by plant, or have the limit raised."),
    ),
    "file_gone": (_("The uploaded file is no longer there."), _("Upload it again.")),
    "date_order_unknown": (
        _("In “%(column)s”, %(example)s can be read with the day or with the month first."),
        _("Say which comes first."),
    ),
    "date_order_mixed": (
        _("In “%(column)s”, %(day_first)s has the day first and %(month_first)s the month."),
        _("Say which comes first; the other rows are then listed."),
    ),
    "decimal_mark_unknown": (
        _("In “%(column)s”, %(example)s can be a thousand or a fraction."),
        _("Say whether the decimal mark is a point or a comma."),
    ),
    "decimal_mark_mixed": (
        _("Decimal points (%(point)s) and decimal commas (%(comma)s) stand in one file."),
        _("Say which is the decimal mark; the other rows are then listed."),
    ),
    "columns_missing": (
        _("No column was recognised for: %(fields)s. Headings found: %(headings)s."),
        _("Map these fields to columns by hand."),
    ),
    "mapped_column_absent": (
        _("The file has no column %(columns)s. Headings found: %(headings)s."),
        _("Correct the mapping."),
    ),
    "heading_repeated": (
        _("The heading %(columns)s stands in the file more than once."),
        _("Give every column its own heading."),
    ),
    "pair_malformed": (_("“%(pair)s” does not name two columns."), _("Write source=target.")),
    "field_unknown": (
        _("“%(field)s” is no field of this kind of import."),
        _("Use one of: %(fields)s."),
    ),
    "field_mapped_twice": (
        _("“%(field)s” is mapped to more than one column: %(columns)s."),
        _("Map it once."),
    ),
    "gave_up": (
        _("The import was interrupted %(attempts)s times and is not tried again."),
        _("Upload the file again; if that fails too, tell the administrator."),
    ),
}
