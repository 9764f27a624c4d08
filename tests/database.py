"""The test database: its address for the real processes that tests start, and emptying it."""

from contextlib import AbstractContextManager
from urllib.parse import quote

import pgtrigger
from django.db import connection


def database_url(name: str = "") -> str:
    """Name the test database, or another of its server, in the form the settings read."""
    there = connection.settings_dict
    password = f":{quote(there['PASSWORD'], safe='')}" if there["PASSWORD"] else ""
    account = quote(there["USER"], safe="") + password
    port = f":{there['PORT']}" if there["PORT"] else ""
    return (
        f"postgres://{account}@{quote(str(there['HOST']), safe='')}{port}/{name or there['NAME']}"
    )


def emptying() -> AbstractContextManager[None]:
    """Let the block empty the tables that refuse to be emptied."""
    allowed: AbstractContextManager[None] = pgtrigger.ignore(
        *(
            f"{model._meta.label}:{trigger.name}"  # noqa: SLF001  # Django's documented name
            for model, trigger in pgtrigger.registered()
            if trigger.operation == pgtrigger.Truncate
        )
    )
    return allowed
