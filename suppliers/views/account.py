"""What a person may see of the own account beyond log-in and password."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
@login_required
def email_address(request: HttpRequest) -> HttpResponse:
    """Show the address the person logs in with; an administrator changes it.

    It is what a membership was given to, so nobody moves an account to another mailbox alone.
    """
    return render(request, "account/email.html")
