"""Whether the application lives, may be sent requests, and keeps up with its work.

/livez   the process answers; no I/O, so that a slow database never gets it restarted
/readyz  requests make sense: database reachable, migrations applied; 503 otherwise
/healthz for administrators and their monitoring: queues, broker, disk
"""

import shutil
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.celery import app
from config.queues import queues
from scorecards.models import RollupRun
from scorecards.pdf import why_unavailable
from suppliers import access
from suppliers.authentication import TokenMayRead
from suppliers.enums import Role, TokenScope

BROKER_SECONDS = 2
# From here on somebody should look: the tick of a worker takes seconds.
LATE_SECONDS = 900
LEAST_FREE_SHARE = 0.05


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


class ForAdministrators(BasePermission):
    """Lets administrators in; others are told what the pages tell them."""

    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002  # DRF's signature
        """Whether the user is an administrator; 404 and 403 as everywhere."""
        if not request.user.is_authenticated:
            return False
        access.demand(request.user, Role.ADMINISTRATOR)
        return True


class Healthz(APIView):
    """How the application keeps up: queues, broker, last roll-up, disk."""

    token_scope = TokenScope.HEALTH
    permission_classes = (ForAdministrators, TokenMayRead)
    schema = None

    def get(self, _request: Request) -> Response:
        """Return the state and, in `trouble`, what somebody should look at."""
        at = timezone.now()
        state = {
            "queues": [
                {
                    "name": queue.name,
                    "waiting": queue.waiting,
                    "oldest_seconds": queue.age(at=at),
                    "dead": queue.dead,
                }
                for queue in queues(at=at)
            ],
            "broker": broker_state(),
            "last_rollup_at": last_rollup_at(),
            "disk": disk(),
            "pdf": why_unavailable() or "ok",
        }
        trouble = list(troubles(state))
        return Response({"status": "trouble" if trouble else "ok", "trouble": trouble, **state})


def last_rollup_at() -> datetime | None:
    """Return when the roll-up last finished a run."""
    run = RollupRun.objects.order_by("-finished_at").first()
    return None if run is None else run.finished_at


def disk() -> dict[str, int]:
    """Return the bytes of the disk that uploads and PDFs are on."""
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return {"free_bytes": usage.free, "total_bytes": usage.total}


def troubles(state: dict[str, Any]) -> Iterator[str]:
    """Yield a sentence for everything that somebody should look at."""
    for queue in state["queues"]:
        age = queue["oldest_seconds"] or 0
        if age > LATE_SECONDS:
            yield f"{queue['name']}: the oldest of {queue['waiting']} waits {age} seconds"
        if queue["dead"]:
            yield f"{queue['name']}: {queue['dead']} given up"
    if state["broker"] != "ok":
        yield f"broker: {state['broker']}"
    if state["disk"]["free_bytes"] < LEAST_FREE_SHARE * state["disk"]["total_bytes"]:
        yield "disk: nearly full"
    # Switched off by setting, it is as somebody wanted it; what waits is told by its queue.
    if state["pdf"] != "ok" and settings.PDF_ENABLED:
        yield f"PDF: {state['pdf']}"
