"""Every URL pattern the product has, read from the resolver."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True, kw_only=True)
class Found:
    """A pattern: its name with namespaces, and its route."""

    name: str
    route: str
    arguments: frozenset[str]


def found(
    resolver: URLResolver | None = None, namespace: str = "", route: str = ""
) -> Iterator[Found]:
    """Yield all patterns below a resolver, by default the product's."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Found(
                name=f"{namespace}{pattern.name or here}",
                route=here,
                arguments=frozenset(pattern.pattern.converters)
                | frozenset(pattern.pattern.regex.groupindex),
            )
        else:
            below = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from found(pattern, below, here)
