"""What the fields of an 8D are called, what they ask for, and what is wrong with them."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.eight_d_checks import Problem
from escalations.eight_d_enums import DISCIPLINE_NAMES
from escalations.eight_d_schema import FORMS
from escalations.eight_d_workflow import Discipline

LABELS: dict[str, Promise] = {
    "champion": gettext_lazy("Champion (management sponsor)"),
    "team": gettext_lazy("Team"),
    "name": gettext_lazy("Name"),
    "role": gettext_lazy("Role"),
    "contact": gettext_lazy("Phone or mail"),
    "problem": gettext_lazy("What was found"),
    "affected": gettext_lazy("Affected parts"),
    "part": gettext_lazy("Part"),
    "plant": gettext_lazy("Plant"),
    "defect": gettext_lazy("Defect"),
    "quantity": gettext_lazy("Quantity, pcs"),
    "is_is_not": gettext_lazy("Is / is not"),
    "aspect": gettext_lazy("Question"),
    "is": gettext_lazy("Is"),
    "is_not": gettext_lazy("Is not"),
    "containment": gettext_lazy("Immediate actions"),
    "action": gettext_lazy("Action"),
    "owner": gettext_lazy("Owner"),
    "done_on": gettext_lazy("Done on"),
    "stock": gettext_lazy("Suspect stock by place"),
    "place": gettext_lazy("Place"),
    "checked": gettext_lazy("Checked, pcs"),
    "found": gettext_lazy("Found defective, pcs"),
    "result": gettext_lazy("Result of the containment"),
    "marking": gettext_lazy("How certified parts are marked"),
    "clean_from": gettext_lazy("First delivery with certified parts"),
    "occurrence_method": gettext_lazy("Why did it occur? Method"),
    "occurrence_whys": gettext_lazy("Occurrence: why, and why again"),
    "occurrence_branches": gettext_lazy("Occurrence: possible causes (Ishikawa)"),
    "occurrence_cause": gettext_lazy("Root cause of occurrence"),
    "occurrence_proof": gettext_lazy("How the cause of occurrence was proven"),
    "non_detection_method": gettext_lazy("Why was it not detected? Method"),
    "non_detection_whys": gettext_lazy("Non-detection: why, and why again"),
    "non_detection_branches": gettext_lazy("Non-detection: possible causes (Ishikawa)"),
    "non_detection_cause": gettext_lazy("Root cause of non-detection"),
    "non_detection_proof": gettext_lazy("How the cause of non-detection was proven"),
    "because": gettext_lazy("Because"),
    "branch": gettext_lazy("Branch"),
    "possible_cause": gettext_lazy("Possible cause"),
    "finding": gettext_lazy("Finding"),
    "responsibility": gettext_lazy("Responsibility"),
    "responsibility_note": gettext_lazy("Note on responsibility"),
    "chosen": gettext_lazy("Chosen actions"),
    "against": gettext_lazy("Against the cause of"),
    "why": gettext_lazy("Why it removes the cause"),
    "planned_on": gettext_lazy("Planned for"),
    "implemented": gettext_lazy("Implemented actions"),
    "evidence": gettext_lazy("Evidence"),
    "verification": gettext_lazy("How the effect was verified, with figures"),
    "verified_on": gettext_lazy("Verified on"),
    "containment_ended_on": gettext_lazy("Containment ended on"),
    "fmea": gettext_lazy("FMEA"),
    "fmea_note": gettext_lazy("FMEA: revision, or why not needed"),
    "control_plan": gettext_lazy("Control plan"),
    "control_plan_note": gettext_lazy("Control plan: revision, or why not needed"),
    "similar": gettext_lazy("Similar parts and processes"),
    "risk": gettext_lazy("Could it happen there? Why"),
    "lessons": gettext_lazy("Lessons learned"),
    "summary": gettext_lazy("Summary of the report"),
    "recognition": gettext_lazy("Recognition of the team"),
    "informed": gettext_lazy("Who was informed"),
    "known_from": gettext_lazy("Known from (number of the earlier 8D, or what says so)"),
    "known_cause": gettext_lazy("The known cause"),
    "why_again": gettext_lazy("Why it was found again"),
    "known_action": gettext_lazy("The action that removes it"),
    "effective_from": gettext_lazy("The action takes effect from"),
    "affected_lots": gettext_lazy("Lots or dates made before that are still on their way"),
    "contained": gettext_lazy("How these are contained"),
}
HELP: dict[str, Promise] = {
    "problem": gettext_lazy("Facts only: what, where, when, how many. No guesses at causes."),
    "affected": gettext_lazy("Prefilled with what the customer counted; add what you know."),
    "stock": gettext_lazy("One row for each place; write 0 where nothing was."),
    "occurrence_whys": gettext_lazy("At least two rows; the last one is the root cause."),
    "non_detection_whys": gettext_lazy("At least two rows; the last one is the root cause."),
    "occurrence_branches": gettext_lazy("At least two possible causes, each with its finding."),
    "non_detection_branches": gettext_lazy("At least two possible causes, each with its finding."),
    "responsibility": gettext_lazy(
        "Kept apart from the facts: what was found and why stands whatever is said here."
    ),
    "chosen": gettext_lazy("At least one action against each of the two causes."),
    "evidence": gettext_lazy("What shows it: a document, a picture, a measurement."),
    "similar": gettext_lazy("Where the same cause could act: other parts, lines, plants."),
}
CHOICES: dict[str, Promise] = {
    "five_whys": gettext_lazy("5-Why"),
    "ishikawa": gettext_lazy("Ishikawa (cause and effect)"),
    "occurrence": gettext_lazy("Occurrence"),
    "non_detection": gettext_lazy("Non-detection"),
    "supplier": gettext_lazy("At the supplier"),
    "transit": gettext_lazy("In transit"),
    "customer": gettext_lazy("At the customer"),
    "man": gettext_lazy("People"),
    "machine": gettext_lazy("Machine"),
    "material": gettext_lazy("Material"),
    "method": gettext_lazy("Method"),
    "measurement": gettext_lazy("Measurement"),
    "environment": gettext_lazy("Environment"),
    "what": gettext_lazy("What"),
    "where": gettext_lazy("Where"),
    "when": gettext_lazy("When"),
    "how_many": gettext_lazy("How many"),
    "confirmed": gettext_lazy("Confirmed"),
    "possible": gettext_lazy("Possible"),
    "excluded": gettext_lazy("Excluded"),
    "updated": gettext_lazy("Updated"),
    "not_needed": gettext_lazy("Update not needed"),
    "open": gettext_lazy("Open: nothing is said about it yet"),
    "accepted": gettext_lazy("Responsibility accepted"),
    "not_accepted": gettext_lazy("Responsibility not accepted"),
}
ASKED: dict[Discipline, Promise] = {
    Discipline.D1: gettext_lazy("Who works on it, and who in management stands behind them."),
    Discipline.D2: gettext_lazy("What is known, as facts."),
    Discipline.D3: gettext_lazy("What protects the customer now, and how many parts it concerned."),
    Discipline.D4: gettext_lazy("Why it occurred, and why it was not detected."),
    Discipline.D5: gettext_lazy("What will remove both causes."),
    Discipline.D6: gettext_lazy("What was done, and what shows that it works."),
    Discipline.D7: gettext_lazy("What keeps it from happening again, here and elsewhere."),
    Discipline.D8: gettext_lazy("What was learned, and thanks to whom."),
    Discipline.SHORT: gettext_lazy(
        "Instead of a full 8D, where the cause was known before. Containment (D1 to D3) is still "
        "owed; once the statement is accepted, D4 to D8 are not."
    ),
}


def label(name: str) -> str:
    """Return what a field is called."""
    return str(LABELS[name])


def choice(value: str) -> str:
    """Return what a choice is called; what is none, as it was typed."""
    return str(CHOICES.get(value, value))


def field_name(discipline: Discipline, path: str) -> str:
    """Return where in a step something is: the field, or table, row and column."""
    name, _dot, rest = path.partition(".")
    known = {one.name for one in FORMS[discipline]}
    if name not in known:
        return path
    if not rest:
        return label(name)
    row, _dot, column = rest.partition(".")
    words = {"table": label(name), "row": row, "column": str(LABELS.get(column, column))}
    if not column:
        return _("%(table)s, row %(row)s") % words
    return _("%(table)s, row %(row)s, %(column)s") % words


def said(problem: Problem) -> str:
    """Say what is wrong with a field and how to mend it."""
    value = choice(problem.value) if problem.code == "not_covered" else problem.value
    return str(_MESSAGES[problem.code]) % {"value": value}


def named(discipline: Discipline, problem: Problem) -> str:
    """Say where the problem is and what it is, in one line."""
    where = field_name(discipline, problem.field)
    return f"{where}: {said(problem)}" if where else said(problem)


def title(discipline: Discipline) -> str:
    """Return what a step is called."""
    return str(DISCIPLINE_NAMES[discipline])


_MESSAGES: dict[str, Promise] = {
    "missing": gettext_lazy("Fill this in."),
    "no_choice": gettext_lazy("Choose one of the list."),
    "no_quantity": gettext_lazy("“%(value)s” is no quantity; write pieces like 12 or 12.5."),
    "no_day": gettext_lazy("“%(value)s” is no day; write it like 2026-11-03."),
    "ahead": gettext_lazy("%(value)s lies ahead; say when it was done."),
    "too_few_rows": gettext_lazy("Too few rows; fill in at least %(value)s."),
    "too_many_rows": gettext_lazy("At most %(value)s rows fit."),
    "too_long": gettext_lazy("At most %(value)s characters fit."),
    "not_covered": gettext_lazy("“%(value)s” is missing; add a row for it."),
    "unknown": gettext_lazy("There is no such field."),
    "no_text": gettext_lazy("Write the value as text."),
    "no_list": gettext_lazy("Write a list of rows."),
    "no_object": gettext_lazy("Write the fields by name."),
}
