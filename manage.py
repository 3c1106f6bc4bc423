#!/usr/bin/env python3
"""Django's command line: `python manage.py help` lists the commands."""

import os
import sys
from pathlib import Path


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
    if sys.argv[1:2] == ["quickstart"]:
        if {"-h", "--help"} & set(sys.argv):
            os.environ.setdefault("DEBUG", "true")  # help needs no settings, and writes none
        else:
            from site_config.first_run import write_first_env

            write_first_env(Path(__file__).resolve().parent, os.environ)
    try:
        from django.conf import settings
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError as error:
        raise ImportError(
            "Django cannot be imported. Is it installed, and is the virtual environment active? "
            "README.md says how to set both up."
        ) from error
    try:
        settings.INSTALLED_APPS  # noqa: B018 - reads the settings now
    except ImproperlyConfigured as error:
        sys.exit(f"The site cannot start: {error}")  # one sentence, no traceback
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
