"""quickstart as a newcomer runs it: in processes of its own, with a database of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from django.conf import settings

pytestmark = pytest.mark.slow

NOT_INHERITED = {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "DEBUG", "DEMONSTRATION"}


@pytest.fixture
def environment(tmp_path):
    """Return what the shell of a newcomer holds, with the files that quickstart makes kept
    apart."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    env_file = tmp_path / ".env"
    env_file.write_text(
        f"SECRET_KEY=for-this-test-only-0123456789-0123456789-0123456789\nDEMONSTRATION=true\n"
        f"DATABASE_URL=sqlite:///{tmp_path}/db.sqlite3\n"
    )
    return {**kept, "ENV_FILE": str(env_file), "STATIC_HASHED": "false", "WEB_CONCURRENCY": "1"}


def manage(environment, *arguments):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_prints_address_sign_in_and_what_to_try_and_can_run_again(environment):
    first = manage(environment, "quickstart", "--no-serve", "--port", "8123")
    assert first.returncode == 0, first.stderr
    assert "http://127.0.0.1:8123/en/" in first.stdout
    assert "ACCJRU1D16400841" in first.stdout
    assert "A demonstration asks for no second factor" in first.stdout
    password = re.search(r"name staff, password (\S+)", first.stdout)[1]
    second = manage(environment, "quickstart", "--no-serve")
    assert second.returncode == 0, second.stderr
    assert re.search(r"password (\S+)", second.stdout)[1] != password
    codes = ("ACCJRU1D16400841", "EXA7777777777777")
    answer = manage(environment, "check_code", "--json", "--product", "EX100", *codes)
    outcomes = [json.loads(line)["outcome"] for line in answer.stdout.splitlines()]
    assert outcomes == ["recalled", "not_listed"]


def test_serves_the_site(environment):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "manage.py", "quickstart", "--port", str(port)],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        page = fetch(f"http://127.0.0.1:{port}/en/check/?sn=ACCJRU1D16400841", server)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.communicate(timeout=60)
    assert "Stop using this speaker now" in page
    assert "Demonstration" in page


def fetch(address, server):
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310
                return response.read().decode()
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def test_a_demonstration_can_ask_for_the_second_factor_too(environment):
    set_up = manage({**environment, "SECOND_FACTOR": "true"}, "quickstart", "--no-serve")
    assert "manage.py enroll NAME" in set_up.stdout
    enrolled = manage(environment, "enroll", "staff")
    assert "otpauth://totp/" in enrolled.stdout
    assert enrolled.returncode == 0, enrolled.stderr


def test_refuses_where_the_site_is_no_demonstration(environment):
    environment = {**environment, "DEMONSTRATION": "false", "ALLOWED_HOSTS": "example.org"}
    refused = manage(environment, "quickstart", "--no-serve")
    assert refused.returncode == 1
    assert "this site is not one" in refused.stderr


def test_refuses_an_impossible_port(environment):
    refused = manage(environment, "quickstart", "--no-serve", "--port", "70000")
    assert refused.returncode == 1
    assert "There is no port 70000" in refused.stderr
