"""The control chart in a scorecard: frozen with it, and gone where it has no room."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from scorecards.cases import OpenCase
from scorecards.metrics import Metric
from scorecards.models import Scorecard
from scorecards.pdf import Paper, copy_pdf, version_pdf
from scorecards.periods import Month, months
from scorecards.queries.published import published_overview
from scorecards.services.baselines import accept_baseline, propose_baseline
from scorecards.services.publication import NothingToRestateError, publish_month, restate
from suppliers.models import Supplier, User
from tests.factories import CertificateFactory, DefectCodeFactory, PartFactory
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up
from tests.scorecards.pdf.checker import Heard
from tests.scorecards.pdf.reading import Read

NOW = datetime(2025, 11, 10, 9, 30, tzinfo=UTC)
FIRST, LAST = Month(2024, 5), Month(2025, 6)


def freeze(supplier: Supplier, by: User) -> None:
    baseline = propose_baseline(
        supplier=supplier, metric=Metric.EXTERNAL_PPM, first=FIRST, last=LAST, by=by, at=NOW
    )
    accept_baseline(baseline=baseline, reason="Ordinary months.", by=by, at=NOW)


def publish(supplier: Supplier) -> Scorecard:
    publish_month(month=OCTOBER, by=None, at=NOW)
    return Scorecard.objects.get(supplier=supplier, version=1)


@pytest.fixture
def history(supplier_a: Supplier) -> Supplier:
    """Some four rejects of 400,000 a month, and 40 in October 2025."""
    part, code = PartFactory(), DefectCodeFactory(code="BORE")
    for index, month in enumerate(months(FIRST, OCTOBER)):
        deliver(supplier_a, 400_000, month, part=part)
        rejected = 40 if month == OCTOBER else 3 + index % 3
        decide(supplier_a, rejected, month, part=part, defect_code=code)
    roll_up()
    return supplier_a


def test_chart_of_the_limits_in_force_is_frozen_and_drawn(
    history: Supplier, sqe: User, sqe_client: Client, heard: Heard
) -> None:
    freeze(history, sqe)
    scorecard = publish(history)

    frozen = published_overview(scorecard).control
    assert frozen is not None
    assert (frozen.version, frozen.first, frozen.last) == (1, FIRST, LAST)
    assert [month.month for month in frozen.months] == list(months(OCTOBER.minus(12), OCTOBER))
    assert frozen.months[-1].signals
    assert frozen.months[-1].counted == 40
    assert frozen.months[-1].received == 400_000

    for paper in Paper:
        read = Read(heard.add(f"drawn-{paper}", copy_pdf(scorecard, paper=paper).content))
        assert len(read.pages) == 2
        assert "External PPM against its own history" in read.pages[1]
        assert "Limits of version 1, frozen from May 2024 to June 2025" in read.pages[1]
        assert "October 2025: above the upper limit" in read.pages[1]
        (alone,) = (one for one in read.pictures if "against its own history" in one)
        assert alone.startswith("External PPM against its own history. ")
        assert len(alone) > 80  # and what it shows
    page = sqe_client.get(f"/suppliers/{history.code}/2025-10/").content.decode()
    assert "Limits of version 1, frozen from May 2024 to June 2025" in page


def test_later_limits_and_facts_leave_the_published_chart_as_it_is(
    history: Supplier, sqe: User
) -> None:
    freeze(history, sqe)
    scorecard = publish(history)
    before = version_pdf(scorecard).content
    decide(history, 30, FIRST)
    roll_up()
    freeze(history, sqe)

    assert version_pdf(scorecard).content == before
    assert "Limits of version 1" in Read(before).pages[1]


def test_new_limits_alone_are_no_reason_to_restate(history: Supplier, sqe: User) -> None:
    publish(history)
    freeze(history, sqe)

    with pytest.raises(NothingToRestateError):
        restate(supplier=history, month=OCTOBER, reason="New limits alone.", by=None, at=NOW)


def test_without_limits_nothing_is_said(history: Supplier) -> None:
    scorecard = publish(history)

    assert published_overview(scorecard).control is None
    assert "own history" not in Read(version_pdf(scorecard).content).text


def test_crowded_page_says_where_the_chart_is_instead(
    history: Supplier, sqe: User, monkeypatch: pytest.MonkeyPatch, heard: Heard
) -> None:
    freeze(history, sqe)
    cases = [
        OpenCase(
            number=f"8D-2025-{number:05d}",
            level="8d",
            level_name="8D report requested",
            rank=1,
            metric="external_ppm",
            state_name="Waiting for the supplier",
            opened_on=date(2025, 9, 1),
            due_on=None,
            due_what="",
            url="",
        )
        for number in range(32)
    ]
    monkeypatch.setattr("scorecards.queries.overview._cases", lambda _supplier: tuple(cases))
    CertificateFactory(supplier=history)
    scorecard = publish(history)

    read = Read(heard.add("told", version_pdf(scorecard).content))

    assert len(read.pages) == 2
    assert "There is no room for the control chart on this page." in read.pages[1]
    assert "October 2025: above the upper limit" in read.pages[1]
    assert f"/suppliers/{history.code}/limits/external_ppm/" in read.text
