"""Lets what the demo tells of many days happen in the order of its days."""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime

# A story yields the moment of its next step, and does the step when it is asked to go on.
Moments = Iterator[datetime]


class Timeline:
    """Stories side by side: what came first happens first, whoever tells it."""

    def __init__(self, **stories: Callable[[], Moments]) -> None:
        """Take the stories by their names; each begins as soon as it has a step."""
        self._stories = stories
        self._running: dict[str, Moments] = {}
        self._next: list[tuple[datetime, str]] = []

    def run(self, *, until: datetime) -> None:
        """Begin what can begin by now, and do every step up to a moment, that one included."""
        for name, story in self._stories.items():
            if name not in self._running:
                self._go_on(name, story())
        while self._next and self._next[0][0] <= until:
            _, name = heapq.heappop(self._next)
            self._go_on(name, self._running[name])

    def _go_on(self, name: str, story: Moments) -> None:
        moment = next(story, None)
        if moment is not None:
            self._running[name] = story
            heapq.heappush(self._next, (moment, name))
