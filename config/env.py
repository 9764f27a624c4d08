"""Typed helpers that turn environment values into settings."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote


def default_home() -> Path:
    """Name the state folder when SCORECARD_HOME is unset: of root or of a user."""
    if os.geteuid() == 0:
        return Path("/var/lib/supplier-scorecard")
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "supplier-scorecard"


# What pgtrigger's triggers ask for every row. Where nobody has set it they catch the error, and
# each error makes PostgreSQL look through all references that the transaction has still to check:
# replacing 275,000 imported rows at once took seven minutes instead of half a minute.
NO_TRIGGER_IGNORED = "-c pgtrigger.ignore={}"


def database(parsed: dict[str, Any], *, pooled: bool) -> dict[str, Any]:
    """Complete a parsed DATABASE_URL; `pooled` gives the process a psycopg pool.

    Raises ValueError for any engine but PostgreSQL: there is one engine and one behaviour.
    """
    if "postgres" not in parsed["ENGINE"]:
        raise ValueError(
            "DATABASE_URL must name a PostgreSQL database, for example "
            "postgres://user:password@host:5432/scorecard"
        )
    options = {**parsed.get("OPTIONS", {})}
    options["options"] = f"{options.get('options', '')} {NO_TRIGGER_IGNORED}".strip()
    if pooled:
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
    return {
        **parsed,
        "HOST": unquote(parsed["HOST"]),  # a socket's folder comes percent-encoded
        "ENGINE": "django.db.backends.postgresql",
        # after a restart of the database nobody meets a page that fails on a dead connection
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 0 if pooled else 600,
        "OPTIONS": options,
    }


def broker_url(redis_url: str) -> str:
    """REDIS_URL in the spelling Celery's transport wants (unix:// becomes redis+socket://)."""
    if redis_url.startswith("unix://"):
        return "redis+socket://" + redis_url.removeprefix("unix://")
    return redis_url


def publishing_day(number: int) -> int:
    """Return a working day on which a month can be published by itself; 0 is for never.

    Raises ValueError before the third, when figures become preliminary, and after the 15th,
    which not every month has everywhere.
    """
    earliest, latest = 3, 15
    if number and not earliest <= number <= latest:
        raise ValueError(
            f"PUBLISH_ON_WORKING_DAY is {number}; it must be 0 (never) or a working day "
            f"from {earliest} to {latest}"
        )
    return number
