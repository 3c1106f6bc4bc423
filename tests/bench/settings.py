"""Production's settings, with one address more that a check is measured against."""

from site_config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
