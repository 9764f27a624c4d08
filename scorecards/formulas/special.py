"""The functions of `scipy.special`, loaded when a formula first asks for one.

Loading takes as long as all of Django, and most commands compute nothing. Those who answer
people or run tasks load it before they begin (`config/wsgi.py`, `config/celery.py`).
"""

from typing import Any


def __getattr__(name: str) -> Any:
    from scipy import special

    found = globals()[name] = getattr(special, name)
    return found
