"""When a worker counts as deaf."""

from config.hearing import Hearing


def test_waiting_messages_and_free_hands_are_silence() -> None:
    hearing = Hearing()
    assert hearing.silence(100.0, waiting=3, busy=False) == 0
    assert hearing.silence(107.5, waiting=1, busy=False) == 7.5


def test_quiet_busy_or_hearing_workers_are_not_deaf() -> None:
    hearing = Hearing()
    assert hearing.silence(0, waiting=0, busy=False) == 0
    assert hearing.silence(60, waiting=3, busy=True) == 0
    hearing.received += 1
    assert hearing.silence(90, waiting=3, busy=False) == 0


def test_silence_begins_anew_after_every_message() -> None:
    hearing = Hearing()
    hearing.silence(0, waiting=1, busy=False)
    hearing.received += 1
    assert hearing.silence(20, waiting=1, busy=False) == 0
    assert hearing.silence(22, waiting=1, busy=False) == 0
    assert hearing.silence(25, waiting=1, busy=False) == 3
