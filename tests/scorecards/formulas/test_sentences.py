from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from scorecards.formulas.sentences import deciding_statements, paragraph, statements
from scorecards.formulas.verdicts import judge_threshold
from scorecards.formulas.wording import MessageId, Subject, Wording


def words(
    *, counted: int | Decimal, received: int | Decimal, threshold_ppm: int | None = None
) -> str:
    return paragraph(
        parts=statements(counted=counted, received=received, threshold_ppm=threshold_ppm)
    )


def test_sentence_undecided_above_the_threshold() -> None:
    assert words(counted=5, received=50_000, threshold_ppm=50) == (
        "5 rejects in 50,000 (100 PPM). Likely range 32–233. "
        "Too few parts to say this is above 50 PPM."
    )


def test_sentence_no_rejects_is_not_praised() -> None:
    assert words(counted=0, received=10_000) == (
        "No rejects in 10,000: compatible with up to 300 PPM."
    )


def test_sentence_one_reject_is_singular() -> None:
    assert words(counted=1, received=3_000, threshold_ppm=50).startswith(
        "1 reject in 3,000 (333 PPM)."
    )


def test_sentence_shown_above_and_below() -> None:
    assert words(counted=26, received=250_000, threshold_ppm=50).endswith(
        "Chance alone hardly explains being above 50 PPM."
    )
    assert words(counted=15, received=500_000, threshold_ppm=50).endswith(
        "Enough parts to say this is below 50 PPM."
    )


def test_sentence_below_but_undecided() -> None:
    assert words(counted=2, received=50_000, threshold_ppm=50).endswith(
        "Too few parts to say this is below 50 PPM."
    )


def test_sentence_without_receipts() -> None:
    assert words(counted=0, received=0, threshold_ppm=50) == "No activity: nothing was received."
    assert words(counted=2, received=0, threshold_ppm=50) == (
        "2 rejects without receipts: there is no PPM."
    )


def test_sentence_more_rejected_than_received() -> None:
    assert "More was rejected than received" in words(counted=7, received=5)


def test_sentence_fractional_quantities() -> None:
    assert words(counted=Decimal("0.125"), received=Decimal("1250.5")).startswith(
        "0.125 rejects in 1,250.5 (100 PPM)."
    )


def test_sentence_about_returns_from_the_field() -> None:
    parts = statements(counted=3, received=20_000_000, subject=Subject.RETURNS)
    assert paragraph(parts=parts) == (
        "3 returns from 20,000,000 in the field (0.15 PPM). Likely range 0.0309–0.438."
    )


def test_sentence_about_what_would_have_decided() -> None:
    judged = judge_threshold(count=5, exposure=50_000, threshold_ppm=50)
    assert paragraph(parts=deciding_statements(verdict=judged)) == (
        "With 6 rejects it would be shown above 50 PPM. "
        "With 160,261 more clean parts it would be shown below 50 PPM."
    )


def test_sentence_about_returns_names_returns_throughout() -> None:
    judged = judge_threshold(count=1, exposure=3_000, threshold_ppm=50)
    assert paragraph(parts=deciding_statements(verdict=judged, subject=Subject.RETURNS)).startswith(
        "With 2 returns it would be shown above 50 PPM."
    )
    without = statements(counted=1, received=0, subject=Subject.RETURNS)
    assert paragraph(parts=without) == "1 return without parts in the field: there is no PPM."


def test_nothing_would_decide_a_decided_verdict() -> None:
    decided = judge_threshold(count=26, exposure=250_000, threshold_ppm=50)
    assert deciding_statements(verdict=decided) == ()


def test_sentence_in_another_language() -> None:
    german = Wording(
        ngettext=lambda _one, _many, number: (
            "%(count)s Ausfall auf %(units)s (%(ppm)s PPM)."
            if number == 1
            else "%(count)s Ausfälle auf %(units)s (%(ppm)s PPM)."
        ),
        number=lambda number: f"{number:,}".replace(",", "."),
    )
    first = statements(counted=5, received=50_000)[0]
    assert first.message is MessageId.COUNT_PAIR
    assert first.text(german) == "5 Ausfälle auf 50.000 (100 PPM)."


@given(
    counted=st.integers(0, 10**6),
    received=st.integers(0, 10**8),
    threshold=st.one_of(st.none(), st.integers(0, 1000)),
    subject=st.sampled_from(Subject),
)
def test_sentence_always_fills_its_template(
    counted: int, received: int, threshold: int | None, subject: Subject
) -> None:
    parts = statements(counted=counted, received=received, threshold_ppm=threshold, subject=subject)
    text = paragraph(parts=parts)
    assert text
    assert "%(" not in text


def test_more_taken_back_than_received_is_said() -> None:
    found = statements(counted=0, received=0, taken_back=600)
    assert paragraph(parts=found) == "600 more taken back than received: there is no PPM."
    assert paragraph(parts=statements(counted=0, received=0)) == (
        "No activity: nothing was received."
    )
