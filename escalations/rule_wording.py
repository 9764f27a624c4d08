"""A rule in a sentence, for pages, mails and the editor; of saved rules and of drafts."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from escalations.enums import COMPARATOR_NAMES, WINDOW_NAMES, RuleKind, RuleScope
from escalations.models import Rule
from escalations.wording import level_name, metric_name, number
from scorecards.formulas.rates import Comparator
from scorecards.periods import Window
from suppliers.quantities import pieces


def rule_sentence(rule: Rule) -> str:
    """Say what the rule looks at, what it raises, and what holds it back."""
    first = _figure(rule) if rule.judges_figures else _record(rule)
    return " ".join([first, *_scope(rule), *_tiers(rule), *_guards(rule), *_approval(rule)])


def _figure(rule: Rule) -> str:
    threshold = number(Decimal(0) if rule.threshold_ppm is None else rule.threshold_ppm)
    sentence = gettext("%(metric)s (%(window)s) %(comparator)s %(threshold)s: %(level)s.") % {
        "metric": metric_name(rule.metric),
        "window": WINDOW_NAMES[Window(rule.window)],
        "comparator": COMPARATOR_NAMES[Comparator(rule.comparator)],
        "threshold": threshold,
        "level": level_name(rule.level),
    }
    if Comparator(rule.comparator) is not Comparator.ABOVE:
        return sentence
    exactly = gettext("Exactly %(threshold)s PPM does not trigger it.") % {"threshold": threshold}
    return f"{sentence} {exactly}"


def _record(rule: Rule) -> str:
    words = {
        "severity": rule.get_severity_display(),
        "count": rule.min_incidents or 1,
        "days": rule.within_days or 365,
        "during": level_name(rule.during_level),
        "level": _level(rule),
    }
    if rule.kind == RuleKind.INCIDENT and (rule.min_incidents or 1) > 1:
        said = gettext(
            "%(count)d incidents of severity “%(severity)s” within %(days)d days: %(level)s at "
            "once."
        )
    elif rule.kind == RuleKind.INCIDENT:
        said = gettext("A reject of severity “%(severity)s”: %(level)s at once.")
    elif rule.kind == RuleKind.SAFETY:
        said = gettext("A reject of a safety-relevant part: %(level)s at once.")
    elif rule.kind == RuleKind.REPEAT_DEFECT:
        said = gettext(
            "The defect of a closed 8D again on the same supplier and part within %(days)d days: "
            "%(level)s."
        )
    else:
        said = gettext("A reject that escaped %(during)s: %(level)s.")
    return said % words


def _level(rule: Rule) -> str:
    if rule.one_level_up:
        return gettext("one level above the open one, at least controlled shipping level 1")
    return level_name(rule.level)


def _scope(rule: Rule) -> Iterator[str]:
    if rule.kind in {RuleKind.REPEAT_DEFECT, RuleKind.ESCAPE}:
        return  # said already: the same part, and what the inspection covers
    if rule.scope == RuleScope.SUPPLIER_PLANT:
        yield gettext("Each plant that a supplier delivers to is judged by itself.")
    elif rule.scope == RuleScope.SUPPLIER_PART:
        yield gettext("Each part of a supplier is judged by itself.")


def _tiers(rule: Rule) -> Iterator[str]:
    if rule.tier_levels:
        tiers = ", ".join(str(level) for level in sorted(rule.tier_levels))
        yield gettext("Only suppliers of tier %(tiers)s.") % {"tiers": tiers}


def _guards(rule: Rule) -> Iterator[str]:
    if rule.min_received is not None:
        yield gettext("Only where at least %(pieces)s were received.") % {
            "pieces": pieces(rule.min_received, number(rule.min_received))
        }
    if rule.min_rejects is not None:
        yield gettext("Only where at least %(pieces)s count.") % {
            "pieces": pieces(rule.min_rejects, number(rule.min_rejects))
        }
    if rule.confidence is not None:
        yield _confidence(rule)


def _confidence(rule: Rule) -> str:
    shown = gettext("Only where %(confidence)s % confidence shows the true rate above").replace(
        "%(confidence)s", number((rule.confidence or Decimal(0)) * 100)
    )
    if rule.or_incidents is None:
        return f"{shown}."
    return shown + ngettext(
        ", or from %(incidents)d incidents in %(months)d month.",
        ", or from %(incidents)d incidents in %(months)d months.",
        rule.incident_months or 1,
    ) % {"incidents": rule.or_incidents, "months": rule.incident_months}


def _approval(rule: Rule) -> Iterator[str]:
    if rule.needs_approval:
        role = capfirst(str(rule.get_approval_role_display()))
        yield gettext("It is only proposed; to be approved by: %(role)s.") % {"role": role}
