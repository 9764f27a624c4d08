"""Django's management commands, run with the services of a home."""

import os
from collections.abc import Mapping, Sequence

from . import bootstrap, environment, pango, processes, services
from .console import LaunchError, say
from .environment import Address
from .home import CLONE, Home
from .install import Venv
from .instance import Instance

MANAGE = CLONE / "manage.py"
USERS_QUERY = (
    "from django.contrib.auth import get_user_model;"
    "print('users:', get_user_model().objects.exists())"
)


def manage(home: Home, address: Address, arguments: Sequence[str]) -> int:
    """Run one command on this terminal; returns its exit status."""
    venv = bootstrap.provide(home)
    with services.running(home, venv) as (urls, _):
        variables = {
            **environment.of_instance(home, urls, address),
            **address_of_site(home),
            **_pdf_as_it_is(),
        }
        return processes.run_attached([venv.python, MANAGE, *arguments], environment=variables)


def migrate(home: Home, venv: Venv, variables: Mapping[str, str]) -> None:
    """Bring the tables up to date."""
    log = home.log / "migrate.log"
    command: processes.Command = [venv.python, MANAGE, "migrate", "--noinput"]
    status = processes.run(command, environment=variables, log=log, folder=CLONE)
    processes.require_success(status, log, "Preparing the database")


def has_users(home: Home, venv: Venv, variables: Mapping[str, str]) -> bool:
    """Whether somebody can log in; once true, remembered."""
    if home.welcomed.exists():
        return True
    command: processes.Command = [
        venv.python,
        MANAGE,
        "shell",
        "--verbosity=0",
        "--command",
        USERS_QUERY,
    ]
    answer = processes.capture(command, variables)
    if "users: False" in answer:
        return False
    home.welcomed.touch()
    return True


def load_demo(home: Home, venv: Venv, variables: Mapping[str, str]) -> None:
    """Load the demo data, with the log-ins it prints."""
    say("Loading demo data …")
    status = processes.run_attached([venv.python, MANAGE, "load_demo"], environment=variables)
    if status != 0:
        raise LaunchError("The demo data could not be loaded; what it said stands above.")
    home.demo.touch()
    home.welcomed.touch()


def load_demo_into_running(home: Home, address: Address) -> int:
    """Load the demo data into services that are up already."""
    status = manage(home, address, ["load_demo"])
    if status == 0:
        if not home.demo.exists():
            say("Start the site anew to see the log-ins on its log-in page.")
        home.demo.touch()
        home.welcomed.touch()
    return status


def address_of_site(home: Home) -> Mapping[str, str]:
    """Links in what a command writes lead to the site that runs, whatever its port."""
    instance = Instance(home)
    if "SITE_URL" in os.environ or not instance.is_serving():
        return {}
    return {"SITE_URL": instance.url()}


def _pdf_as_it_is() -> Mapping[str, str]:
    """A single command installs no system packages; it only says what is missing."""
    unavailable = pango.missing_packages() and "SCORECARD_PDF" not in os.environ
    return {"SCORECARD_PDF": "off"} if unavailable else {}
