"""The stories of the demo: which supplier does what, counted back from the newest month.

`ago` is months before the newest full month: 0 is that month itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Indices into the cast.
CROSSES_50 = 4
CROSSES_100_AND_RECOVERS = 7
TINY = 59
WARRANTY_WAVE = 2
DISPUTED_LOT = 9
LATE_CORRECTION = 12
LEAVES_ITS_LIMITS = 8

TINY_MONTHLY_VOLUME = 3_000
LATE_CORRECTION_MONTHS_AGO = 2


@dataclass(frozen=True, kw_only=True)
class Story:
    """External PPM to aim at in given months; the rest of the time the supplier is ordinary."""

    text: str
    ppm_by_months_ago: Mapping[int, int] = field(default_factory=dict)


STORIES: Mapping[int, Story] = {
    CROSSES_50: Story(
        text="Passes 50 PPM in the newest month after a slow climb: an 8D request.",
        ppm_by_months_ago={3: 24, 2: 33, 1: 44, 0: 68},
    ),
    CROSSES_100_AND_RECOVERS: Story(
        text="A tool broke: 8D and controlled shipping, then three months of recovery.",
        ppm_by_months_ago={5: 46, 4: 128, 3: 96, 2: 38, 1: 18, 0: 9},
    ),
    TINY: Story(
        text="3,000 parts a month: one reject is 333 PPM and may be chance.",
        ppm_by_months_ago={0: 333},
    ),
    WARRANTY_WAVE: Story(text="One build month comes back from the field."),
    DISPUTED_LOT: Story(
        text="Disputes a lot that decides between 8D and controlled shipping.",
        ppm_by_months_ago={0: 112},
    ),
    LEAVES_ITS_LIMITS: Story(
        text="Steady for eighteen months, then a month above its own frozen limits.",
        ppm_by_months_ago={0: 42},
    ),
    LATE_CORRECTION: Story(
        text="Receipts booked late: the published figure was too high and is restated.",
        ppm_by_months_ago={LATE_CORRECTION_MONTHS_AGO: 57},
    ),
}
