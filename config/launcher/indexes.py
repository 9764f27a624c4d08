"""Lets uv use the package index that this machine's pip is configured for."""

import ast
import os
from collections.abc import Mapping
from pathlib import Path

from . import processes

# pip's setting, the variables of uv that would have said it already, ours to set, separator.
SETTINGS = (
    ("index-url", ("UV_INDEX_URL", "UV_DEFAULT_INDEX"), "UV_DEFAULT_INDEX", " "),
    ("extra-index-url", ("UV_EXTRA_INDEX_URL", "UV_INDEX"), "UV_INDEX", " "),
    ("find-links", ("UV_FIND_LINKS",), "UV_FIND_LINKS", ","),
    ("cert", ("SSL_CERT_FILE",), "SSL_CERT_FILE", " "),
)
# The later one wins, as in pip.
SECTIONS = ("global", "install", ":env:")


def uv_environment(python: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for uv: pip's settings in uv's words wherever uv has none of its own."""
    listing = processes.capture([python, "-m", "pip", "config", "list"], environment)
    return {
        **environment,
        **translate(parse(listing), environment),
        "UV_SYSTEM_CERTS": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_NO_PROGRESS": "1",
    }


def parse(listing: str) -> dict[str, str]:
    """Settings from the output of `pip config list`."""
    found: dict[tuple[int, str], str] = {}
    for line in listing.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.partition(".")
        if section in SECTIONS:
            found[SECTIONS.index(section), name.lstrip(".")] = str(ast.literal_eval(value))
    return {name: value for (_, name), value in sorted(found.items())}


def translate(settings: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """Variables for uv that say what pip's `settings` say.

    Every file is pinned by hash, so it does not matter which index offers it:
    all of them are searched, as pip does.
    """
    words = {
        ours: separator.join(settings[name].split())
        for name, theirs, ours, separator in SETTINGS
        if name in settings and not any(environment.get(variable) for variable in theirs)
    }
    if "UV_INDEX" in words and not environment.get("UV_INDEX_STRATEGY"):
        words["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return words


def pip_environment() -> dict[str, str]:
    """The environment for pip: its own settings, fewer retries so that no network is told soon."""
    return {
        "PIP_RETRIES": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        **os.environ,
    }
