"""The workbench's pages: paste, append, freeze, export; and what bad input loses: nothing."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

pytestmark = pytest.mark.django_db

ROWS = "\n".join(f"{n}\t{c}\t50" for n, c in enumerate((2, 3, 8, 1, 1, 4, 1, 4, 5, 1, 8, 2), 1))


def frozen_of(text: str) -> str:
    found = re.search(r'name="frozen"[^>]*value="([^"]*)"', text) or re.search(
        r'value="([^"]*)"[^>]*name="frozen"', text
    )
    return found[1] if found else ""


def draw(client: Client, **fields: Any) -> Any:
    return client.post("/workbench/", {"counts": ROWS, "mode": "append", "do": "draw"} | fields)


def test_pasted_counts_are_drawn(member_a_client: Client) -> None:
    answer = draw(member_a_client)
    assert answer.status_code == 200
    assert 'id="workbench-chart"' in answer.content.decode()
    assert "How long until a signal" in answer.content.decode()


def test_new_rows_are_appended_or_replace(sqe_client: Client) -> None:
    appended = draw(sqe_client, added="Jan\t4\t50").content.decode()
    assert "1\t2\t50" in appended
    assert "Jan\t4\t50" in appended
    replaced = draw(sqe_client, added=ROWS.replace("\t50", "\t70"), mode="replace")
    assert "1\t2\t50" not in replaced.content.decode()


def test_file_is_read_like_a_paste(sqe_client: Client) -> None:
    file = SimpleUploadedFile("counts.csv", ("\ufeffmonth;count;size\n" + "Jan;9;50\n").encode())
    assert "Jan\t9\t50" in draw(sqe_client, file=file).content.decode()


def test_workbook_is_refused_with_a_way_out(sqe_client: Client) -> None:
    file = SimpleUploadedFile("counts.xlsx", b"PK\x03\x04\x00\x00")
    answer = draw(sqe_client, file=file)
    assert answer.status_code == 422
    assert "Save the sheet as CSV" in answer.content.decode()
    assert "1\t2\t50" in answer.content.decode()


def test_bad_row_is_named_and_everything_typed_stays(sqe_client: Client) -> None:
    answer = draw(sqe_client, added="May;oops;3")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "oops" in text
    assert "May;oops;3" in text
    assert "1\t2\t50" in text


def test_too_many_rows_are_refused_with_what_fits_and_nothing_is_cut_off(
    sqe_client: Client,
) -> None:
    pasted = "\n".join(f"2026-01-01 {n}\t3\t50" for n in range(10_000))
    assert len(pasted) > 60_000
    answer = draw(sqe_client, counts=pasted)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "There are 10,000 rows, and at most 500 fit. Add them up first" in text
    assert "2026-01-01 9999\t3\t50" in text
    assert (
        "maxlength"
        not in sqe_client.get("/workbench/")
        .content.decode()
        .split('name="counts"')[1]
        .split(">")[0]
    )

    long = draw(sqe_client, added="x" * 60_001)
    assert "60,001 characters, and at most 60,000 fit" in long.content.decode()


GAPS = "\n".join(f"R-{n}\t{gap}" for n, gap in enumerate((900, 2500, 40, 1200, 700, 3100, 15), 1))


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("g", "g chart: good parts between rejects"),
        ("t", "t chart: time between rejects"),
        ("third", "Parts until every third reject"),
    ],
)
def test_gaps_between_rare_rejects_are_drawn(sqe_client: Client, kind: str, title: str) -> None:
    answer = draw(sqe_client, counts=GAPS, kind=kind, frozen="p|exact_limits|40|600|1.0")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert title in text
    assert "Usual: " in text
    assert 'class="draw control"' in text
    assert "Freeze these limits" not in text
    assert frozen_of(text) == ""
    table = b"".join(draw(sqe_client, counts=GAPS, kind=kind, do="csv").streaming_content)
    assert table.decode("utf-8-sig").startswith("Until,Between,Lower limit,Upper limit,Says")


def test_gaps_with_two_numbers_say_what_to_do(sqe_client: Client) -> None:
    answer = draw(sqe_client, kind="g")
    assert answer.status_code == 422
    assert "Row 1 has two numbers" in answer.content.decode()


def test_says_what_limits_come_from_when_frozen_and_when_not(sqe_client: Client) -> None:
    """40 in twelve rows of 50 were frozen; the row after them is no part of that."""
    first = draw(sqe_client).content.decode()
    assert "40 counted in 12 periods of the basis" in first
    assert "frozen limits" not in first

    frozen = frozen_of(draw(sqe_client, do="freeze").content.decode())
    later = draw(sqe_client, frozen=frozen, added="13\t30\t50").content.decode()

    assert "frozen from 40 counted in 600" in later
    assert "periods of the basis" not in later
    assert "frozen limits" in later


def test_frozen_limits_hold_until_recomputed(sqe_client: Client) -> None:
    frozen = frozen_of(draw(sqe_client, do="freeze").content.decode())
    assert frozen.startswith("p|exact_limits|40|600|")
    later = draw(sqe_client, frozen=frozen, added="13\t30\t50").content.decode()
    assert frozen_of(later) == frozen
    again = draw(sqe_client, frozen=frozen, added="13\t30\t50", do="recompute").content.decode()
    assert frozen_of(again) == ""


@pytest.mark.parametrize(
    "frozen", ["p|exact_limits|1e999999999|1|1.0", "x", "p|laney|1|0|1", "p|laney|1|1|nan"]
)
def test_forged_limits_are_as_if_nothing_were_frozen(sqe_client: Client, frozen: str) -> None:
    answer = draw(sqe_client, frozen=frozen)
    assert answer.status_code == 200
    assert frozen_of(answer.content.decode()) == ""


def test_table_is_sent_as_csv(sqe_client: Client) -> None:
    answer = draw(sqe_client, do="csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Period,share,Counted")
    assert [line.split(",")[0] for line in lines[1:]] == [str(n) for n in range(1, 13)]


def test_nothing_pasted_says_what_to_do(sqe_client: Client) -> None:
    answer = draw(sqe_client, counts="")
    assert answer.status_code == 422
    assert "paste some rows" in answer.content.decode()


def test_converters_print_their_conventions(sqe_client: Client) -> None:
    text = sqe_client.get(
        "/workbench/converters/", {"measure": "sigma", "value": "4.2", "opportunities": "1"}
    ).content.decode()
    assert "3,467" in text
    assert "with the shift of 1.5" in text
    assert "theoretical" in text


def test_converter_refuses_none_and_all(sqe_client: Client) -> None:
    text = sqe_client.get(
        "/workbench/converters/", {"measure": "ppm", "value": "0", "opportunities": "1"}
    ).content.decode()
    assert "cannot be converted" in text


def test_board_indices_come_with_their_warning(sqe_client: Client) -> None:
    asked = {"boards": 1, "component": 1000, "placement": 999, "termination": 9001}
    defects = {"component_defects": 1, "placement_defects": 0, "termination_defects": 0}
    text = sqe_client.get("/workbench/ipc-7912/", asked | defects).content.decode()
    assert "11,000" in text
    assert "OMI" in text
    assert "Do not compare makers" in text
    wrong = sqe_client.get("/workbench/ipc-7912/", asked | defects | {"component_defects": 1001})
    assert "more defects than opportunities" in wrong.content.decode()
