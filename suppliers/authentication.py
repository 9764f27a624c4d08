"""Who asks through the API: a logged-in browser, or another system with a token."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from suppliers.enums import TokenScope
from suppliers.models import ApiToken, User
from suppliers.models.tokens import digest_of


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer sqs_…`; the token stands for its user, within its scopes."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return user and token; None when the request carries no bearer token."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != self.keyword.lower().encode():
            return None
        token = self._usable(words[1:])
        if token is None:
            raise AuthenticationFailed(_("The token is unknown, expired or revoked."))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002  # DRF's signature
        """Return what a 401 asks for."""
        return self.keyword

    def _usable(self, words: list[bytes]) -> ApiToken | None:
        if len(words) != 1:
            return None
        now = timezone.now()
        secret = words[0].decode("latin-1")
        usable = ApiToken.objects.usable(at=now).select_related("user")
        token = usable.filter(digest=digest_of(secret)).first()
        if token is not None and token.last_used_on != now.date():
            ApiToken.objects.filter(pk=token.pk).update(last_used_on=now.date())
        return token


class TokenMayRead(BasePermission):
    """A token opens only what its scopes name; a browser session opens what its user may see."""

    message = _("This token's scopes do not include what you ask for.")

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the view's scope is among the token's; writing has a scope of its own."""
        if not isinstance(request.auth, ApiToken):
            return True
        scope = view.token_scope if request.method in SAFE_METHODS else TokenScope.DECISIONS
        return scope in request.auth.scopes


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the token in the OpenAPI document."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        """Return the scheme."""
        return {"type": "http", "scheme": "bearer"}
