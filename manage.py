#!/usr/bin/env python3
"""Django's command line for this project; `./run manage …` calls it with services up."""

import gc
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["migrate"]:
        # It draws up the models several times: objects that stay a while, which the collector
        # walked again and again for a tenth of the time. Now it lets some 30 MB of them wait.
        gc.set_threshold(20_000, 20, 20)
    execute_from_command_line(sys.argv)
