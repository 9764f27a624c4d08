"""Leaves libraries at work out of the measuring of coverage, which counts nothing in them.

Python 3.11 measures by a call at every line it runs, whoever wrote it: laying out a PDF takes
twice its time. Only what calls nothing of ours back may be left out.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest


@contextmanager
def unmeasured() -> Iterator[None]:
    """Pause what measures this thread; lines of ours that run meanwhile count as not run."""
    tracer: Any = sys.gettrace()
    if not hasattr(tracer, "stop"):  # nothing measures, or a debugger watches
        yield
        return
    tracer.stop()
    try:
        yield
    finally:
        tracer.start()


def alone(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, measuring nothing while it runs."""

    def run(*args: Any, **kwargs: Any) -> Any:
        with unmeasured():
            return function(*args, **kwargs)

    return run


def each_alone(function: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    """Return the generator, measuring nothing while it looks for its next value."""

    def run(*args: Any, **kwargs: Any) -> Iterator[Any]:
        values = function(*args, **kwargs)
        found = True
        while found:
            with unmeasured():
                found, value = next(((True, value) for value in values), (False, None))
            if found:
                yield value

    return run


@contextmanager
def libraries_unmeasured() -> Iterator[None]:
    """Measure nothing in making and reading PDFs, from here on."""
    with pytest.MonkeyPatch.context() as libraries:
        for owner, name, wrapped in _lonely() if sys.gettrace() else ():
            libraries.setattr(owner, name, wrapped(getattr(owner, name)))
        yield


def _lonely() -> Iterator[tuple[Any, str, Callable[..., Any]]]:
    """Yield where functions stand that take long and call nothing of ours, and what runs them."""
    import pypdf

    yield pypdf.PageObject, "extract_text", alone
    yield pypdf.PdfReader, "__init__", alone
    try:
        from weasyprint import HTML, document
    except OSError:  # no Pango here: nothing is laid out
        return
    # addresses are asked for, with our fetcher, before and between these
    yield HTML, "__init__", alone
    yield document, "layout_document", each_alone
    yield document.Document, "write_pdf", alone
