"""The workbench in German: every chart, tool and mistake, and nothing of its own stays English."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from suppliers.models import User
from tests.escalations.translated import missing

__all__ = ["missing"]  # a fixture

pytestmark = pytest.mark.django_db

WORKBENCH = "/workbench/"
COUNTS = "\n".join(f"{n}\t{n % 5 + 3}\t50" for n in range(1, 25))
OF_ONE_SIZE = "\n".join(str(n % 5 + 3) for n in range(24))
RARE = "\n".join(str(1000 + 37 * n) for n in range(1, 13))
MANY = "\n".join(f"{n}\t8\t9" for n in range(1, 13))
RULES = ["n5", "n6", "we4", "n2", "n3", "n4", "n7", "n8"]
STUDIED: list[dict[str, Any]] = [
    *({"counts": COUNTS, "kind": kind} for kind in ("", "p", "np", "u", "dpmo")),
    {"counts": OF_ONE_SIZE, "kind": "c", "ratio": "3", "simulated": "8"},
    {"counts": COUNTS, "kind": "u", "do": "freeze", "first": "12", "excluded": "3"},
    {"counts": COUNTS, "kind": "u", "do": "csv"},
    {"counts": COUNTS, "kind": "p", "ratio": "2", "opportunities": "4"},
    *(
        {"counts": COUNTS, "choice": choice}
        for choice in ("rare_event", "exact_limits", "laney", "sigma_limits")
    ),
    *({"counts": RARE, "kind": kind} for kind in ("g", "t", "third")),
    {"counts": "1\t0\t10\n2\t0\t10\n3\t1\t9"},
    {"counts": "200\n300", "kind": "g"},
]
MISTAKEN: list[dict[str, Any]] = [
    {"counts": ""},
    {"counts": "week; rejects; parts; more\n1;x;3;4\n2;-5;3"},
    {"counts": COUNTS, "added": "1 2 3 4 5 6"},
    {"counts": "\n".join("1" for _ in range(501))},
    {"counts": "\n".join("1" for _ in range(499)), "added": "1\n1\n1"},
    {"counts": "", "file": b"1\n" * 501},
    {"counts": "7" * 61_000},
    {"counts": COUNTS, "excluded": "two", "ratio": "99", "first": "1", "simulated": "x"},
    {"counts": OF_ONE_SIZE, "kind": "p"},
    {"counts": "9\t5\n9\t5", "kind": "p"},
    {"counts": "1\t4\t9\n2\t5\t8", "kind": "np"},
    {"counts": "4\t9\n5\t8", "kind": "c"},
    {"counts": COUNTS, "kind": "g"},
    {"counts": "1.5\n7", "kind": "g"},
    {"counts": "0\n0\n0\n0\n0", "kind": "t"},
    {"counts": MANY, "kind": "p", "ratio": "10", "simulated": "5"},
    {"counts": "", "file": b"PK\x03"},
    {"counts": "", "file": b"1;2\n" * 60_000},
]
TOOLS = [
    *(
        f"converters/?measure={measure}&value={value}&opportunities=4"
        for measure, value in (("dpmo", 120), ("ppm", 50), ("sigma", 4), ("cpk", 1.33), ("ppm", 0))
    ),
    "converters/?measure=x&value=&opportunities=0",
    *(
        f"ipc-7912/?boards={boards}&component=10&placement=10&termination={pins}"
        f"&component_defects={defects}&placement_defects=0&termination_defects=2"
        for boards, pins, defects in ((100, 40, 1), (1, 40, 99), (0, 40, 1), (100, 0, 0))
    ),
    "ipc-7912/?boards=9&component=0&placement=0&termination=0",
]


@pytest.fixture
def german(member_a: User, client: Client) -> Client:
    User.objects.filter(pk=member_a.pk).update(language="de")
    client.force_login(member_a)
    return client


@pytest.mark.parametrize("given", [*STUDIED, *MISTAKEN], ids=lambda given: str(given)[:60])
def test_studies_and_mistakes_are_german(
    german: Client, missing: set[str], given: dict[str, Any]
) -> None:
    asked = {"rules": RULES, **given}
    if "file" in asked:
        asked["file"] = SimpleUploadedFile("counts.csv", asked["file"])
    answer = german.post(WORKBENCH, asked)
    assert answer.status_code == (422 if given in MISTAKEN else 200)
    frozen = answer.context and answer.context["form"]["frozen"].value()
    if frozen:
        german.post(WORKBENCH, {**asked, "frozen": frozen, "do": "draw"})
        german.post(WORKBENCH, {**asked, "frozen": frozen, "do": "recompute"})
    assert missing == set()


@pytest.mark.parametrize("address", ["", "?example=1", *TOOLS])
def test_tools_are_german(german: Client, missing: set[str], address: str) -> None:
    assert german.get(WORKBENCH + address).status_code == 200
    assert missing == set()
