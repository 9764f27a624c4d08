"""Filters of the lists, and the decision on an episode."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from escalations.enums import CASE_METRICS, LEVELS, STATES, Audience, MessageState
from escalations.models.episode import EpisodeQuerySet
from escalations.models.message import MessageQuerySet
from escalations.workflow import Action

ANY = ("", _("All"))


class EpisodeFilter(forms.Form):
    """Which episodes a list shows; an impossible value is said and ignored."""

    supplier = forms.CharField(label=_("Supplier: code or name"), required=False, max_length=160)
    level = forms.ChoiceField(
        label=_("Level"),
        required=False,
        choices=[ANY, *((value, capfirst(str(name))) for value, name in LEVELS)],
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


class MessageFilter(forms.Form):
    """Which messages the ledger shows."""

    supplier = forms.CharField(label=_("Supplier: code or name"), required=False, max_length=160)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *MessageState.choices]
    )
    audience = forms.ChoiceField(label=_("For"), required=False, choices=[ANY, *Audience.choices])

    def narrow(self, messages: MessageQuerySet) -> MessageQuerySet:
        """Return the messages that match."""
        chosen = self.cleaned_data if self.is_valid() else {}
        for field in ("state", "audience"):
            if chosen.get(field):
                messages = messages.filter(**{field: chosen[field]})
        if text := (chosen.get("supplier") or "").strip():
            messages = messages.filter(
                Q(supplier__code__icontains=text) | Q(supplier__name__icontains=text)
            )
        return messages
