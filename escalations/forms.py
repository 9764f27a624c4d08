"""Filters of the lists, and the decision on an episode."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from escalations.enums import (
    CASE_METRICS,
    LEVEL_NAMES,
    LEVELS,
    STATES,
    Audience,
    MessageKind,
    MessageState,
)
from escalations.models.episode import EpisodeQuerySet
from escalations.models.message import MessageQuerySet
from escalations.workflow import LADDER, Action, Level
from suppliers.models.masters import validate_time_zone

ANY = ("", _("All"))


def _levels() -> list[tuple[str, Any]]:
    """Return every level in the reader's language."""
    return [ANY, *((value, capfirst(str(name))) for value, name in LEVELS)]


class EpisodeFilter(forms.Form):
    """Which episodes a list shows; an impossible value is said and ignored."""

    supplier = forms.CharField(label=_("Supplier: code or name"), required=False, max_length=160)
    level = forms.ChoiceField(
        label=_("Level"),
        required=False,
        choices=_levels,
    )
    metric = forms.ChoiceField(label=_("Metric"), required=False, choices=[ANY, *CASE_METRICS])
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Not ended")), ("all", _("All")), *STATES],
    )
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("", _("Hardest first")), ("newest", _("Newest first"))],
    )

    def __init__(self, *args: Any, by_supplier: bool, **kwargs: Any) -> None:
        """Offer the supplier field only to people who see several."""
        super().__init__(*args, **kwargs)
        if not by_supplier:
            del self.fields["supplier"]

    def narrow(self, episodes: EpisodeQuerySet) -> EpisodeQuerySet:
        """Return the episodes that match, in the order asked for."""
        chosen = self.cleaned_data if self.is_valid() else {}
        for field in ("level", "metric"):
            if chosen.get(field):
                episodes = episodes.filter(**{field: chosen[field]})
        if text := (chosen.get("supplier") or "").strip():
            episodes = episodes.filter(
                Q(supplier__code__icontains=text) | Q(supplier__name__icontains=text)
            )
        state = chosen.get("state", "")
        if not state:
            episodes = episodes.unfinished()
        elif state != "all":
            episodes = episodes.filter(state=state)
        if chosen.get("order") == "newest":
            return episodes.order_by("-last_month", "-number")
        return episodes.hardest_first()


class DecisionForm(forms.Form):
    """What somebody decides about an episode, and why."""

    action = forms.ChoiceField(choices=[(action.value, action.value) for action in Action])
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stays with the case for ever. The supplier can read it."),
    )

    def ask_for_reason(self, needing: Sequence[str], *, always: bool) -> None:
        """Say which decisions need a reason, by the names of their buttons; of all it is asked."""
        field = self.fields["reason"]
        field.required = always
        if needing and not always:
            said = _("Needed for: %(actions)s.") % {"actions": ", ".join(needing)}
            field.help_text = f"{said} {field.help_text}"


class ProfileForm(forms.Form):
    """The own language, and how one is told of what may wait."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("Of the mails you get and of these pages."),
    )
    daily_summary = forms.BooleanField(
        label=_("One daily summary instead of single mails"),
        required=False,
        help_text=_(
            "For what changes nothing by itself. A new or ended level, an escape from controlled "
            "shipping, answers and questions are always sent singly and at once."
        ),
    )
    reminders = forms.BooleanField(
        label=_("Reminders"),
        required=False,
        help_text=_(
            "Before, on and after a last day. What is due stays on your page; when nobody reacts "
            "the next contact is told all the same."
        ),
    )
    quiet_from = forms.TimeField(
        label=_("Quiet from"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Reminders and summaries wait until it is over. Empty: none."),
    )
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    time_zone = forms.CharField(
        label=_("Time zone"),
        required=False,
        max_length=64,
        validators=[validate_time_zone],
        help_text=_("For example Europe/Berlin. Empty: that of your site."),
    )

    def clean(self) -> dict[str, Any]:
        """Take both ends of the quiet hours, or none."""
        given = super().clean() or {}
        ends = {name for name in ("quiet_from", "quiet_until") if given.get(name) is None}
        if len(ends) == 1 and not ends & self.errors.keys():
            self.add_error(ends.pop(), _("Name both ends of the quiet hours, or none."))
        return given


class ProposalForm(forms.Form):
    """A harder level for a case, and why; the quality manager decides."""

    level = forms.ChoiceField(label=_("Level"))
    because = forms.CharField(
        label=_("Reason"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Goes to the quality manager, who approves or declines. "
            "Once approved, the supplier reads it too."
        ),
    )

    def __init__(self, *args: Any, held: str, of_part: bool, **kwargs: Any) -> None:
        """Offer the levels above the one that is held; a stop of shipments is of one part."""
        super().__init__(*args, **kwargs)
        level: Any = self.fields["level"]
        level.choices = [
            (harder.value, capfirst(str(LEVEL_NAMES[harder])))
            for harder in (Level if of_part else LADDER)
            if harder.outranks(Level(held))
        ]


class MessageFilter(forms.Form):
    """Which messages the ledger shows."""

    supplier = forms.CharField(label=_("Supplier: code or name"), required=False, max_length=160)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *MessageState.choices]
    )
    kind = forms.ChoiceField(label=_("About"), required=False, choices=[ANY, *MessageKind.choices])
    audience = forms.ChoiceField(label=_("For"), required=False, choices=[ANY, *Audience.choices])
    recipient = forms.CharField(label=_("To: name or address"), required=False, max_length=160)

    def narrow(self, messages: MessageQuerySet) -> MessageQuerySet:
        """Return the messages that match."""
        chosen = self.cleaned_data if self.is_valid() else {}
        for field in ("state", "kind", "audience"):
            if chosen.get(field):
                messages = messages.filter(**{field: chosen[field]})
        if text := (chosen.get("recipient") or "").strip():
            messages = messages.filter(
                Q(recipient__name__icontains=text) | Q(address__icontains=text)
            )
        if text := (chosen.get("supplier") or "").strip():
            messages = messages.filter(
                Q(supplier__code__icontains=text) | Q(supplier__name__icontains=text)
            )
        return messages
