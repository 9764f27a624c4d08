"""Which language a page speaks: the person's own, once somebody has logged in."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation


class PersonsLanguage:
    """Speaks the language of the person's profile; without a log-in the browser's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the person's language."""
        user = getattr(request, "user", None)
        known = {code for code, _name in settings.LANGUAGES}
        if user is None or not user.is_authenticated or user.language not in known:
            return self.get_response(request)
        with translation.override(user.language):
            request.LANGUAGE_CODE = user.language
            response = self.get_response(request)
        response["Content-Language"] = user.language
        return response
