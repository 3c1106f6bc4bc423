"""The timers that site_config/README.md has an operator set."""

import re

from django.core.management import get_commands

from tests.support.proxy import example

LINE = re.compile(
    r"(?:[\d*]+ ){5} *recall  cd /srv/recall && \.venv/bin/python manage\.py (\w+)([^;&|]*)"
)


def test_each_line_is_one_command_that_waits_for_no_other():
    lines = example("cron").splitlines()
    found = [LINE.fullmatch(line) for line in lines]
    assert all(found), lines
    commands = [match[1] for match in found]
    assert sorted(commands) == ["backup", "check_lists", "clearsessions", "publish_due"]
    assert set(commands) <= set(get_commands())


def test_a_percent_sign_is_quoted_as_cron_wants_it():
    """Unquoted, it ends the command."""
    assert not re.search(r"(?<!\\)%", example("cron"))
