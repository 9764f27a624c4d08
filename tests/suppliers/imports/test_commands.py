from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from suppliers.enums import ImportState
from suppliers.models import Delivery, ImportBatch, User
from suppliers.queries.audit import changes_of

HEADINGS = "document;supplier;plant;part;received_on;quantity\n"
STORED = HEADINGS + "D1;ALFA;P1;007;2026-01-30;5\nD2;ALFA;P1;007;2026-01-30;5\n"
CHANGED = STORED.replace("D1;ALFA;P1;007;2026-01-30;5", "D1;ALFA;P1;007;2026-01-30;8")
REASON = "Counted again on the ramp"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("masters")]


@pytest.fixture
def month(tmp_path: Path) -> Path:
    path = tmp_path / "month.csv"
    path.write_text(STORED)
    command("import_data", "deliveries", path)
    path.write_text(CHANGED + "D3;ALFA;P1;007;2026-01-30;1\n")
    return path


def command(*arguments: object, **options: Any) -> str:
    out = StringIO()
    call_command(*map(str, arguments), stdout=out, **options)
    return out.getvalue()


def test_conflicts_keep_the_file_out_until_they_are_decided(month: Path) -> None:
    with pytest.raises(CommandError, match="--conflicts"):
        command("import_data", "deliveries", month)
    assert Delivery.objects.count() == 2


def test_conflicts_are_replaced_with_who_and_why(month: Path, sqe: User) -> None:
    out = command(
        "import_data", "deliveries", month, conflicts="replace", reason=REASON, by=sqe.email
    )
    assert "Conflicts: 1 row, replace" in out
    assert Delivery.objects.count() == 3
    replaced = Delivery.objects.get(document="D1")
    assert replaced.quantity == 8
    [change] = changes_of(replaced)
    assert (change.by, change.reason) == (str(sqe), REASON)
    lines = {line[:42].strip(): line[42:].split() for line in out.splitlines()}
    assert lines["In the file"] == ["3", "rows", "14", "pieces"]
    assert lines["Difference"] == ["0", "rows", "0", "pieces"]


def test_conflicts_are_kept(month: Path) -> None:
    command("import_data", "deliveries", month, conflicts="keep")
    assert Delivery.objects.get(document="D1").quantity == 5
    assert Delivery.objects.count() == 3


def test_rejected_rows_keep_everything_out_although_conflicts_are_decided(month: Path) -> None:
    month.write_text(month.read_text() + "D4;NOBODY;P1;007;2026-01-30;1\n")
    with pytest.raises(CommandError):
        command("import_data", "deliveries", month, conflicts="replace", reason=REASON)
    assert Delivery.objects.get(document="D1").quantity == 5
    command("import_data", "deliveries", month, conflicts="replace", reason=REASON, valid_only=True)
    assert Delivery.objects.get(document="D1").quantity == 8
    assert Delivery.objects.count() == 3


def test_replacing_without_reason_is_refused_before_anything_is_read(month: Path) -> None:
    with pytest.raises(CommandError, match="--reason"):
        command("import_data", "deliveries", month, conflicts="replace")
    assert ImportBatch.objects.count() == 1


def test_unknown_person_is_refused(month: Path) -> None:
    with pytest.raises(CommandError, match=r"Nobody has the address x@example\.com"):
        command("import_data", "deliveries", month, by="x@example.com")


def test_import_is_taken_back(month: Path, sqe: User) -> None:
    batch = ImportBatch.objects.get()
    with pytest.raises(CommandError, match="letters"):
        command("undo_import", batch.pk, reason="no")
    out = command("undo_import", batch.pk, reason="Wrong month", by=sqe.email)
    assert out == f"Import {batch.pk} is taken back: 2 rows.\n"
    assert not Delivery.objects.exists()
    with pytest.raises(CommandError, match="no import 999"):
        command("undo_import", 999, reason="Wrong month")


def test_obstacles_are_said(month: Path) -> None:
    Delivery.objects.filter(document="D1").update(quantity=6)
    batch = ImportBatch.objects.get()
    with pytest.raises(CommandError, match="Somebody has corrected 1 of its rows since"):
        command("undo_import", batch.pk, reason="Wrong month")
    ImportBatch.objects.update(state="failed")
    with pytest.raises(CommandError, match="cannot be taken back now: Could not be read"):
        command("undo_import", batch.pk, reason="Wrong month")


def test_valid_rows_alone_asked_for_again_change_nothing_and_say_so(month: Path) -> None:
    """A job that imports the same file every night neither fails nor leaves work behind."""
    month.write_text(STORED + "D4;NOBODY;P1;007;2026-01-30;1\n")
    out = command("import_data", "deliveries", month, valid_only=True)
    lines = {line[:42].strip(): line[42:].split() for line in out.splitlines()}
    assert lines["Loaded"] == ["0", "rows", "0", "pieces"]
    assert lines["Stored already, or repeated in the file"][0] == "2"
    assert lines["Rejected, stay out"] == ["0", "rows", "0", "pieces"]
    assert lines["Name what is not known here, stay out"] == ["1", "row", "1", "piece"]
    assert ImportBatch.objects.latest("pk").state == ImportState.DONE
    assert Delivery.objects.count() == 2


def test_advice_names_only_what_would_help(month: Path) -> None:
    """Without a valid row, loading the valid rows is no way out."""
    month.write_text(HEADINGS + "D4;NOBODY;P1;007;2026-01-30;1\n")
    with pytest.raises(CommandError) as refused:
        command("import_data", "deliveries", month, valid_only=True)
    assert "No row of it is new and valid. Mend the rows above" in str(refused.value)
    assert "--valid-only" not in str(refused.value)
    assert "--conflicts" not in str(refused.value)
