"""Keep labels from colliding: push apart what must be shown, drop what need not be."""

from collections.abc import Iterable, Sequence

from scorecards.charts.shapes import Label, Rect, rounded


def spread(wanted: Sequence[float], *, gap: float, low: float, high: float) -> list[float]:
    """Move positions as little as possible so that neighbours are `gap` apart within low…high.

    Returns one position per wanted one, in the same order. Where the room does not
    suffice, the gap shrinks evenly.
    """
    if not wanted:
        return []
    gap = min(gap, (high - low) / max(1, len(wanted) - 1))
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    levels = _level([wanted[i] - rank * gap for rank, i in enumerate(order)])
    last = high - gap * (len(order) - 1)
    result = [0.0] * len(wanted)
    for rank, i in enumerate(order):
        result[i] = rounded(min(max(levels[rank], low), last) + rank * gap)
    return result


def _level(values: list[float]) -> list[float]:
    """Give the rising sequence nearest to the values (pool adjacent violators)."""
    pools: list[tuple[float, int]] = []
    for value in values:
        mean, size = value, 1
        while pools and pools[-1][0] > mean:
            before, count = pools.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        pools.append((mean, size))
    return [mean for mean, size in pools for _ in range(size)]


def keep_apart(candidates: Iterable[Label], *, taken: Iterable[Rect], inside: Rect) -> list[Label]:
    """Keep, in the order given, the labels that touch neither each other nor `taken`."""
    occupied, kept = list(taken), []
    for label in candidates:
        if label.box.within(inside) and not any(label.box.overlaps(box) for box in occupied):
            occupied.append(label.box)
            kept.append(label)
    return kept
