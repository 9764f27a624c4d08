"""Which column of a file feeds which field."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence

from suppliers.imports.fields import Field, Kind
from suppliers.imports.problems import FileError

# field → heading of the column that feeds it
Mapped = dict[str, str]

# Heading of the column with which rows are handed back to be mended. It is never read, and its
# name is the same in every language, so that it is known again.
PROBLEM = "Problem (not read)"
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def normalise(heading: str) -> str:
    """Spell a heading plainly: lower case, umlauts written out, words joined by `_`."""
    plain = unicodedata.normalize("NFKC", heading).casefold().translate(UMLAUTS)
    ascii_only = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", ascii_only).strip("_")


def without_remark(heading: str) -> str:
    """Drop what stands in brackets: “Quantity (pcs)” is a quantity."""
    return re.sub(r"[(\[].*?[)\]]", " ", heading)


def fingerprint(headings: Iterable[str]) -> str:
    """Return what files of one source have in common: their set of headings, in any order."""
    spelled = {normalise(heading) for heading in headings if heading != PROBLEM}
    return hashlib.sha256("\n".join(sorted(spelled - {""})).encode()).hexdigest()


def recognise(kind: Kind, headings: Sequence[str], by_hand: Mapping[str, str]) -> Mapped:
    """Map fields to headings: `by_hand` (field → heading) first, then by name and alias.

    A heading mapped by hand to "" leaves its field without a column. Raises FileError when
    a heading mapped by hand is not in the file, or stands in it twice.
    """
    _refuse_absent(headings, by_hand)
    mapped = {name: heading for name, heading in by_hand.items() if heading}
    taken = set(mapped.values()) | _repeated(headings) | {PROBLEM}
    for one in kind.fields:
        if one.name in by_hand:
            continue
        heading = _best(one, headings, taken)
        if heading is not None:
            mapped[one.name] = heading
            taken.add(heading)
    _let_stand_in(kind, mapped, by_hand)
    return mapped


def known(
    headings: Sequence[str], *, kind: Kind, by_hand: Mapping[str, str], saved: Collection[str]
) -> bool:
    """Whether a row has what the kind needs as headings, or what a mapping was saved for.

    Args:
        headings: the cells of the row.
        kind: what is imported.
        by_hand: field → heading, mapped by a person.
        saved: fingerprints of the headings that mappings were saved for.
    """
    if fingerprint(headings) in saved:
        return True
    try:
        return not missing(kind, recognise(kind, headings, by_hand))
    except FileError:
        return False


def missing(kind: Kind, mapped: Mapping[str, str]) -> list[str]:
    """Names of required fields that no column feeds."""
    return [name for name in kind.required if name not in mapped]


def unused(headings: Iterable[str], mapped: Mapping[str, str]) -> list[str]:
    """Headings no field takes."""
    fed = {*mapped.values(), PROBLEM}
    return [heading for heading in headings if heading and heading not in fed]


def parse_pairs(kind: Kind, pairs: Iterable[str]) -> Mapped:
    """Read `source=target` pairs as typed on a command line; FileError says what is wrong."""
    mapped: Mapped = {}
    for pair in pairs:
        source, equals, target = pair.rpartition("=")
        if not equals or not source.strip():
            raise FileError("pair_malformed", pair=pair)
        name = target.strip().replace("-", "_")
        if name not in kind.names:
            raise FileError("field_unknown", field=target, fields=", ".join(kind.names))
        if name in mapped:
            raise FileError("field_mapped_twice", field=name, columns=f"{mapped[name]}, {source}")
        mapped[name] = source.strip()
    return mapped


def _best(one: Field, headings: Sequence[str], taken: set[str]) -> str | None:
    for spell in (normalise, lambda heading: normalise(without_remark(heading))):
        free = {spell(heading): heading for heading in reversed(headings) if heading not in taken}
        for name in (one.name, *one.aliases):
            if name in free:
                return free[name]
    return None


def _repeated(headings: Sequence[str]) -> set[str]:
    return {heading for heading in headings if headings.count(heading) > 1}


def _refuse_absent(headings: Sequence[str], by_hand: Mapping[str, str]) -> None:
    wanted = [heading for heading in by_hand.values() if heading]
    absent = [heading for heading in wanted if heading not in headings]
    if absent:
        raise FileError(
            "mapped_column_absent",
            columns=", ".join(sorted(set(absent))),
            headings=", ".join(filter(None, headings)),
        )
    twice = sorted(set(wanted) & _repeated(headings))
    if twice:
        raise FileError("heading_repeated", columns=", ".join(twice))


def _let_stand_in(kind: Kind, mapped: Mapped, by_hand: Mapping[str, str]) -> None:
    """Give key fields without a column the columns that identify the row in their place."""
    lead = next(iter(kind.stand_ins), None)
    if lead is None or lead in mapped or kind.stand_ins[lead] not in mapped:
        return
    for name, other in kind.stand_ins.items():
        if name not in mapped and name not in by_hand and other in mapped:
            mapped[name] = mapped[other]
