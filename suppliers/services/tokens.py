"""Issues and revokes API tokens."""

import secrets
from collections.abc import Collection
from datetime import datetime

import pghistory
from django.db import transaction

from suppliers.enums import TokenScope
from suppliers.models import ApiToken, User
from suppliers.models.tokens import digest_of

# Lets secret scanners and people recognise what they found.
TOKEN_PREFIX = "sqs_"  # noqa: S105  # the public part
RANDOM_BYTES = 32
DEFAULT_DAYS = 90
MOST_DAYS = 730


@transaction.atomic
def issue_token(
    *,
    user: User,
    name: str,
    scopes: Collection[TokenScope],
    expires_at: datetime,
    by: User | None,
) -> tuple[ApiToken, str]:
    """Create a token; return the record and the secret, which cannot be shown again."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    with pghistory.context(user=by.pk if by else None):
        token = ApiToken.objects.create(
            user=user,
            name=name,
            scopes=sorted(scopes),
            digest=digest_of(secret),
            created_by=by,
            expires_at=expires_at,
        )
    return token, secret


def revoke_tokens(*, tokens: Collection[ApiToken], by: User, at: datetime) -> int:
    """End tokens now; return how many were still valid."""
    with pghistory.context(user=by.pk):
        return ApiToken.objects.filter(
            pk__in=[token.pk for token in tokens], revoked_at__isnull=True
        ).update(revoked_at=at)
