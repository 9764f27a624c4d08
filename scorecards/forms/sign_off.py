"""Signing a scorecard, querying it, and answering the query."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignOffForm(forms.Form):
    """The signer's name, and what the query is about."""

    name = forms.CharField(
        label=_("Your name and function"),
        max_length=120,
        error_messages={"required": _("Write your name.")},
    )
    statement = forms.CharField(
        label=_("What is not clear or not right"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only for a query. Single records are disputed on their own page."),
    )
    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)


class QueryReplyForm(forms.Form):
    """The customer's answer to a query."""

    text = forms.CharField(
        label=_("Answer"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The supplier reads it here and by mail, and is asked to sign again."),
        error_messages={"required": _("Write an answer.")},
    )
