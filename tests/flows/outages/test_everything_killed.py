"""Every part of the product is killed at random moments while cases are raised and mailed.

Nothing is lost, nothing is there twice, and a kill doubles one mail at most, under its own
Message-ID. With `KILL_MOMENTS=200 KILL_EPISODES=500` before `./test PATH` it is the large run;
`KILL_SEED` chooses other moments.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from email.message import EmailMessage

import pytest
from django.db.models import Max

from escalations.enums import MessageEvent
from escalations.models import (
    ControlledShipping,
    EightD,
    Episode,
    EpisodeHit,
    EpisodeStep,
    JudgedScorecard,
    Judgement,
    Message,
    ShippingEvent,
)
from scorecards.models import Scorecard
from scorecards.rollup import verify
from tests.flows.mailbox import what_it_says
from tests.flows.outages.killing import CAN_DOUBLE, ONE_THING, Part, Victim
from tests.flows.outages.waves import CS1, EIGHT_D, Told, Waves
from tests.waiting import until

pytestmark = [
    pytest.mark.timeout(0),  # the large run takes its time
    pytest.mark.worker,
    pytest.mark.django_db(transaction=True),
]

MOMENTS = int(os.environ.get("KILL_MOMENTS", "7"))
EPISODES = int(os.environ.get("KILL_EPISODES", "30"))
SEED = int(os.environ.get("KILL_SEED", "7"))
EPISODES_A_WAVE = 15
MOST_WAVES = 10
# The next kill comes then, however little was done since the last one.
LONGEST_REST = 4.0
# A mail cut off is taken up after 20 seconds, one refused after 30, thrice as long each time.
SETTLED_WITHIN = 120.0 + 3 * MOMENTS


@pytest.fixture
def victim(transactional_db: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    victim = Victim(tmp_path_factory.mktemp("killed"))
    with victim.running():
        yield victim
        for member in (victim.product.web, victim.product.worker):
            print(f"{member.name}:\n{victim.product.log(member)}")  # noqa: T201  # shown when a test fails


def test_everything_killed_at_random_moments(victim: Victim) -> None:
    chance = random.Random(SEED)  # noqa: S311  # moments, not secrets
    waves = Waves(episodes=EPISODES, waves=min(MOST_WAVES, -(-EPISODES // EPISODES_A_WAVE)))
    killed, in_work = Counter[Part](), Counter[Part]()
    began = time.monotonic()
    for parts in plan(chance):
        await_moment(victim, waves, chance, left=MOMENTS - killed.total())
        killed.update(parts)
        in_work.update(() if waves.is_over() else parts)
        victim.is_ready()  # so that the site has connections of its own to lose
        for part in parts:
            victim.kill(part)
        time.sleep(chance.uniform(0, 0.5))
        victim.bring_back()
    raged = time.monotonic()
    waves.begin_all()
    until(lambda: settled(victim, waves), "all is told", seconds=SETTLED_WITHIN)
    assert all(victim.is_ready() for _look in range(20)), "no page fails for what was before"
    mails = victim.mail.mails()
    doubled = len(mails) - len({mail["Message-ID"] for mail in mails})
    print(  # noqa: T201  # the figures of a run, to be seen with -s
        f"\nseed {SEED}: {killed.total()} kills in {raged - began:.0f} s, settled"
        f" {time.monotonic() - raged:.0f} s later; {said(killed)}; while work was unfinished:"
        f" {said(in_work)}; {Episode.objects.count()} episodes, {len(mails)} mails, {doubled} of"
        f" them doubled; at most {Message.objects.aggregate(most=Max('attempts'))['most']} attempts"
    )
    assert set(in_work) == set(killed), "each part was killed in the midst of work"
    expect_each_case_once(waves)
    expect_told_once(waves)
    expect_each_mail_once(mails, most_doubled=sum(killed[part] for part in CAN_DOUBLE))


def said(count: Counter[Part]) -> str:
    return ", ".join(f"{count[part]} × {part}" for part in Part if part in count)


def plan(chance: random.Random) -> Iterator[Sequence[Part]]:
    """Yield what dies at each moment: all parts in turn, now and then two together."""
    parts = [list(Part)[number % len(Part)] for number in range(MOMENTS)]
    chance.shuffle(parts)
    while parts:
        some = parts[: 2 if chance.random() < 0.2 else 1]
        if any(set(some) <= thing for thing in ONE_THING):
            some = some[:1]
        del parts[: len(some)]
        yield some


def await_moment(victim: Victim, waves: Waves, chance: random.Random, *, left: int) -> None:
    """Wait for a random share of what is left to be mailed, so that the kills do not outlast it."""
    sent, latest = victim.mail.count(), time.monotonic() + LONGEST_REST
    wanted = sent + chance.uniform(0, 2) * (waves.mails() - sent) / (left + 1)
    while (sent := victim.mail.count()) < wanted and time.monotonic() < latest:
        waves.begin_next(sent=sent)
        victim.keep()
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.05))


def settled(victim: Victim, waves: Waves) -> bool:
    victim.keep()
    return waves.is_over()


def expect_each_case_once(waves: Waves) -> None:
    """Every supplier is published, judged and raised once, with each of its steps once."""
    everybody = sorted(supplier.pk for supplier in waves.levels)
    cards = Scorecard.objects.order_by("supplier")
    assert list(cards.values_list("supplier", "version")) == [(pk, 1) for pk in everybody]
    assert JudgedScorecard.objects.count() == len(everybody)
    assert not Judgement.objects.filter(number__gt=1).exists(), "judged once"
    cases = Episode.objects.order_by("pk")
    assert sorted(cases.values_list("supplier", "level")) == sorted(waves.cases)
    numbers = sorted(int(number[-5:]) for number in cases.values_list("number", flat=True))
    assert numbers == list(range(1, len(waves.cases) + 1))
    ids = list(cases.values_list("pk", flat=True))
    steps = EpisodeStep.objects.order_by("episode", "number")
    assert list(steps.values_list("episode", "number", "action")) == [
        (pk, 1, "raise") for pk in ids
    ]
    hits = EpisodeHit.objects.order_by("episode", "month")
    assert list(hits.values_list("episode", "month")) == [(pk, waves.month.first_day) for pk in ids]
    for model, level in ((EightD, EIGHT_D), (ControlledShipping, CS1)):
        measures = model.objects.order_by("episode").values_list("episode", flat=True)
        assert list(measures) == list(cases.filter(level=level).values_list("pk", flat=True))
    entered = ShippingEvent.objects.order_by("shipping").values_list("shipping", "action")
    shippings = ControlledShipping.objects.order_by("pk").values_list("pk", flat=True)
    assert list(entered) == [(pk, "enter") for pk in shippings]
    assert verify() == []


def expect_told_once(waves: Waves) -> None:
    """Everybody has been told of every supplier, and nothing waits or was given up."""
    told = Message.objects.filter(event=MessageEvent.RAISED).values_list(
        "supplier", "audience", "recipient"
    )
    assert Counter(Told(*row) for row in told) == Counter(waves.told)
    states = Message.objects.exclude(recipient=None).values_list("state", flat=True)
    assert set(states) == {"sent"}


def expect_each_mail_once(mails: Sequence[EmailMessage], *, most_doubled: int) -> None:
    """The server has every mail; those it has twice say the same under one Message-ID."""
    sent = Message.objects.filter(state="sent").values_list("message_id", flat=True)
    copies = Counter(str(mail["Message-ID"]) for mail in mails)
    assert set(copies) == set(sent), "nothing is lost, and nothing else was sent"
    assert len(mails) - len(copies) <= most_doubled
    for message_id in (one for one, count in copies.items() if count > 1):
        same = [what_it_says(mail) for mail in mails if mail["Message-ID"] == message_id]
        assert len(set(same)) == 1
