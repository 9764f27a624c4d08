import pytest

from suppliers.imports.columns import missing, normalise, parse_pairs, recognise, unused
from suppliers.imports.fields import Kind
from suppliers.imports.kinds import KINDS, kind_named
from suppliers.imports.problems import FileError

DELIVERIES, REJECTS = KINDS["deliveries"], KINDS["rejects"]


@pytest.mark.parametrize(
    ("heading", "plain"),
    [
        ("  Received On ", "received_on"),
        ("Stückzahl", "stueckzahl"),
        ("Stu\u0308ckzahl", "stueckzahl"),
        ("Mat.-Nr.", "mat_nr"),
        ("Prüfgröße", "pruefgroesse"),
        ("QTY#", "qty"),
    ],
)
def test_headings_are_spelled_plainly(heading: str, plain: str) -> None:
    assert normalise(heading) == plain


def test_english_and_german_headings_are_recognised_in_any_order() -> None:
    mapped = recognise(
        DELIVERIES,
        ["Menge", "Lieferant", "Werk", "Teilenummer", "Lieferschein", "Pos", "Lieferdatum"],
        {},
    )
    assert mapped == {
        "document": "Lieferschein", "line": "Pos", "supplier": "Lieferant", "plant": "Werk",
        "part": "Teilenummer", "received_on": "Lieferdatum", "quantity": "Menge",
    }  # fmt: skip
    assert missing(DELIVERIES, mapped) == []


def test_remarks_in_brackets_do_not_hide_a_column() -> None:
    assert recognise(DELIVERIES, ["Quantity (pcs)"], {}) == {"quantity": "Quantity (pcs)"}


def test_unit_is_taken_only_from_its_own_name_or_by_hand() -> None:
    assert "unit" not in recognise(DELIVERIES, ["uom"], {})
    assert recognise(DELIVERIES, ["Unit"], {})["unit"] == "Unit"
    assert recognise(DELIVERIES, ["uom"], {"unit": "uom"})["unit"] == "uom"


def test_delivery_reference_is_the_document_of_a_delivery() -> None:
    assert recognise(DELIVERIES, ["delivery_ref"], {}) == {"document": "delivery_ref"}


def test_delivery_reference_stands_in_for_a_missing_complaint_number() -> None:
    mapped = recognise(REJECTS, ["delivery_ref", "defect_code"], {})
    assert mapped["delivery"] == mapped["complaint"] == "delivery_ref"
    assert mapped["line"] == mapped["defect_code"] == "defect_code"


def test_complaint_number_keeps_its_own_column_and_line() -> None:
    mapped = recognise(REJECTS, ["complaint", "delivery_ref", "defect_code"], {})
    assert mapped["complaint"] == "complaint"
    assert "line" not in mapped


def test_columns_by_hand_overrule_and_the_rest_is_still_recognised() -> None:
    mapped = recognise(DELIVERIES, ["quantity", "pieces", "plant"], {"quantity": "pieces"})
    assert mapped == {"quantity": "pieces", "plant": "plant"}


def test_one_column_may_feed_two_fields_by_hand() -> None:
    mapped = recognise(DELIVERIES, ["a"], {"received_on": "a", "promised_on": "a"})
    assert mapped == {"received_on": "a", "promised_on": "a"}


def test_empty_choice_by_hand_leaves_the_field_without_column() -> None:
    assert recognise(DELIVERIES, ["line"], {"line": ""}) == {}
    assert unused(["line", ""], {}) == ["line"]


def test_mapped_column_that_is_absent_names_the_headings_found() -> None:
    with pytest.raises(FileError) as caught:
        recognise(DELIVERIES, ["a", "b"], {"quantity": "c"})
    assert "no column c" in str(caught.value)
    assert "a, b" in str(caught.value)


def test_repeated_heading_is_not_taken_by_itself_and_refused_by_hand() -> None:
    assert recognise(DELIVERIES, ["quantity", "quantity"], {}) == {}
    with pytest.raises(FileError, match="more than once"):
        recognise(DELIVERIES, ["quantity", "quantity"], {"quantity": "quantity"})


def test_pairs_are_read_as_typed() -> None:
    assert parse_pairs(DELIVERIES, ["a=b=quantity", "x=received-on"]) == {
        "quantity": "a=b",
        "received_on": "x",
    }


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (["quantity"], "source=target"),
        (["=quantity"], "source=target"),
        (["a=amount"], "document, line, lot, supplier"),
        (["a=line", "b=line"], "more than one column"),
    ],
)
def test_wrong_pairs_are_refused_with_the_remedy(pairs: list[str], said: str) -> None:
    with pytest.raises(FileError, match=said):
        parse_pairs(DELIVERIES, pairs)


def test_kinds_accept_hyphens() -> None:
    assert kind_named("Warranty-Returns").name == "warranty_returns"
    with pytest.raises(KeyError):
        kind_named("invoices")


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_no_alias_means_two_fields_of_a_kind(kind: Kind) -> None:
    spellings = [name for field in kind.fields for name in (field.name, *field.aliases)]
    assert len(spellings) == len(set(spellings))
    assert all(normalise(name) == name for name in spellings)
