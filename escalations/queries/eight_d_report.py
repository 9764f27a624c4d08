"""The whole report as it stood after any of its moves: for the PDF and for other systems."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from escalations import reasons
from escalations.eight_d_differences import Difference, differences
from escalations.eight_d_enums import DISCIPLINE_NAMES
from escalations.eight_d_schema import Content
from escalations.eight_d_workflow import Action, Discipline, Subject
from escalations.models import EightD, EightDMove, EightDRevision
from escalations.queries.eight_d_fields import Part, read_parts
from escalations.queries.shown import Shown
from suppliers import access

FORMAT: Final = "8d-report"
FORMAT_VERSION: Final = 1


@dataclass(frozen=True, kw_only=True)
class ReportStep:
    """A step of the report: its newest revision by then, and where it stood."""

    discipline: Discipline
    name: str
    revision: EightDRevision | None
    state: str
    comment: str
    content: Content
    parts: Sequence[Part]


@dataclass(frozen=True, kw_only=True)
class Report:
    """The report after move `number`; `newest` says that nothing came later."""

    eight_d: EightD
    number: int
    newest: bool
    last: EightDMove | None
    steps: Sequence[ReportStep]
    shown: Shown

    @property
    def narrowed(self) -> bool:
        """Whether it leaves out what other plants than the reader's were hit by."""
        said = [row for step in self.steps if step.revision for row in _affected(step.revision)]
        return self.shown.hides([*self.eight_d.facts, *said])

    @property
    def facts(self) -> list[dict[str, Any]]:
        """The parts of the breach, as far as they are shown."""
        return self.shown.of(self.eight_d.facts)

    @property
    def problem(self) -> str:
        """The problem as it was raised, in the language the report is read in."""
        return self.shown.text(reasons.problem(self.eight_d), self.eight_d.facts)


def report(
    eight_d: EightD, *, number: int | None = None, user: "access.AnyUser | None" = None
) -> Report:
    """Return the report as it stood after a move, None: as it stands.

    `user` is who reads it, None for somebody who sees all of it.
    """
    shown = Shown.to(user, eight_d.episode.supplier_id)
    moves = list(
        EightDMove.objects.filter(eight_d=eight_d)
        .select_related("revision__submitted_by", "by")
        .order_by("number")
    )
    known = [move for move in moves if number is None or move.number <= number]
    by_step: dict[str, EightDMove] = {
        move.discipline: move for move in known if move.subject == Subject.STEP
    }
    steps = [one for one in Discipline if one is not Discipline.SHORT or one.value in by_step]
    return Report(
        eight_d=eight_d,
        number=known[-1].number if known else 0,
        newest=len(known) == len(moves),
        last=known[-1] if known else None,
        steps=[_step(eight_d, one, by_step.get(one.value), shown) for one in steps],
        shown=shown,
    )


def document(found: Report) -> dict[str, Any]:
    """Return the report as other systems read it; submitted steps only."""
    eight_d = found.eight_d
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "number": eight_d.number,
        "supplier": eight_d.episode.supplier.code,
        "requested_on": eight_d.requested_on.isoformat(),
        "problem": found.problem,
        "facts": found.facts,
        "move": found.number,
        "steps": {
            step.discipline.value: {
                "state": step.state,
                "revision": step.revision.number,
                "submitted_at": step.revision.submitted_at.isoformat(),
                "on_behalf": step.revision.on_behalf,
                "files": step.revision.files,
                "content": step.content,
            }
            for step in found.steps
            if step.revision is not None
        },
    }


def changes(revision: EightDRevision, *, user: "access.AnyUser | None" = None) -> list[Difference]:
    """Return what a revision says differently from the one before, as the user may read them."""
    eight_d, one = revision.eight_d, Discipline(revision.discipline)
    shown = Shown.to(user, eight_d.episode.supplier_id)
    before = EightDRevision.objects.filter(
        eight_d=revision.eight_d_id,
        discipline=revision.discipline,
        number=revision.number - 1,
    ).first()
    if before is None:
        return []
    return differences(
        one,
        shown.content(one, before.content, eight_d.facts),
        shown.content(one, revision.content, eight_d.facts),
    )


def move_of(revision: EightDRevision) -> int:
    """Return the number of the move that submitted a revision."""
    found = EightDMove.objects.filter(revision=revision, action=Action.SUBMIT.value)
    number: int = found.values_list("number", flat=True).get()
    return number


def _affected(revision: EightDRevision) -> list[dict[str, Any]]:
    """Return the lines of a step that name plants; D2 alone has them."""
    affected: Any = revision.content.get("affected") or []
    return affected if revision.discipline == Discipline.D2.value else []


def _step(eight_d: EightD, one: Discipline, move: EightDMove | None, shown: Shown) -> ReportStep:
    revision = None if move is None else move.revision
    content = {} if revision is None else shown.content(one, revision.content, eight_d.facts)
    return ReportStep(
        discipline=one,
        name=str(DISCIPLINE_NAMES[one]),
        revision=revision,
        state="" if move is None else move.to_state,
        comment="" if move is None else move.comment,
        content=content,
        parts=[] if revision is None else read_parts(one, content),
    )
