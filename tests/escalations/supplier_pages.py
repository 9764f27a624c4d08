"""The pages of a supplier's work, and the English words on one."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from django.urls import reverse

from escalations.models import ControlledShipping, EightD, EightDRevision, Episode
from scorecards.models import Scorecard
from suppliers.models import Dispute, Supplier
from tests.escalations.eight_d_contents import CONTENTS
from tests.escalations.every_message import TYPED

TAGS = re.compile(r"<(script|style|textarea)\b.*?</\1>|<[^>]+>", re.DOTALL)
# Words that only English has; the cast's own texts and names are taken out before.
ENGLISH = re.compile(
    r"\b(the|of|and|is|are|were|has|with|for|from|until|please|this|that|by|no|not|yet|your|"
    r"supplier|reject|rejects|part|parts|month|day|days|due|open|step|steps)\b",
    re.IGNORECASE,
)
# What the cast is called.
NAMES = re.compile(
    r"Alfa Castings|Bore out of tolerance|Supplier (member|administrator) alfa-4711|"
    r"Supplier-quality engineer oem|Quality manager oem"
)


def addresses(supplier: Supplier) -> list[str]:
    """Return the pages, each in every state there is one of."""
    code = supplier.code
    eight_ds = EightD.objects.filter(episode__supplier=supplier)
    shippings = ControlledShipping.objects.filter(episode__supplier=supplier)
    steps = ("d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "short")
    lists = ("our_quality", "eight_ds", "shippings", "disputes", "escalations", "profile")
    return [
        *(reverse(name) for name in lists),
        *(f"{reverse(name)}?state=all" for name in ("eight_ds", "shippings", "disputes")),
        reverse("supplier", args=[code]),
        reverse("supplier_owed", args=[code]),
        *(one.get_absolute_url() for one in eight_ds),
        *(reverse("eight_d_step", args=[one.number, step]) for one in eight_ds for step in steps),
        *(
            reverse("eight_d_revision", args=[one.eight_d.number, one.discipline, one.number])
            for one in EightDRevision.objects.select_related("eight_d")
        ),
        *(one.get_absolute_url() for one in shippings),
        *(reverse("shipping_log", args=[one.number]) for one in shippings.filter(state="running")),
        *(
            one.get_absolute_url()
            for one in Episode.objects.exclude(state__in=["proposed", "declined"])
            if one.level != "watch"
        ),
        *(one.get_absolute_url() for one in Scorecard.objects.filter(supplier=supplier)),
        *(one.get_absolute_url() for one in Dispute.objects.all()),
        *(reverse("reject", args=[one.pk]) for one in supplier.rejects.all()),
    ]


def english(page: str) -> list[str]:
    """Return English words that a reader meets on the page, besides what the cast has typed."""
    text = unescape(TAGS.sub(" ", page))
    for typed in sorted({*TYPED, *_texts(CONTENTS)}, key=len, reverse=True):
        text = text.replace(typed, " ")
    return sorted({word.lower() for word in ENGLISH.findall(NAMES.sub(" ", text))})


def _texts(content: Any) -> Iterator[str]:
    """Yield the sentences of contents of steps; single words are no proof of anything."""
    if isinstance(content, str):
        if " " in content:
            yield content
        return
    for one in content.values() if isinstance(content, dict) else content:
        yield from _texts(one)
