"""How static files are stored."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedGzipStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped base
    """Hashed names and gzip; Brotli would save a sixth of the bytes for six times the work."""

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """WhiteNoise's compressor without Brotli."""
        return Compressor(use_brotli=False, **kwargs)
