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
