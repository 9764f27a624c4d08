"""Publishing, publishing again, restating, and what the database refuses."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from scorecards.metrics import Metric
from scorecards.models import Scorecard, ScorecardDocument, WorkState
from scorecards.periods import Month, Window
from scorecards.queries.changed_rows import changed_rows
from scorecards.queries.overview import supplier_overview
from scorecards.queries.published import last_ended_month, newest_scorecard, published_overview
from scorecards.rollup import drain
from scorecards.services.publication import (
    FiguresStaleError,
    MonthNotOverError,
    NothingToRestateError,
    NotPublishedError,
    ReasonMissingError,
    publish_month,
    restate,
)
from scorecards.snapshots import seal, sha256, stored_changes
from suppliers.models import Supplier, User
from tests.factories import (
    CertificateFactory,
    DefectCodeFactory,
    DeliveryFactory,
    PartFactory,
    PlantFactory,
    RejectFactory,
    RejectVerdictFactory,
    SupplierFactory,
    TargetFactory,
)

OCTOBER = Month(2026, 10)
NOW = datetime(2026, 11, 10, 9, 30, tzinfo=UTC)
REASON = "Complaint C-1 was counted twice."


@pytest.fixture
def october(supplier_a: Supplier) -> Supplier:
    """5 undecided rejects in 50,000."""
    DeliveryFactory(supplier=supplier_a, received_on=OCTOBER.first_day, quantity=50_000)
    RejectFactory(supplier=supplier_a, detected_on=OCTOBER.first_day, suspect_qty=5)
    drain(at=NOW)
    return supplier_a


def correct(supplier: Supplier, quantity: int = 2) -> None:
    RejectVerdictFactory(reject=supplier.rejects.get(), supplier_qty=quantity)
    drain(at=NOW)


def test_publishing_freezes_what_the_overview_says(october: Supplier, sqe: User) -> None:
    done = publish_month(month=OCTOBER, by=sqe, at=NOW)

    scorecard = Scorecard.objects.get()
    assert done.published == [scorecard]
    assert (scorecard.supplier, scorecard.period, scorecard.version) == (october, OCTOBER, 1)
    assert (scorecard.published_by, scorecard.published_at, scorecard.cut_off_at) == (sqe, NOW, NOW)
    assert published_overview(scorecard) == supplier_overview(supplier=october, month=OCTOBER)


def test_hash_is_the_one_of_the_stored_snapshot(october: Supplier) -> None:
    publish_month(month=OCTOBER, by=None, at=NOW)

    scorecard = Scorecard.objects.get()
    assert scorecard.sha256 == sha256(scorecard.snapshot)


def test_publishing_again_changes_nothing(october: Supplier) -> None:
    publish_month(month=OCTOBER, by=None, at=NOW)
    again = publish_month(month=OCTOBER, by=None, at=NOW + timedelta(days=1))

    assert (again.published, again.unchanged, again.changed) == ([], [october], [])
    assert Scorecard.objects.get().published_at == NOW


def test_changed_counts_are_reported_and_not_overwritten(october: Supplier) -> None:
    publish_month(month=OCTOBER, by=None, at=NOW)
    correct(october)
    again = publish_month(month=OCTOBER, by=None, at=NOW)

    assert again.published == []
    [(supplier, changes)] = again.changed
    assert supplier == october
    assert {change.window for change in changes.figures} == {
        Window.MONTH,
        Window.ROLLING_3,
        Window.ROLLING_12,
        Window.YEAR_TO_DATE,
    }
    assert {int(change.counted_before) for change in changes.figures} == {5}
    assert {int(change.counted_after) for change in changes.figures} == {2}
    assert published_overview(Scorecard.objects.get()).external.month.ppm == 100


def test_restating_adds_a_version_with_reason_and_difference(october: Supplier, sqe: User) -> None:
    publish_month(month=OCTOBER, by=None, at=NOW)
    correct(october)

    second = restate(supplier=october, month=OCTOBER, reason=REASON, by=sqe, at=NOW)

    first = Scorecard.objects.get(version=1)
    assert (second.version, second.reason, second.published_by) == (2, REASON, sqe)
    figure = second.difference["figures"][0]
    assert (figure["counted_before"], figure["counted_after"]) == ("5", "2")
    assert figure["metric"] == Metric.EXTERNAL_PPM
    assert published_overview(first).external.month.ppm == 100
    assert published_overview(second).external.month.ppm == 40
    assert newest_scorecard(supplier=october, month=OCTOBER) == second
    assert list(Scorecard.objects.newest()) == [second]


def test_gate_of_a_certificate_renewed_since_stays(october: Supplier) -> None:
    certificate = CertificateFactory(
        supplier=october, mandatory=True, expires_on=date(2026, 10, 15)
    )
    publish_month(month=OCTOBER, by=None, at=NOW)
    certificate.expires_on = date(2029, 10, 15)
    certificate.save()
    correct(october)

    second = restate(supplier=october, month=OCTOBER, reason=REASON, by=None, at=NOW)

    versions = (Scorecard.objects.get(version=1), second)
    first, score = (published_overview(one).score for one in versions)
    assert first is not None
    assert score is not None
    assert [gate.about for gate in score.gates] == [certificate.standard]
    assert (first.grade, score.grade) == ("C", "C")
    assert score.score != first.score


def test_certificate_found_to_have_ended_in_the_month_lowers_the_grade(october: Supplier) -> None:
    certificate = CertificateFactory(
        supplier=october, mandatory=True, expires_on=date(2029, 10, 15)
    )
    correct(october, 0)
    publish_month(month=OCTOBER, by=None, at=NOW)
    certificate.expires_on = date(2026, 10, 5)
    certificate.save()

    second = restate(supplier=october, month=OCTOBER, reason=REASON, by=None, at=NOW)

    assert (Scorecard.objects.get(version=1).grade, second.grade) == ("A", "C")
    found = stored_changes(second.difference)
    assert found.figures == ()
    assert [(row.name, row.before, row.after) for row in changed_rows(found, month=OCTOBER)] == [
        ("Grade", "A", "C"),
        (
            "Sets the grade",
            "—",
            "Grade C: the mandatory certificate IATF 16949 ended on 2026-10-05.",
        ),
    ]


def test_certificate_that_was_entered_too_late_raises_the_grade(october: Supplier) -> None:
    CertificateFactory(supplier=october, mandatory=True, expires_on=date(2026, 10, 15))
    correct(october, 0)
    publish_month(month=OCTOBER, by=None, at=NOW)
    CertificateFactory(
        supplier=october,
        mandatory=True,
        valid_from=date(2026, 10, 14),
        expires_on=date(2029, 10, 15),
    )

    second = restate(supplier=october, month=OCTOBER, reason=REASON, by=None, at=NOW)

    assert (Scorecard.objects.get(version=1).grade, second.grade) == ("C", "A")


def test_corrected_delivery_dates_are_a_difference(october: Supplier) -> None:
    """No count of a PPM changes, but the score does, and the version says so."""
    delivery = october.deliveries.get()
    delivery.promised_on = OCTOBER.first_day - timedelta(days=40)
    delivery.save()
    drain(at=NOW)
    publish_month(month=OCTOBER, by=None, at=NOW)
    delivery.promised_on = OCTOBER.first_day
    delivery.save()
    drain(at=NOW)

    [(supplier, found)] = publish_month(month=OCTOBER, by=None, at=NOW).changed
    second = restate(supplier=october, month=OCTOBER, reason=REASON, by=None, at=NOW)

    assert supplier == october
    assert stored_changes(second.difference) == found
    first = Scorecard.objects.get(version=1)
    rows = {row.name: (row.before, row.after) for row in changed_rows(found, month=OCTOBER)}
    assert rows.pop("Score") == (f"{first.score:.1f}", f"{second.score:.1f}")
    assert rows.pop("Criterion Deliveries on time (%)") == (
        "0 of 1: 0 points",
        "1 of 1: 100 points",
    )
    assert set(rows) <= {"Grade"}


def test_what_holds_only_from_now_on_is_no_difference(october: Supplier) -> None:
    """A new name, a new target of later months and a certificate's renewal."""
    certificate = CertificateFactory(
        supplier=october, mandatory=True, expires_on=date(2026, 11, 15)
    )
    publish_month(month=OCTOBER, by=None, at=NOW)
    october.name = "Renamed"
    october.save()
    certificate.expires_on = date(2029, 11, 15)
    certificate.save()
    TargetFactory(supplier=october, target_ppm=Decimal(100), during=(date(2026, 11, 1), None))

    with pytest.raises(NothingToRestateError):
        restate(supplier=october, month=OCTOBER, reason=REASON, by=None, at=NOW)


def test_restating_does_not_touch_the_older_pdf(october: Supplier) -> None:
    publish_month(month=OCTOBER, by=None, at=NOW)
    ScorecardDocument.objects.update(state=WorkState.READY, file="a.pdf", finished_at=NOW)
    correct(october)

    restate(supplier=october, month=OCTOBER, reason=REASON, by=None, at=NOW)

    first = ScorecardDocument.objects.get(scorecard__version=1)
    assert (first.file, first.state, first.finished_at) == ("a.pdf", WorkState.READY, NOW)
    assert ScorecardDocument.objects.get(scorecard__version=2).state == WorkState.WAITING


def test_restating_without_a_change_is_refused(october: Supplier) -> None:
    publish_month(month=OCTOBER, by=None, at=NOW)

    with pytest.raises(NothingToRestateError):
        restate(supplier=october, month=OCTOBER, reason=REASON, by=None, at=NOW)


def test_what_an_older_release_did_not_freeze_is_no_difference(supplier_a: Supplier) -> None:
    """Documents did not always say how many causes the last row of a Pareto stands for."""
    DeliveryFactory(supplier=supplier_a, received_on=OCTOBER.first_day, quantity=50_000)
    for quantity in range(1, 9):
        RejectFactory(
            supplier=supplier_a,
            detected_on=OCTOBER.first_day,
            suspect_qty=quantity,
            defect_code=DefectCodeFactory(),
            part=PartFactory(),
        )
    drain(at=NOW)
    as_older = seal(
        supplier_overview(supplier=supplier_a, month=OCTOBER), version=1, cut_off_at=NOW
    )
    for causes in (as_older["overview"]["defects"], as_older["overview"]["parts"]):
        assert causes[-1].pop("others") == 3
    publish_month_as(supplier_a, as_older)

    with pytest.raises(NothingToRestateError):
        restate(supplier=supplier_a, month=OCTOBER, reason=REASON, by=None, at=NOW)

    correct_first(supplier_a)
    second = restate(supplier=supplier_a, month=OCTOBER, reason=REASON, by=None, at=NOW)
    assert stored_changes(second.difference).figures
    assert published_overview(second).defects[-1].others == 3
    with pytest.raises(NothingToRestateError):
        restate(supplier=supplier_a, month=OCTOBER, reason=REASON, by=None, at=NOW)


def publish_month_as(supplier: Supplier, snapshot: dict[str, Any]) -> None:
    """Publish October with a snapshot as it was written."""
    Scorecard.objects.create(
        supplier=supplier,
        month=OCTOBER.first_day,
        version=1,
        snapshot=snapshot,
        sha256=sha256(snapshot),
        cut_off_at=NOW,
        published_at=NOW,
    )


def correct_first(supplier: Supplier) -> None:
    """Decide that of the largest reject two pieces less are the supplier's."""
    largest = supplier.rejects.get(suspect_qty=8)
    RejectVerdictFactory(reject=largest, supplier_qty=6)
    drain(at=NOW)


def test_corrected_target_can_be_restated_though_no_count_changed(october: Supplier) -> None:
    publish_month(month=OCTOBER, by=None, at=NOW)
    TargetFactory(supplier=october, target_ppm=Decimal(100))

    second = restate(supplier=october, month=OCTOBER, reason=REASON, by=None, at=NOW)

    assert published_overview(second).external.month.target_met is True
    found = stored_changes(second.difference)
    assert found.figures == ()
    assert ("Target, External PPM", "25", "100") in [
        (row.name, row.before, row.after) for row in changed_rows(found, month=OCTOBER)
    ]


def test_difference_says_a_ppm_on_its_side_of_the_thresholds(supplier_a: Supplier) -> None:
    """10 of 199,000 is 50.25 PPM, above 50; printed as 50 it would look as if it were not."""
    delivered = DeliveryFactory(
        supplier=supplier_a, received_on=OCTOBER.first_day, quantity=199_000
    )
    reject = RejectFactory(
        supplier=supplier_a, part=delivered.part, detected_on=OCTOBER.first_day, suspect_qty=10
    )
    RejectVerdictFactory(reject=reject, supplier_qty=10)
    drain(at=NOW)
    publish_month(month=OCTOBER, by=None, at=NOW)
    DeliveryFactory(
        supplier=supplier_a,
        part=delivered.part,
        plant=delivered.plant,
        received_on=OCTOBER.first_day,
        quantity=1_500,
    )
    drain(at=NOW)

    second = restate(supplier=supplier_a, month=OCTOBER, reason=REASON, by=None, at=NOW)

    rows = {row.name: row for row in changed_rows(stored_changes(second.difference), month=OCTOBER)}
    assert rows["External PPM, October 2026"].before == "50.3 (10 of 199,000)"
    assert rows["External PPM, October 2026"].after == "49.9 (10 of 200,500)"


def test_difference_of_an_earlier_release_is_read() -> None:
    figure = {
        "metric": "external_ppm",
        "window": "month",
        "end": "2026-10",
        "counted_before": "5",
        "counted_after": "2",
        "received_before": "50000",
        "received_after": "50000",
        "provisional_before": "5",
        "provisional_after": "0",
    }
    [row] = changed_rows(stored_changes([figure]), month=OCTOBER)
    assert (row.name, row.before, row.after) == (
        "External PPM, October 2026",
        "100 (5 of 50,000, 5 provisional)",
        "40 (2 of 50,000)",
    )


def test_restating_an_unpublished_month_is_refused(october: Supplier) -> None:
    with pytest.raises(NotPublishedError):
        restate(supplier=october, month=OCTOBER, reason=REASON, by=None, at=NOW)


@pytest.mark.parametrize("reason", ["", "too short", "  padded    "])
def test_restating_needs_a_reason(october: Supplier, reason: str) -> None:
    with pytest.raises(ReasonMissingError):
        restate(supplier=october, month=OCTOBER, reason=reason, by=None, at=NOW)


@pytest.mark.parametrize("month", [Month(2026, 11), Month(2027, 1)])
def test_month_that_is_not_over_is_refused(october: Supplier, month: Month) -> None:
    with pytest.raises(MonthNotOverError):
        publish_month(month=month, by=None, at=NOW)


def test_month_ends_when_it_ends_in_the_last_plant(db: None) -> None:
    PlantFactory(time_zone="Asia/Tokyo")
    midnight_in_tokyo = datetime(2026, 10, 31, 15, 0, tzinfo=UTC)
    assert last_ended_month(at=midnight_in_tokyo) == OCTOBER

    PlantFactory(time_zone="America/Mexico_City")
    assert last_ended_month(at=midnight_in_tokyo) == OCTOBER.minus(1)


def test_stale_figures_are_refused_until_drained(october: Supplier) -> None:
    RejectFactory(supplier=october, detected_on=OCTOBER.first_day, suspect_qty=1)

    with pytest.raises(FiguresStaleError):
        publish_month(month=OCTOBER, by=None, at=NOW)
    drain(at=NOW)

    assert len(publish_month(month=OCTOBER, by=None, at=NOW).published) == 1


def test_stale_months_after_the_published_one_do_not_matter(october: Supplier) -> None:
    RejectFactory(supplier=october, detected_on=OCTOBER.plus(1).first_day, suspect_qty=1)

    assert len(publish_month(month=OCTOBER, by=None, at=NOW).published) == 1


def test_only_suppliers_with_activity_in_twelve_months_get_one(october: Supplier) -> None:
    last_year = SupplierFactory(code="LAST-YEAR")
    DeliveryFactory(supplier=last_year, received_on=OCTOBER.minus(12).first_day)
    month_after = SupplierFactory(code="AFTER")
    DeliveryFactory(supplier=month_after, received_on=OCTOBER.plus(1).first_day)
    just_inside = SupplierFactory(code="INSIDE")
    DeliveryFactory(supplier=just_inside, received_on=OCTOBER.minus(11).first_day)
    drain(at=NOW)

    done = publish_month(month=OCTOBER, by=None, at=NOW)

    assert [row.supplier.code for row in done.published] == ["ALFA-4711", "INSIDE"]


def test_publishing_some_suppliers_leaves_the_others(
    october: Supplier, supplier_b: Supplier
) -> None:
    done = publish_month(
        month=OCTOBER, by=None, at=NOW, suppliers=Supplier.objects.filter(pk=supplier_b.pk)
    )

    assert (done.published, done.without_activity) == ([], [supplier_b])


def test_each_scorecard_waits_for_its_pdf(october: Supplier) -> None:
    publish_month(month=OCTOBER, by=None, at=NOW)

    document = ScorecardDocument.objects.get()
    assert (document.state, document.attempts) == (WorkState.WAITING, 0)
    assert list(ScorecardDocument.objects.due(at=NOW)) == [document]


@pytest.mark.parametrize("change", [{"reason": "x" * 20}, {"snapshot": {}}, {"version": 7}])
def test_database_refuses_to_change_a_scorecard(
    october: Supplier, change: dict[str, object]
) -> None:
    publish_month(month=OCTOBER, by=None, at=NOW)

    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Scorecard.objects.update(**change)


def test_database_refuses_to_delete_a_scorecard(october: Supplier) -> None:
    publish_month(month=OCTOBER, by=None, at=NOW)

    with (
        pytest.raises(DatabaseError, match="Cannot update or delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM scorecards_scorecard")


@pytest.mark.parametrize(("version", "reason"), [(1, ""), (3, REASON), (2, "short")])
def test_database_refuses_doubled_skipped_and_unexplained_versions(
    october: Supplier, version: int, reason: str
) -> None:
    publish_month(month=OCTOBER, by=None, at=NOW)
    first = Scorecard.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Scorecard.objects.create(
            supplier=october,
            month=first.month,
            version=version,
            reason=reason,
            snapshot=first.snapshot,
            sha256=first.sha256,
            cut_off_at=NOW,
            published_at=NOW,
        )


def test_supplier_sees_own_scorecards_only(
    october: Supplier, member_a: User, member_b: User, auditor: User
) -> None:
    publish_month(month=OCTOBER, by=None, at=NOW)

    assert Scorecard.objects.visible_to(member_a).count() == 1
    assert Scorecard.objects.visible_to(auditor).count() == 1
    assert Scorecard.objects.visible_to(member_b).count() == 0
