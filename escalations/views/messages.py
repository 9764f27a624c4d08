"""The ledger of messages: what went out, what did not, and what can be done about it."""

import base64
import hashlib
import re
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp, csp_update
from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from escalations.enums import MessageState
from escalations.forms import MessageFilter
from escalations.models import Message
from escalations.notifications.render import in_language_of
from escalations.notifications.render import render as render_mail
from escalations.services import ledger
from suppliers import access

PER_PAGE = 50
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@require_safe
@access.for_roles(*access.INSIDERS)
def message_ledger(request: HttpRequest) -> HttpResponse:
    """List the messages about suppliers the user may see, newest first."""
    form = MessageFilter(request.GET)
    rows = form.narrow(Message.objects.visible_to(request.user).with_content())
    page = Paginator(
        rows.select_related("step__episode")
        .defer("text", "html", "attachment__data")
        .order_by("-created_at", "-pk"),
        PER_PAGE,
    ).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "filtered": any(request.GET.get(name) for name in form.fields),
        "trouble": _trouble(request),
    }
    return render(request, "escalations/messages.html", context)


@require_safe
@access.for_roles(*access.INSIDERS)
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one message as it reads, and how its sending went."""
    found = _visible(request, pk)
    state = MessageState(found.state)
    quality = access.has_role(request.user, *access.QUALITY)
    context = {
        "message": found,
        "mail": _mail(found),
        "may_retry": quality and ledger.may_retry(state),
        "may_discard": quality and state in ledger.DISCARDABLE,
        "steps": found.steps.select_related("episode").order_by("pk"),
    }
    response = render(request, "escalations/message.html", context)
    csp_update({"frame-src": [SELF]})(lambda _request: response)(request)
    return response


@require_safe
@access.for_roles(*access.INSIDERS)
@xframe_options_sameorigin
def message_html(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the HTML body for the frame; its own style sheet is allowed by its hash."""
    html = _mail(_visible(request, pk))["html"]
    response = HttpResponse(html)
    csp(_policy(html))(lambda _request: response)(request)
    return response


@require_safe
@access.for_roles(*access.INSIDERS)
def message_attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the PDF that went with the message."""
    found = _visible(request, pk)
    if found.attachment is None:
        raise Http404
    return HttpResponse(
        bytes(found.attachment.data),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{found.attachment.name}"'},
    )


@require_POST
@access.for_roles(*access.QUALITY)
def retry_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a message again, or address it to whoever is named now."""
    found = _visible(request, pk)
    try:
        ledger.retry(message=found, by=_person(request), at=timezone.now())
    except ledger.StillNobodyError:
        flash.error(request, _("There is still nobody to send it to."))
    except ledger.MessageNotHandledError:
        flash.error(request, _("It cannot be sent again: it is on its way, sent or discarded."))
    else:
        flash.success(request, _("It will be sent within a minute."))
    return redirect(found)


@require_POST
@access.for_roles(*access.QUALITY)
def discard_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a message up for good."""
    found = _visible(request, pk)
    try:
        ledger.discard(message=found, by=_person(request), at=timezone.now())
    except ledger.MessageNotHandledError:
        flash.error(request, _("It cannot be discarded: it is on its way, sent or discarded."))
    else:
        flash.success(request, _("Discarded; nothing will be sent."))
    return redirect(found)


def _visible(request: HttpRequest, pk: int) -> Message:
    rows = Message.objects.visible_to(request.user).with_content().select_related("handled_by")
    found: Message = get_object_or_404(rows, pk=pk)
    return found


def _mail(found: Message) -> dict[str, str]:
    """The mail as it was rendered for sending, or as it would read now."""
    if found.text:
        return {"subject": found.subject, "text": found.text, "html": found.html}
    with in_language_of(found):
        mail = render_mail(found)
    return {"subject": mail.subject, "text": mail.text, "html": mail.html}


def _policy(html: str) -> dict[str, Any]:
    style = STYLE.search(html)
    digest = hashlib.sha256((style[1] if style else "").encode()).digest()
    return {
        "default-src": [NONE],
        "style-src": [f"'sha256-{base64.b64encode(digest).decode()}'"],
        "frame-ancestors": [SELF],
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }


def _trouble(request: HttpRequest) -> int:
    """How many messages wait for somebody to act."""
    waiting = [MessageState.DEAD, MessageState.NO_RECIPIENT]
    return int(Message.objects.visible_to(request.user).filter(state__in=waiting).count())


def _person(request: HttpRequest) -> Any:
    """The logged-in user; the decorators have refused everybody else."""
    return request.user
