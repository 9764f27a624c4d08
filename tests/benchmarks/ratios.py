"""What was measured, as ratios of two sides of one run: printed, and kept as JSON."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One comparison or one bounded amount; `met` is None where there is no target."""

    name: str
    lines: int
    value: float
    unit: str
    target: str
    met: bool | None
    said: str


@dataclass
class Report:
    """Collects a run's entries."""

    entries: list[Entry] = field(default_factory=list)

    def compare(
        self,
        name: str,
        *,
        lines: int,
        base: tuple[str, float],
        seconds: float,
        at_least: float | None = None,
    ) -> float:
        """Note that something took `seconds` where its base took `base`; returns the ratio.

        The ratio is base ÷ measured: 1 is as fast as the base, 0.5 takes twice as long.
        """
        ratio = base[1] / seconds
        self._add(
            name,
            lines,
            ratio,
            "× base",
            "" if at_least is None else f"≥ {at_least}",
            None if at_least is None else ratio >= at_least,
            f"{seconds:.3f} s; {base[0]}: {base[1]:.3f} s",
        )
        return ratio

    def quotient(
        self, name: str, *, lines: int, base: tuple[str, float], of: tuple[str, float], least: float
    ) -> None:
        """Note how one ratio stands beside another, such as two gains by more processes."""
        ratio = of[1] / base[1]
        said = f"{of[0]} {of[1]:.2f} ×; {base[0]} {base[1]:.2f} ×"
        self._add(name, lines, ratio, "× base", f"≥ {least}", ratio >= least, said)

    def amount(
        self, name: str, value: float, unit: str, *, lines: int, at_most: float | None = None
    ) -> None:
        """Note an amount that must not pass a bound."""
        target = "" if at_most is None else f"≤ {at_most:g}"
        self._add(
            name, lines, value, unit, target, None if at_most is None else value <= at_most, ""
        )

    def write(self, path: Path) -> None:
        """Keep the entries beside those of earlier runs."""
        path.parent.mkdir(parents=True, exist_ok=True)
        runs = json.loads(path.read_text()) if path.exists() else []
        entries = [asdict(entry) for entry in self.entries]
        runs.append(
            {"at": datetime.now(UTC).isoformat(), "cpus": os.cpu_count(), "entries": entries}
        )
        path.write_text(json.dumps(runs, indent=1))

    def as_text(self) -> str:
        """Write the entries as a table for people."""
        rows = [
            f"{entry.lines:>12,}  {entry.value:>9.3f} {entry.unit:<7} {entry.target:<8}"
            f" {_verdict(entry):<7} {entry.name}" + (f" ({entry.said})" if entry.said else "")
            for entry in self.entries
        ]
        heading = f"{'lines':>12}  {'value':>9} {'unit':<7} {'target':<8} {'':<7} what"
        return "\n".join([heading, *rows])

    def _add(  # one entry's fields, in their order
        self,
        name: str,
        lines: int,
        value: float,
        unit: str,
        target: str,
        met: bool | None,
        said: str,
    ) -> None:
        entry = Entry(
            name=name, lines=lines, value=value, unit=unit, target=target, met=met, said=said
        )
        self.entries.append(entry)


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds a piece of work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def best_of(times: int, work: Callable[[], object]) -> float:
    """Return the shortest of several runs: what the machine's other users did not disturb."""
    return min(timed(work) for _ in range(times))


def _verdict(entry: Entry) -> str:
    return {True: "met", False: "MISSED", None: ""}[entry.met]
