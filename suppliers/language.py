"""Which language an answer speaks: pages the person's own, files and the API always the same."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

# What programs and spreadsheets read: headings, words and numbers depend on nobody's profile.
FOR_PROGRAMS = re.compile(r"^/api/|\.(csv|xlsx|json)$|/export/$")


class PersonsLanguage:
    """Speaks the language of the person's profile; without a log-in the browser's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the person's language; for programs in the installation's."""
        if FOR_PROGRAMS.search(request.path):
            # not for the length of this call only: rows are written while they are sent
            translation.activate(settings.LANGUAGE_CODE)
            return self.get_response(request)
        user = getattr(request, "user", None)
        known = {code for code, _name in settings.LANGUAGES}
        if user is None or not user.is_authenticated or user.language not in known:
            return self.get_response(request)
        with translation.override(user.language):
            request.LANGUAGE_CODE = user.language
            response = self.get_response(request)
        response["Content-Language"] = user.language
        return response
