"""The settings, read in fresh processes with environments of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]

PRODUCTION = {
    "SECRET_KEY": "$0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "recall.example.org",
    "OPERATOR_NAME": "Example Ltd",
    "OPERATOR_PHONE": "+1 555 0100",
    "OPERATOR_EMAIL": "recall@example.org",
}
READ = "import json; from django.conf import settings; print(json.dumps({%s}, default=str))"


def run(*arguments, environment):
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=keep | {"DJANGO_SETTINGS_MODULE": "site_config.settings", "ENV_FILE": ""} | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def read(*names, environment):
    pairs = ", ".join(f"{name!r}: settings.{name}" for name in names)
    result = run("-c", READ % pairs, environment=environment)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS"])
@pytest.mark.parametrize("value", [None, ""])
def test_the_start_stops_with_a_sentence_without(name, value):
    environment = {key: PRODUCTION[key] for key in PRODUCTION if key != name}
    if value is not None:
        environment[name] = value
    result = run("-c", "import django; django.setup()", environment=environment)
    assert result.returncode != 0
    assert f"ImproperlyConfigured: {name} is not set. Set it in the environment" in result.stderr

    result = run("manage.py", "check", environment=environment)
    assert result.returncode != 0
    assert result.stderr.startswith(f"The site cannot start: {name} is not set.")
    assert "Traceback" not in result.stderr


def test_debug_needs_nothing_and_has_a_key_for_one_run():
    names = ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "SECURE_SSL_REDIRECT", "OPERATOR_NAME")
    first = read(*names, environment={"DEBUG": "true"})
    assert first["DEBUG"] is True
    assert first["SECURE_SSL_REDIRECT"] is False
    assert first["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert first["OPERATOR_NAME"] == "Demonstration operator"
    assert first["SECRET_KEY"] != read(*names, environment={"DEBUG": "true"})["SECRET_KEY"]


def test_debug_and_demonstration_are_off_by_default():
    values = read("DEBUG", "DEMONSTRATION", environment=PRODUCTION)
    assert values == {"DEBUG": False, "DEMONSTRATION": False}


def test_production_speaks_https_only():
    expected = {
        "SECRET_KEY": PRODUCTION["SECRET_KEY"],
        "ALLOWED_HOSTS": ["recall.example.org"],
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 63072000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": False,
        "SECURE_HSTS_PRELOAD": False,
        "SECURE_PROXY_SSL_HEADER": None,
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_COOKIE_DOMAIN": None,
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "CSRF_COOKIE_PATH": "/",
        "CSRF_COOKIE_DOMAIN": None,
        "SECURE_REFERRER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
        "SECOND_FACTOR": True,
        "SESSION_COOKIE_AGE": 1800,
        "SESSION_LASTS": 28800,
        "TRUSTED_PROXY_ADDRESS_HEADER": "",
    }
    assert read(*expected, environment=PRODUCTION) == expected


def test_a_demonstration_works_over_plain_http_on_this_machine():
    expected = {
        "DEBUG": False,
        "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"],
        "SECURE_SSL_REDIRECT": False,
        "SECURE_HSTS_SECONDS": 0,
        "SESSION_COOKIE_SECURE": False,
        "SESSION_COOKIE_NAME": "sessionid",
        "OPERATOR_EMAIL": "demo@example.org",
        "SECOND_FACTOR": False,
    }
    environment = {"SECRET_KEY": "x" * 50, "DEMONSTRATION": "true"}
    assert read(*expected, environment=environment) == expected


def test_passwords_are_hashed_as_django_does_today():
    code = "from django.contrib.auth.hashers import make_password; print(make_password('x'))"
    result = run("-c", f"import django; django.setup(); {code}", environment=PRODUCTION)
    algorithm, iterations, *_ = result.stdout.split("$")
    assert algorithm == "pbkdf2_sha256"
    assert int(iterations) >= 600_000


def test_the_operator_has_no_default_in_production():
    environment = {name: PRODUCTION[name] for name in ("SECRET_KEY", "ALLOWED_HOSTS")}
    names = ("OPERATOR_NAME", "OPERATOR_PHONE", "OPERATOR_EMAIL")
    assert read(*names, environment=environment) == dict.fromkeys(names, "")


@pytest.mark.parametrize("header", ["X-Forwarded-Proto", "HTTP_X_FORWARDED_PROTO"])
def test_a_trusted_proxy_can_say_https(header):
    environment = PRODUCTION | {"TRUSTED_PROXY_SSL_HEADER": header}
    values = read("SECURE_PROXY_SSL_HEADER", environment=environment)
    assert values["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


@pytest.mark.parametrize("header", ["X-Real-IP", "HTTP_X_REAL_IP"])
def test_a_trusted_proxy_can_give_the_visitors_address(header):
    environment = PRODUCTION | {"TRUSTED_PROXY_ADDRESS_HEADER": header}
    values = read("TRUSTED_PROXY_ADDRESS_HEADER", environment=environment)
    assert values["TRUSTED_PROXY_ADDRESS_HEADER"] == "HTTP_X_REAL_IP"


def test_staff_can_have_a_host_of_their_own():
    environment = PRODUCTION | {"STAFF_HOST": "Staff.example.org"}
    assert read("ALLOWED_HOSTS", "PUBLIC_HOST", "STAFF_HOST", environment=environment) == {
        "ALLOWED_HOSTS": ["recall.example.org", "staff.example.org"],
        "PUBLIC_HOST": "recall.example.org",
        "STAFF_HOST": "staff.example.org",
    }


@pytest.mark.parametrize("hosts", ["staff.example.org", ".example.org", "*"])
def test_a_host_of_their_own_needs_another_for_the_public(hosts):
    environment = PRODUCTION | {"ALLOWED_HOSTS": hosts, "STAFF_HOST": "staff.example.org"}
    result = run("manage.py", "check", environment=environment)
    assert "ALLOWED_HOSTS must name the public host first" in result.stderr


def test_a_network_that_is_none_is_a_sentence():
    environment = PRODUCTION | {"HEALTH_NETWORKS": "10.0.0.0/8,10.0.0.1/8"}
    result = run("manage.py", "check", environment=environment)
    assert "The site cannot start: HEALTH_NETWORKS: 10.0.0.1/8 has host bits set." in result.stderr


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"SECOND_FACTOR": "false"}, "SECOND_FACTOR is off."),
        (
            {"TRUSTED_PROXY_SSL_HEADER": "X-Forwarded-Proto"},
            "There is a proxy, and TRUSTED_PROXY_ADDRESS_HEADER is empty.",
        ),
    ],
)
def test_production_does_not_start_with_staff_unsafe(change, sentence):
    result = run("manage.py", "migrate", "--plan", environment=PRODUCTION | change)
    assert result.returncode == 1
    assert sentence in result.stderr


@pytest.mark.parametrize("url", [None, ""])
def test_sqlite_is_the_default(url):
    environment = PRODUCTION if url is None else PRODUCTION | {"DATABASE_URL": url}
    database = read("DATABASES", environment=environment)["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["NAME"] == str(ROOT / "db.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]


def test_database_url_can_name_another_sqlite_file():
    environment = PRODUCTION | {"DATABASE_URL": "sqlite:////var/lib/recall/data.sqlite3"}
    database = read("DATABASES", environment=environment)["DATABASES"]["default"]
    assert database["NAME"] == "/var/lib/recall/data.sqlite3"
    assert database["OPTIONS"]["timeout"] == 5


def test_database_url_can_name_postgresql():
    url = "postgres://recall:p%40ss@db.example:5433/recall?sslmode=verify-full"
    database = read("DATABASES", environment=PRODUCTION | {"DATABASE_URL": url})
    database = database["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["HOST"], database["PORT"]) == ("db.example", 5433)
    assert (database["NAME"], database["PASSWORD"]) == ("recall", "p@ss")
    assert database["OPTIONS"] == {
        "connect_timeout": 2,
        "tcp_user_timeout": 2000,
        "sslmode": "verify-full",
    }
    assert database["CONN_HEALTH_CHECKS"] is True


def test_a_socket_has_one_form():
    url = "postgres://recall@//run/postgresql/recall"
    database = read("DATABASES", environment=PRODUCTION | {"DATABASE_URL": url})
    database = database["DATABASES"]["default"]
    assert (database["HOST"], database["NAME"]) == ("/run/postgresql", "recall")
    assert database["USER"] == "recall"


@pytest.mark.parametrize(
    "url",
    [
        "postgres://recall@/run/postgresql/recall",
        "postgres://recall@%2Frun%2Fpostgresql/recall",
        "postgres:///recall?host=/run/postgresql",
    ],
)
def test_another_form_of_a_socket_is_refused(url):
    """The first two would lead elsewhere, and `backup` would look elsewhere with the third."""
    result = run("manage.py", "check", environment=PRODUCTION | {"DATABASE_URL": url})
    assert "postgres://user@//run/postgresql/name" in result.stderr


def test_other_databases_are_refused():
    environment = PRODUCTION | {"DATABASE_URL": "mysql://user@db.example/recall"}
    result = run("manage.py", "check", environment=environment)
    assert "DATABASE_URL must begin with postgres:// or sqlite:///" in result.stderr


def test_the_file_is_read_and_the_environment_wins(tmp_path):
    file = tmp_path / "site.env"
    file.write_text("SECRET_KEY=from-the-file\nSITE_NAME=From the file\nDEMONSTRATION=true\n")
    environment = {"ENV_FILE": str(file), "SITE_NAME": "From the environment"}
    values = read("SECRET_KEY", "SITE_NAME", "DEMONSTRATION", environment=environment)
    assert values == {
        "SECRET_KEY": "from-the-file",
        "SITE_NAME": "From the environment",
        "DEMONSTRATION": True,
    }


def test_check_deploy_is_clean_in_production():
    result = run(
        "manage.py", "check", "--deploy", "--fail-level", "WARNING", environment=PRODUCTION
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.django_db
def test_these_tests_run_on_the_database_that_was_asked_for():
    asked_for_postgresql = os.environ.get("DATABASE_URL", "").startswith("postgres")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    assert connection.vendor == ("postgresql" if asked_for_postgresql else "sqlite")


MAIL = ("STAFF_MAIL", "EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS")


def test_no_mail_is_sent_unless_somebody_says_how():
    found = read("STAFF_MAIL", "EMAIL_BACKEND", environment=PRODUCTION)
    assert found["STAFF_MAIL"] is False
    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.dummy.EmailBackend"


def test_mail_goes_where_it_is_said_to():
    url = {"EMAIL_URL": "smtp+tls://recall:pass@mail.example.org:587"}
    found = read(*MAIL, "DEFAULT_FROM_EMAIL", environment=PRODUCTION | url)
    assert found["STAFF_MAIL"] is True
    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.org", 587)
    assert found["EMAIL_USE_TLS"] is True
    assert found["DEFAULT_FROM_EMAIL"] == "recall@example.org"
