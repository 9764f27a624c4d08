"""The demo's living 8D: returned once, proven late, and now waiting for the customer's review."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from escalations.demo_eight_d_people import Said, Story
from escalations.demo_timeline import Moments
from escalations.eight_d_score import Criterion
from escalations.eight_d_workflow import Action, Discipline
from escalations.models import EightD, EightDMove
from escalations.queries.eight_d_fields import prefilled
from escalations.services.eight_d_closing import score
from suppliers.demo import CROSSES_100_AND_RECOVERS, cast, login_of
from suppliers.enums import SUPPLIER_ROLES, Role
from suppliers.models import Membership, User

D1, D2, D3, D4, D5, D6 = list(Discipline)[:6]
# Working days from today within which the last two dates are to be met.
D6_EXTENDED, D8_EXTENDED = 10, 40
CHAMPION = "Lena Hart, plant manager"
PROCESS, QUALITY, TOOLING = "Jonas Weil", "Mira Sand", "Oleg Marsh"

WEAK_D4 = "Please say why the gripper scratched and why the check at the end of the line let \
it pass: “operator error” explains neither. Show the defect switched on and off."
WEAK_D6 = "Sorting found one more piece after these actions. Show where it came from, and \
measure until the new pads have reached half of their life."
WISH_D6 = "The pads last 120,000 strokes; half of that is reached only by then. Sorting of every \
piece goes on meanwhile."
WISH_D8 = "D7 and D8 follow the wear test of D6."
GRANTED = "Granted, because every piece is still sorted."
SUPPLIERS_COMMENT = "D7 is being written: the FMEA of the two sister lines is not finished."
CUSTOMERS_COMMENT = "Good proof in D4 at the second attempt. D6 has to show the wear of the pads; \
prevention on the sister lines is still open."
SUPPLIERS_POINTS = (2, 2, 2, 2, 2, 2, 2, 2, 1, 2)
CUSTOMERS_POINTS = (2, 2, 2, 2, 1, 2, 2, 1, 0, 2)


def eight_d_story(*, at: datetime, say: Callable[[str], object]) -> Moments:
    """Write the 8D of the supplier that recovers up to its D6; done twice it changes nothing.

    Begins where that supplier has an 8D; ends at once where it has none, or one that is written.
    """
    found = None if EightDMove.objects.exists() else _oldest()
    if found is None:
        return
    eight_d, supplier = found
    story = Story(eight_d=eight_d, supplier=supplier, customer=login_of(Role.SQE), now=at)
    yield from _contain(story)
    yield from _find_causes(story)
    yield from _prove(story)
    say(f"{eight_d.number}: D1 to D5 accepted, D6 in review for {eight_d.episode.supplier}")


def _oldest() -> tuple[EightD, User] | None:
    """Return the oldest 8D of the supplier that recovers, and who writes it."""
    code = cast.suppliers()[CROSSES_100_AND_RECOVERS].code
    rows = EightD.objects.unfinished().filter(episode__supplier__code=code)
    eight_d = rows.select_related("episode__supplier").order_by("number").first()
    members = Membership.objects.filter(supplier__code=code, role__in=sorted(SUPPLIER_ROLES))
    member = members.select_related("user").order_by("pk").first()
    return None if eight_d is None or member is None else (eight_d, member.user)


def _contain(story: Story) -> Moments:
    """D1 and D2 on the day of the request, D3 on the day after; accepted the day after that."""
    first = story.moment(story.eight_d.requested_on, 15)
    yield (at := max(first, story.eight_d.episode.raised_at))
    story.hand_in(D1, TEAM, at=at)
    story.hand_in(D2, _problem(story.eight_d), at=at)
    yield (at := story.moment(story.day(1), 12))
    story.hand_in(D3, _containment(story), at=at)
    yield (at := story.moment(story.day(2), 9))
    story.review(Action.ACCEPT, D1, D2, D3, at=at)


def _find_causes(story: Story) -> Moments:
    """A weak D4 is returned; the second one is accepted with D5."""
    yield (at := story.moment(story.day(5), 14))
    story.hand_in(D4, WEAK, at=at)
    yield (at := story.moment(story.day(6), 10))
    story.review(Action.RETURN, D4, at=at, comment=WEAK_D4)
    yield (at := story.moment(story.day(9), 11))
    story.hand_in(D4, CAUSES, at=at)
    yield (at := story.moment(story.day(9), 12))
    story.hand_in(D5, _chosen(story), at=at)
    yield (at := story.moment(story.day(11), 9))
    story.review(Action.ACCEPT, D4, D5, at=at)


def _prove(story: Story) -> Moments:
    """D6 is returned after a find, its date moved, and handed in again yesterday."""
    yield (at := story.moment(story.day(27), 13))
    story.hand_in(D6, _implemented(story, day=story.day(27)), at=at)
    yield (at := story.moment(story.day(33), 9))
    story.review(Action.RETURN, D6, at=at, comment=WEAK_D6)
    yield (wished := story.moment(story.day(34), 9))
    today = max(story.now.date(), story.eight_d.d8_due_on)
    story.extend(D6, story.later(D6_EXTENDED, since=today), WISH_D6, GRANTED, at=wished)
    story.extend(Discipline.D8, story.later(D8_EXTENDED, since=today), WISH_D8, GRANTED, at=wished)
    _score(story.eight_d, CUSTOMERS_POINTS, CUSTOMERS_COMMENT, by=story.customer, at=wished)
    yesterday = story.day(-1, since=story.now.date())
    yield (at := max(story.moment(yesterday, 14), wished))
    story.hand_in(D6, _implemented(story, day=at.date(), proven=True), at=at)
    _score(story.eight_d, SUPPLIERS_POINTS, SUPPLIERS_COMMENT, by=story.supplier, at=at)


def _score(
    eight_d: EightD, points: tuple[int, ...], comment: str, *, by: User, at: datetime
) -> None:
    answers = {one.value: given for one, given in zip(Criterion, points, strict=True)}
    score(eight_d=eight_d, points=answers, comment=comment, by=by, at=at)


TEAM: Final[Said] = {
    "champion": CHAMPION,
    "team": [
        {"name": PROCESS, "role": "Process engineer, leads the 8D", "contact": ""},
        {"name": QUALITY, "role": "Quality engineer", "contact": ""},
        {"name": TOOLING, "role": "Tool shop", "contact": ""},
    ],
}


def _problem(eight_d: EightD) -> Said:
    content: dict[str, Any] = dict(prefilled(eight_d, D2))
    answers = {
        "what": ("Fine parallel scratches on the visible face", "Dents, scratches on the back"),
        "where": ("Cell 2, removal from the tool", "Cells 1 and 3, packing"),
        "when": ("Since the gripper was changed to the second pad supplier", "Before that"),
        "how_many": ("In bursts of 10 to 20 pieces", "Evenly over a shift"),
    }
    content["is_is_not"] = [
        {"aspect": aspect, "is": found, "is_not": other}
        for aspect, (found, other) in answers.items()
    ]
    return content


def _containment(story: Story) -> Said:
    day = story.moment(story.day(1), 12).date().isoformat()
    return {
        "containment": [
            {"action": "Stop cell 2, block its stock", "owner": PROCESS, "done_on": day},
            {"action": "Look at every piece under raking light", "owner": QUALITY, "done_on": day},
        ],
        "stock": [
            {"place": "supplier", "quantity": "8640", "checked": "8640", "found": "31"},
            {"place": "transit", "quantity": "2880", "checked": "2880", "found": "6"},
            {"place": "customer", "quantity": "5200", "checked": "5200", "found": "11"},
        ],
        "result": "Only pieces that were looked at twice are delivered.",
        "marking": "Green dot beside the bar code of each box",
        "clean_from": day,
    }


WEAK: Final[Said] = {
    "occurrence_method": "five_whys",
    "occurrence_whys": [{"because": "Pieces were scratched"}, {"because": "Operator error"}],
    "occurrence_cause": "Operator error.",
    "occurrence_proof": "Talk with the shift.",
    "non_detection_method": "five_whys",
    "non_detection_whys": [{"because": "Not seen"}, {"because": "Operator error"}],
    "non_detection_cause": "Operator error.",
    "non_detection_proof": "Talk with the shift.",
    "responsibility": "open",
}
CAUSES: Final[Said] = {
    "occurrence_method": "five_whys",
    "occurrence_whys": [
        {"because": "The gripper drags the visible face over a hard edge"},
        {"because": "The rubber pad has worn through to its metal core"},
        {"because": "Pads of the second supplier wear three times as fast"},
        {"because": "Hardness was not among the terms of the order"},
        {"because": "The change of pads was not treated as a change of process"},
    ],
    "occurrence_cause": "A change of the gripper pads without release: softer rubber wears "
    "through after some 9,000 strokes and bares the metal core.",
    "occurrence_proof": "Worn pads scratch 18 of 20 pieces, new pads none of 200; worn again, "
    "the scratches are back.",
    "non_detection_method": "ishikawa",
    "non_detection_branches": [
        {"branch": "method", "possible_cause": "One piece an hour only", "finding": "confirmed"},
        {"branch": "environment", "possible_cause": "Light from above", "finding": "confirmed"},
        {"branch": "man", "possible_cause": "Not instructed", "finding": "excluded"},
    ],
    "non_detection_cause": "Scratches come in bursts between two hourly checks, and light from "
    "above does not show them.",
    "non_detection_proof": "Three checkers found 4 of 30 scratched pieces under the old light, "
    "30 of 30 under raking light.",
    "responsibility": "accepted",
    "responsibility_note": "The pads were changed without asking the customer.",
}


def _chosen(story: Story) -> Said:
    def planned(days: int) -> str:
        return story.later(days).isoformat()

    return {
        "chosen": [
            {
                "action": "Pads of the released hardness, changed every 6,000 strokes",
                "against": "occurrence",
                "why": "The core is never bared",
                "owner": TOOLING,
                "planned_on": planned(18),
            },
            {
                "action": "Raking light and a check of every piece at the end of cell 2",
                "against": "non_detection",
                "why": "30 of 30 scratched pieces were seen",
                "owner": QUALITY,
                "planned_on": planned(22),
            },
        ]
    }


def _implemented(story: Story, *, day: date, proven: bool = False) -> Said:
    actions = [
        ("Pads of the released hardness, stroke counter stops the cell", TOOLING, 18, "MP-31"),
        ("Raking light and check of every piece in cell 2", PROCESS, 22, "Control plan rev. 9"),
    ]
    if proven:
        actions.append(("Spare grippers fitted with the same pads", TOOLING, 36, "Tool card G-7"))
    checked = "No scratched piece among 4,000 after the change."
    if proven:
        checked = (
            "The piece found in sorting came from a spare gripper that still had old pads; all "
            "have been changed. Since then 60,000 strokes, half of the life of a pad: wear "
            "0.2 mm of the 1.5 mm allowed, and nothing found in sorting."
        )
    return {
        "implemented": [
            {
                "action": action,
                "owner": owner,
                "done_on": min(story.day(days), day).isoformat(),
                "evidence": evidence,
            }
            for action, owner, days, evidence in actions
        ],
        "verification": checked,
        "verified_on": day.isoformat(),
    }
