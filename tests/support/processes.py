"""Python in processes of their own, on the database of the test."""

import os
import subprocess
import sys

from django.conf import settings
from django.db import connection

_START = "import django; django.setup()\n"


def database_url() -> str:
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    return f"postgres://{held['USER']}:{held['PASSWORD']}@/{held['HOST']}/{held['NAME']}"


def started(script: str, *arguments: str) -> subprocess.Popen:
    """The script runs with Django ready; its arguments are in sys.argv[1:]."""
    return subprocess.Popen(
        [sys.executable, "-c", _START + script, *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database_url()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
