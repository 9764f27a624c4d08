"""People and access of a supplier: who acts for it, and who is told when nobody reacts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from suppliers import access
from suppliers.enums import Role
from suppliers.models import Supplier
from suppliers.queries.people import answering_for, people_of
from suppliers.services.people import choose_next_contacts

MAY_CHOOSE = (Role.SUPPLIER_ADMIN, *access.QUALITY)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, code: str) -> HttpResponse:
    """Show a supplier's people; its administrator or supplier quality names the next contact."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), code=code)
    if request.method == "POST":
        access.demand_at(request.user, supplier.pk, *MAY_CHOOSE)
        chosen = {
            int(one)
            for one in request.POST.getlist("next_contact")
            if one.isascii() and one.isdecimal() and len(one) < 19  # noqa: PLR2004  # digits of an id
        }
        choose_next_contacts(supplier=supplier, user_ids=chosen, by=access.signed_in(request))
        messages.success(request, _("Written down. It holds for every reminder from now on."))
        return redirect("people", supplier.code)
    context = {
        "supplier": supplier,
        "people": people_of(supplier),
        "answering": answering_for(supplier),
        "internal": access.is_internal(request.user),
        "may_choose": bool(access.roles_at(request.user, supplier.pk) & set(MAY_CHOOSE)),
    }
    return render(request, "suppliers/people.html", context)
