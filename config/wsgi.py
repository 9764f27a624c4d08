"""The WSGI entry that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# What nearly every page needs is loaded before the first is asked for.
import scipy.special  # noqa: E402, F401

import config.urls  # noqa: E402, F401
