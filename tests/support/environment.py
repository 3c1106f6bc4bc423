"""Sets the environment of the tests. conftest.py imports it before anything of Django.

Neither a developer's .env file nor the variables of their shell reach the tests. Only DATABASE_URL
does, because the tests run on both databases, and LANGUAGES_SHOWN, because those of pages run in
other languages too.
"""

import os
import sys

import pytest

# Processes of pytest-xdist begin with this environment already set.
if "site_config.settings" in sys.modules and "PYTEST_XDIST_WORKER" not in os.environ:
    raise pytest.UsageError(
        "The settings were read before the tests could set them: "
        "unset DJANGO_SETTINGS_MODULE and leave out --ds."
    )

os.environ.update(
    {
        "DJANGO_SETTINGS_MODULE": "site_config.settings",
        "ENV_FILE": "",  # read no file
        "SECRET_KEY": "a-key-for-tests-only-that-protects-nothing-0123456789",
        "DEBUG": "false",
        "DEMONSTRATION": "false",
        "HTTPS_ONLY": "false",  # the test client and the live server speak plain HTTP
        "STATIC_HASHED": "false",  # no collectstatic before the tests
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "SITE_NAME": "Recall check",
        "OPERATOR_NAME": "Test operator",
        "OPERATOR_PHONE": "+1 555 0199",
        "OPERATOR_EMAIL": "operator@test.example",
    }
)
for name in (
    "CONN_MAX_AGE",
    "CSRF_TRUSTED_ORIGINS",
    "HEALTH_NETWORKS",
    "HEALTH_SECRET",
    "REPLICA_MAX_AGE",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD",
    "SECOND_FACTOR",
    "STAFF_HOST",
    "TRUSTED_PROXY_ADDRESS_HEADER",
    "TRUSTED_PROXY_SSL_HEADER",
):
    os.environ.pop(name, None)
