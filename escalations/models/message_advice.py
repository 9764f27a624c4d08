"""What to do about a message that did not go out."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from escalations.enums import Audience, MessageState

# What to do about a message that had nobody to go to.
NOBODY = {
    Audience.PURCHASING: _(
        "Nobody in purchasing is responsible for %(supplier)s. Name a buyer as its contact, then "
        "look for a recipient again."
    ),
    Audience.QUALITY: _(
        "No supplier-quality engineer is responsible for %(supplier)s. Name one as its contact, "
        "then look for a recipient again."
    ),
    Audience.MANAGER: _(
        "No quality manager can see %(supplier)s. Give somebody the role, then look for a "
        "recipient again."
    ),
    Audience.NEXT: _(
        "Nobody of %(supplier)s is named as the next contact, and it has no administrator. Name "
        "one in the membership, then look for a recipient again."
    ),
    Audience.SUPPLIER: _(
        "Nobody of %(supplier)s can log in. Add a member for the supplier, then look for a "
        "recipient again."
    ),
}


def advice_on(state: MessageState, audience: Audience, *, supplier: str, attempts: int) -> str:
    """Return what to do in the active language; "" when nothing is to be done.

    `attempts` is after how many a message is given up.
    """
    if state is MessageState.NO_RECIPIENT:
        return str(NOBODY[audience] % {"supplier": supplier})
    if state is MessageState.DEAD:
        return gettext(
            "All %(count)d attempts failed. Mend what the last error names, then send it again."
        ) % {"count": attempts}
    if state is MessageState.COLLECTED:
        return gettext("It changes nothing by itself and goes out with the daily summary.")
    if state is MessageState.KEPT:
        return gettext("No mail server is set (EMAIL_URL), so the mail is only kept here.")
    return ""
