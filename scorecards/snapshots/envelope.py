"""What a published snapshot consists of: the overview, its version and its data cut-off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from scorecards.codec import Json, UnreadableSnapshotError, decode, encode
from scorecards.queries.overview import SupplierOverview

# Raised when a field of the overview changes its meaning; readers of older ones stay.
FORMAT: Final = 3
# What the overviews of earlier formats had not; such documents show none of it.
ADDED_SINCE: Final[Mapping[int, tuple[str, ...]]] = {1: ("score", "control"), 2: ("control",)}


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """A frozen overview; `cut_off_at` is the moment up to which facts are in it."""

    format: int
    version: int
    cut_off_at: datetime
    overview: SupplierOverview


def seal(overview: SupplierOverview, *, version: int, cut_off_at: datetime) -> Json:
    """Return the overview as JSON data to be stored and hashed."""
    data: Json = encode(
        Envelope(
            format=FORMAT,
            version=version,
            cut_off_at=cut_off_at.astimezone(UTC),
            overview=overview,
        )
    )
    return data


def open_snapshot(data: Json) -> Envelope:
    """Return what was sealed.

    Raises:
        UnreadableSnapshotError: for a format this release does not know, or damaged data.
    """
    known: Any = data.get("format")
    if known in ADDED_SINCE:
        data = {**data, "overview": {**data["overview"], **dict.fromkeys(ADDED_SINCE[known])}}
    elif known != FORMAT:
        raise UnreadableSnapshotError(f"unknown snapshot format: {known!r}")
    envelope: Envelope = decode(Envelope, data)
    return envelope
