"""The test database's address, for the real processes that tests start."""

from urllib.parse import quote

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
