"""The words of a mail: subject, opening, sections; the same for text and HTML."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from escalations import reasons, wording
from escalations.enums import Audience, MessageEvent
from escalations.models import Episode, EpisodeStep, Message
from escalations.notifications import joined
from escalations.notifications.asked import asked
from escalations.notifications.forbidden import forbidden_after
from escalations.notifications.parts import Content, Section
from escalations.queries.after_escapes import decided_apart, what_level
from escalations.queries.facts import MOST_PARTS
from escalations.queries.notice import Notice, notice
from escalations.rule_wording import rule_sentence
from escalations.workflow import Level

# These decide a case, and leave alone what is decided beside it.
APART = frozenset({MessageEvent.PROPOSED, MessageEvent.DECLINED, MessageEvent.ENDED})
# After these nobody has anything left to decide.
DECIDED = frozenset({MessageEvent.ENDED, MessageEvent.DECLINED, MessageEvent.WATCHED})


def case_content(message: Message) -> Content:
    """Say in the active language what a message has to say to its audience."""
    told = notice(message)
    episode = told.lead.episode
    return Content(
        subject=subject(told),
        opening=[line for line in (_change(told), *_besides(told), asked(told)) if line],
        sections=[section for section in _sections(told) if section.lines],
        link=settings.SITE_URL + episode.get_absolute_url(),
        link_text=_("Open %(number)s") % {"number": episode.number},
    )


def subject(told: Notice) -> str:
    """Say the fact in one line."""
    judgement = told.judgement
    words = {
        "supplier": told.supplier.code,
        "level": what_level(told.lead.episode),
        "metric": wording.in_sentence(told.message.metric),
        "month": wording.month_name(told.message.in_month),
        "ppm": "" if judgement is None else wording.ppm(judgement),
    }
    return _subject(told, figure=judgement is not None) % words


def _subject(told: Notice, *, figure: bool) -> str:
    subjects = {
        MessageEvent.ENDED: _("%(supplier)s: %(level)s ended, %(metric)s"),
        MessageEvent.WATCHED: _("%(supplier)s: %(metric)s %(ppm)s so far in %(month)s: watch"),
        MessageEvent.PROPOSED: _("%(supplier)s: %(level)s proposed, %(metric)s: please decide")
        if told.audience is Audience.MANAGER
        else _("%(supplier)s: %(level)s proposed, %(metric)s"),
        MessageEvent.DECLINED: _("%(supplier)s: proposed %(level)s declined, %(metric)s"),
    }
    if told.event is MessageEvent.JOINED:
        return joined.subject(told)
    if told.event in subjects:
        return subjects[told.event]
    if told.event is MessageEvent.REVIEW and figure:
        return _("%(supplier)s: review %(level)s, %(metric)s now %(ppm)s in %(month)s")
    if told.event is MessageEvent.REVIEW:
        return _("%(supplier)s: review %(level)s, %(metric)s")
    if figure:
        return _("%(supplier)s: %(level)s, %(metric)s %(ppm)s in %(month)s")
    return _("%(supplier)s: %(level)s, %(metric)s")


def _change(told: Notice) -> str:
    words = {
        "name": told.supplier.name,
        "code": told.supplier.code,
        "metric": wording.in_sentence(told.message.metric),
        "level": what_level(told.lead.episode),
        "before": wording.level_name(told.message.level_before),
        "after": _level_after(told),
    }
    texts = {
        MessageEvent.ENDED: _(
            "%(name)s (%(code)s): the %(level)s for %(metric)s has ended; now: %(after)s."
        ),
        MessageEvent.PROPOSED: _(
            "%(name)s (%(code)s): %(level)s is proposed for %(metric)s. It holds for nobody "
            "until it is approved."
        ),
        MessageEvent.DECLINED: _(
            "%(name)s (%(code)s): the proposed %(level)s for %(metric)s was declined."
        ),
        MessageEvent.JOINED: joined.opening(told),
        MessageEvent.REVIEW: _(
            "%(name)s (%(code)s): the %(level)s for %(metric)s is under review."
        ),
        MessageEvent.WATCHED: _(
            "%(name)s (%(code)s): %(metric)s of the running month is past a threshold: watch."
        ),
    }
    return texts.get(told.event, _raised(told)) % words


def _level_after(told: Notice) -> str:
    lead = told.lead.episode
    if lead.level == told.message.level_after:
        return what_level(lead)
    return wording.level_name(told.message.level_after)


def _raised(told: Notice) -> str:
    """A level that is not the hardest is no change of what the supplier is at."""
    if told.message.level_before == told.message.level_after:
        return _(
            "%(name)s (%(code)s): raised for %(metric)s: %(level)s. Hardest as before: %(after)s."
        )
    return _("%(name)s (%(code)s) has a new level for %(metric)s: %(after)s. Before: %(before)s.")


def _besides(told: Notice) -> Iterator[str]:
    """Name what came in the same evaluation, what goes on, and what is decided apart."""
    if told.event in APART:
        yield decided_apart(told.lead.episode, user=told.message.recipient)
    if told.event is not MessageEvent.RAISED:
        return
    raised = {step.episode.level for step in told.steps}
    for step in told.steps:
        if step.episode_id != told.lead.episode_id:
            yield _("The same month also raised: %(level)s (%(number)s).") % {
                "level": wording.level_name(step.episode.level),
                "number": step.episode.number,
            }
    before = told.message.level_before
    if before not in raised and before in {episode.level for episode in _going_on(told)}:
        yield _("The open %(level)s goes on.") % {"level": wording.level_name(before)}


def _going_on(told: Notice) -> list[Episode]:
    """Return the other open cases, without the level 1 that a controlled shipping takes over."""
    follows = None if told.shipping is None else told.shipping.follows
    ended = None if follows is None else follows.episode_id
    return [episode for episode in told.also_open if episode.pk != ended]


def _sections(told: Notice) -> Iterator[Section]:
    yield Section(title=_("Why"), lines=list(_why(told)))
    if told.event is not MessageEvent.JOINED:
        yield Section(title=_("Parts"), lines=_parts(told))
    yield Section(title=_("Rule"), lines=list(_rules(told)))
    if not _is_undecided(told) and told.event is not MessageEvent.REVIEW:
        yield Section(title=_("Forbidden now"), lines=forbidden_after(told))
    if told.event is MessageEvent.RAISED:
        yield Section(title=_("Deadlines"), lines=list(_deadlines(told)))
        yield Section(title=_("To leave controlled shipping"), lines=list(_exit(told)))
        yield Section(title=_("Until when"), lines=list(_until(told)))
    yield Section(title=_("Who decides"), lines=list(_decides(told)))
    yield Section(title=_("Also open"), lines=list(_also_open(told)))


def _is_undecided(told: Notice) -> bool:
    """Whether it tells of what was only proposed: nothing is forbidden yet."""
    return told.event is MessageEvent.PROPOSED or joined.joins_proposal(told)


def _parts(told: Notice) -> list[str]:
    """Name the parts, and how many there are beside those that a mail has room for."""
    facts = told.facts
    lines = [wording.fact_line(row) for row in facts[:MOST_PARTS]]
    rest = len(facts) - len(lines)
    return [*lines, _("and %(count)d more") % {"count": rest}] if rest > 0 else lines


def _why(told: Notice) -> Iterator[str]:
    judgement = told.judgement
    if judgement is None and told.event is MessageEvent.RAISED:
        yield from _proposed_because(told)
    if told.lead.reason and (judgement is None or told.lead.by is not None):
        yield _said_by(told, told.lead)
    yield from joined.lines(told)
    if told.found and told.event in {MessageEvent.RAISED, MessageEvent.PROPOSED}:
        yield told.found
    if judgement is None:
        return
    yield reasons.headline(judgement)
    if judgement.provisional_qty:
        yield _("Provisional: %(open)s of %(counted)s are not decided yet.") % {
            "open": wording.number(judgement.provisional_qty),
            "counted": wording.number(judgement.counted_qty),
        }
    if told.supplier.archived_at is not None and told.audience is not Audience.SUPPLIER:
        yield _("This supplier is archived.")


def _said_by(told: Notice, step: EpisodeStep) -> str:
    """The reason, and at the customer also who gave it."""
    reason, by = reasons.of_step(step), step.by
    return reason if by is None or told.audience is Audience.SUPPLIER else f"{by}: {reason}"


def _proposed_because(told: Notice) -> list[str]:
    """Say why a level that was approved had been proposed; the approval may say as little."""
    first = told.lead.episode.steps.select_related("by").order_by("number").first()
    if first is None or first == told.lead or not first.reason:
        return []
    return [_said_by(told, first)]


def _rules(told: Notice) -> Iterator[str]:
    rules = [step.judgement.rule for step in told.steps if step.judgement is not None]
    yield from dict.fromkeys(rule_sentence(rule) for rule in rules)
    if rules:
        yield _("Policy: %(policy)s.") % {"policy": rules[0].version}


def _deadlines(told: Notice) -> Iterator[str]:
    eight_d = told.eight_d
    if eight_d is None:
        return
    words = {"number": eight_d.number}
    yield _("8D report %(number)s:") % words
    for what, day in (
        (_("D3 containment"), eight_d.d3_due_on),
        (_("D4–D5 root causes and chosen actions"), eight_d.d5_due_on),
        (_("D6 actions implemented and verified"), eight_d.d6_due_on),
        (_("D8 closure"), eight_d.d8_due_on),
    ):
        yield f"{what}: {date_format(day)}"


def _exit(told: Notice) -> Iterator[str]:
    if told.shipping is not None:
        yield wording.exit_criteria(told.shipping)


def _until(told: Notice) -> Iterator[str]:
    """A hold or a stop has no exit letter; its reader still has to know what ends it."""
    if Level.STOP_SHIP.value in {step.episode.level for step in told.steps}:
        yield _(
            "There is no fixed date. It ends when a quality manager lifts the stop, once the "
            "inspection that let the parts pass is mended. You are told then."
        )
    if told.lead.episode.level == Level.NEW_BUSINESS_HOLD.value:
        yield _(
            "There is no fixed date. It ends when quality closes the case: two published months "
            "in a row at or below target, the cause verified, and no repeat. You are told then."
        )


def _decides(told: Notice) -> Iterator[str]:
    if told.event in DECIDED:
        return
    if _is_undecided(told):
        yield f"{told.lead.episode.get_approver_display()}."
        return
    who = ", ".join(told.deciders)
    if who:
        yield _("%(people)s (supplier quality).") % {"people": who}
    else:
        yield _("The quality department; nobody is named for this supplier.")
    if told.audience is not Audience.SUPPLIER:
        yield _("Only a quality manager may take the case back.")


def _also_open(told: Notice) -> Iterator[str]:
    for episode in told.also_open:
        yield _("%(number)s: %(level)s, %(metric)s") % {
            "number": episode.number,
            "level": capfirst(wording.level_name(episode.level)),
            "metric": wording.in_sentence(episode.metric),
        }
