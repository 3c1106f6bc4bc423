"""The settings file that lets `manage.py quickstart` start from a fresh clone.

Without Django: it has to run before the settings can be read.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

# A machine that sets any of these is set up already. A file written there would turn the site
# of its other processes into a demonstration.
SET_UP_BY = ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "DEMONSTRATION", "DEBUG")

FIRST_ENV = """\
# Written by `manage.py quickstart` for a demonstration on this machine.
# Not for a public server: delete this file there and set the variables that README.md lists.
SECRET_KEY={secret_key}
DEMONSTRATION=true
"""


def env_file(base: Path, environ: Mapping[str, str]) -> Path | None:
    """The file that settings are read from; an empty ENV_FILE means none."""
    name = environ.get("ENV_FILE", ".env")
    return base / name if name else None


def write_first_env(base: Path, environ: Mapping[str, str]) -> bool:
    """Write a demonstration's settings, unless the site is set up. True when written."""
    path = env_file(base, environ)
    if path is None or any(environ.get(name) for name in SET_UP_BY):
        return False
    try:
        # O_EXCL: never over an existing file; 0600 from its first moment.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(FIRST_ENV.format(secret_key=secrets.token_urlsafe(50)))
    return True
