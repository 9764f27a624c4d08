from escalations.queries.shipping_exit import Said
from escalations.wording import fact_line


def test_defect_code_without_a_name_stands_alone() -> None:
    row = {
        "part": "P-1",
        "part_name": "",
        "plant": "MUC",
        "counted": "20",
        "received": "1000",
        "defects": [{"code": "BORE", "name": "", "counted": "20"}],
    }
    assert fact_line(row) == "Part P-1, plant MUC: 20 rejected of 1,000 received; BORE (20)."


def test_parts_without_receipts_are_not_of_0() -> None:
    row = {"part": "PN-1", "part_name": "", "plant": "W1", "defects": []}
    assert fact_line(row | {"counted": "3", "received": "0"}) == (
        "Part PN-1, plant W1: 3 rejected, nothing received in the same time."
    )
    assert fact_line(row | {"counted": "3", "received": "10"}).endswith(
        "3 rejected of 10 received."
    )
    assert fact_line(row | {"counted": "", "received": ""}) == "Part PN-1, plant W1."


def test_progress_says_never_more_than_is_needed() -> None:
    found = Said(name="Shipments", have=6, need=5, met=True, why="")
    assert (found.reached, found.more) == (5, 1)
    assert Said(name="Shipments", have=4, need=5, met=False, why="").more == 0
