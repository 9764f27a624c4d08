"""Whether the application lives, may be sent requests, and keeps up with its work.

/livez   the process answers; no I/O, so that a slow database never gets it restarted
/readyz  requests make sense: database reachable, migrations applied; 503 otherwise
/healthz for administrators and their monitoring: queues, broker, disk
"""

from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from config.celery import app

BROKER_SECONDS = 2


@require_safe
@never_cache
def livez(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """Say whether requests make sense: `ok`, `degraded` (200) or `down` (503)."""
    checks = {"database": database_state(), "broker": broker_state()}
    if checks["database"] != "ok":
        return JsonResponse({"status": "down", "checks": checks}, status=503)
    status = "ok" if checks["broker"] == "ok" else "degraded"
    return JsonResponse({"status": status, "checks": checks})


def database_state() -> str:
    """`ok`, `unreachable`, or `migrations missing`."""
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        return "unreachable"
    return "ok" if shipped_migrations() <= applied.keys() else "migrations missing"


@cache
def shipped_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations this code has; they never change while a process lives."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)


def broker_state() -> str:
    """`ok`, `unreachable` or `not configured`; work waits in PostgreSQL meanwhile."""
    url = settings.CELERY_BROKER_URL
    if not url:
        return "not configured"
    try:
        with app.connection_for_write(url, connect_timeout=BROKER_SECONDS) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_SECONDS)
    except (OperationalError, OSError):
        return "unreachable"
    return "ok"
