"""Keeps the crew alive until somebody asks to stop."""

import time
from collections.abc import Sequence
from typing import Self

from . import processes
from .console import LaunchError, complain, say
from .crew import Member
from .services import Sharing

READY_SECONDS = 120
LOOK_SECONDS = 0.25
TEND_SECONDS = 5.0


class Supervisor:
    """Starts all members, restarts the dead, stops them in reverse order."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members

    def __enter__(self) -> Self:
        for member in self.members:
            member.start()
        return self

    def __exit__(self, *_: object) -> None:
        with processes.uninterrupted():
            for member in reversed(self.members):
                member.stop()

    def await_ready(self) -> None:
        """Return when every member is ready; raises LaunchError when one dies before."""
        waiting = list(self.members)
        deadline = time.monotonic() + READY_SECONDS
        while waiting := [member for member in waiting if not member.is_ready()]:
            for member in waiting:
                if member.has_died() or time.monotonic() > deadline:
                    end = processes.tail(member.log)
                    raise LaunchError(
                        f"{member.name} did not start; the last lines of {member.log}:\n{end}"
                    )
            time.sleep(0.05)

    def watch(self, sharings: Sequence[Sharing]) -> None:
        """Restart what dies, members and services of ours, for ever."""
        tend_at = 0.0
        while True:
            now = time.monotonic()
            if now >= tend_at:
                for sharing in sharings:
                    sharing.tend()
                tend_at = now + TEND_SECONDS
            self.look(now)
            time.sleep(LOOK_SECONDS)

    def look(self, now: float) -> None:
        """Bury the dead, and start again those whose pause is over."""
        for member in self.members:
            self._revive(member, now)

    def _revive(self, member: Member, now: float) -> None:
        if member.has_died():
            pause = member.bury(now)
            complain(f"{member.name} ended; starting it again in {pause:.0f} s (see {member.log})")
        elif member.process is None and now >= member.due_at:
            member.start()
            say(f"{member.name} started again")
