"""An import shaped for its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from suppliers.enums import ImportKind, ImportOutcome, ImportState
from suppliers.imports import dates, decimals
from suppliers.imports.account import Total, account_of, amount, in_other_units
from suppliers.imports.fields import Field, Label
from suppliers.imports.kinds import KINDS
from suppliers.imports.problems import Words
from suppliers.imports.targets import TARGETS
from suppliers.models import ImportBatch


@dataclass(frozen=True, kw_only=True)
class Codes:
    """Masters that are missing or were created: how many, and the first of them."""

    label: str
    count: int
    first: list[str]
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One thing that is wrong, and in how many rows."""

    rows: int
    words: Words


@dataclass(frozen=True, kw_only=True)
class Column:
    """One field and the column that feeds it."""

    label: Label
    heading: str
    samples: list[str]


@dataclass(frozen=True, kw_only=True)
class ImportView:
    """What the page of an import shows."""

    steps: list[dict[str, str]]
    error: Words | None
    same_as: ImportBatch | None
    file_facts: list[tuple[str, str]]
    columns: list[Column]
    unused: list[str]
    account: list[Total]
    loaded_total: Total | None
    missing: list[Codes]
    created: list[Codes]
    causes: list[Cause]
    changed: bool
    valid_rows: int
    # rows whose codes or units are not known here, and that are right otherwise
    unmapped_rows: int
    left_out_rows: int
    # rows that would be valid, or at least better, if unknown parts were created
    unknown_parts: int
    has_pieces: bool
    in_other_units: bool
    can_be_undone: bool


@dataclass(frozen=True, kw_only=True)
class KindExplained:
    """What a kind of file may hold, for the upload page."""

    value: str
    label: str
    fields: tuple[Field, ...]


def kinds_explained() -> list[KindExplained]:
    """Return every kind with its fields."""
    return [
        KindExplained(value=value, label=str(label), fields=KINDS[value].fields)
        for value, label in ImportKind.choices
    ]


def columns_in_use(batch: ImportBatch) -> dict[str, str]:
    """Heading per field as the last reading took them."""
    mapped: dict[str, str] = batch.summary.get("mapped") or batch.mapping
    return mapped


STAYS_OUT = (ImportOutcome.CONFLICT, ImportOutcome.UNMAPPED, ImportOutcome.REJECTED)
FOLLOWS = {
    ImportKind.SUPPLIERS: ImportKind.PARTS,
    ImportKind.PARTS: ImportKind.DELIVERIES,
    ImportKind.DELIVERIES: ImportKind.REJECTS,
    ImportKind.REJECTS: ImportKind.WARRANTY_RETURNS,
    ImportKind.WARRANTY_RETURNS: ImportKind.FIELD_POPULATION,
}


def next_kind(batch: ImportBatch) -> ImportKind | None:
    """Return what is usually imported after this kind."""
    return FOLLOWS.get(ImportKind(batch.kind))


def view_of(batch: ImportBatch) -> ImportView:
    """Shape an import for its page."""
    summary: dict[str, Any] = batch.summary
    outcomes = summary.get("outcomes") or {}
    loaded = summary.get("loaded")
    return ImportView(
        steps=_steps(batch),
        error=Words.of(**batch.error) if batch.error else None,
        same_as=ImportBatch.objects.loaded_from(batch).order_by("-pk").first(),
        file_facts=_file_facts(summary),
        columns=_columns(batch),
        unused=summary.get("unused") or [],
        account=account_of(batch) if outcomes else [],
        loaded_total=amount(_("Loaded"), loaded) if loaded else None,
        missing=_codes(summary.get("missing") or {}),
        created=_codes((loaded or {}).get("created") or {}),
        causes=[
            Cause(rows=rows, words=_cause(code))
            for code, rows in sorted(
                (summary.get("by_code") or {}).items(), key=lambda item: (-item[1], item[0])
            )
        ],
        changed=summary.get("changed", False),
        valid_rows=outcomes.get("valid", {}).get("rows", 0),
        unmapped_rows=outcomes.get("unmapped", {}).get("rows", 0),
        left_out_rows=batch.rows.without_question().filter(outcome__in=STAYS_OUT).count(),
        unknown_parts=(summary.get("by_code") or {}).get("unknown_part", 0),
        has_pieces=KINDS[batch.kind].pieces is not None,
        in_other_units=in_other_units(outcomes),
        can_be_undone=batch.kind in TARGETS,
    )


def _steps(batch: ImportBatch) -> list[dict[str, str]]:
    labels = [_("Upload"), _("Check"), _("Confirm"), _("Load")]
    now = {
        ImportState.UPLOADED: 1,
        ImportState.MAPPING: 1,
        ImportState.FAILED: 1,
        ImportState.READY: 2,
        ImportState.CONFIRMED: 3,
        ImportState.DONE: 4,
        ImportState.UNDOING: 4,
    }.get(ImportState(batch.state), 0)
    states = ["done" if n < now else "now" if n == now else "later" for n in range(len(labels))]
    return [{"label": label, "state": state} for label, state in zip(labels, states, strict=True)]


def _file_facts(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    delimiters = {"\t": _("tab"), ";": _("semicolon"), ",": _("comma"), "|": _("vertical bar")}
    marks = {decimals.POINT: _("point"), decimals.COMMA: _("comma")}
    orders = {dates.DAY_FIRST: _("day first"), dates.MONTH_FIRST: _("month first")}
    order = next(filter(None, (summary.get("orders") or {}).values()), None)
    facts = [
        (_("Format"), (summary.get("type") or "").upper()),
        (_("Encoding"), summary.get("encoding") or ""),
        (_("Delimiter"), delimiters.get(summary.get("delimiter") or "", "")),
        (_("Sheet"), _sheet(summary)),
        (_("Headings"), _headings(summary)),
        (_("Decimal mark"), marks.get(summary.get("mark") or "", "")),
        (_("Dates"), orders.get(order or "", "")),
    ]
    return [(label, value) for label, value in facts if value]


def _sheet(summary: Mapping[str, Any]) -> str:
    name, names = summary.get("sheet") or "", summary.get("sheets") or []
    if len(names) > 1:
        return _("%(name)s (the first with cells of %(count)s sheets)") % {
            "name": name,
            "count": len(names),
        }
    return name


def _headings(summary: Mapping[str, Any]) -> str:
    above = summary.get("above") or 0
    return _("in row %(row)s; what stands above is left out") % {"row": above + 1} if above else ""


def _columns(batch: ImportBatch) -> list[Column]:
    mapped, headings = columns_in_use(batch), batch.summary.get("headings") or []
    samples = dict(zip(headings, batch.summary.get("samples") or [], strict=False))
    return [
        Column(label=one.label, heading=mapped[one.name], samples=samples.get(mapped[one.name], []))
        for one in KINDS[batch.kind].fields
        if mapped.get(one.name)
    ]


def _codes(found: Mapping[str, Any]) -> list[Codes]:
    labels = {
        "plant": (
            _("Plants"),
            _("They get the time zone of this installation; check it in the administration."),
        ),
        "part": (_("Parts"), _("Import the part list to give them names.")),
        "defect_code": (_("Defect codes"), _("They count in pieces.")),
        "tier": (_("Tiers"), ""),
        "group": (_("Groups"), ""),
    }
    return [
        Codes(label=label, hint=hint, **found[field])
        for field, (label, hint) in labels.items()
        if field in found
    ]


def _cause(code: str) -> Words:
    """Put a code into words without the parameters of a single row."""
    words = Words.of(code, {})
    return Words(words.what.replace("….", "…"), words.remedy.replace("….", "…"))
