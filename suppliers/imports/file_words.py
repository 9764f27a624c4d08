"""The words of every problem of a whole file: what is wrong, and how to mend it."""

from django.utils.translation import gettext_lazy as _

from suppliers.imports.fields import Label

FILES: dict[str, tuple[Label, Label]] = {
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
    "stray_cell": (
        _("The sheet “%(sheet)s” reaches to cell %(cell)s, far from its table."),
        _("Delete the columns and rows outside the table, save, and upload it again."),
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
