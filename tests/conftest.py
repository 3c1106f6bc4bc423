"""All tests share these; the fixtures of the browser tests (marker `browser`) are below."""

from tests.support import environment  # noqa: F401, I001 - first: it sets what the settings read

import gc
import os
import shutil
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

import pytest

pytest.register_assert_rewrite(
    *(f"tests.support.{name}" for name in ("headers", "proxied", "refusals", "sign_in"))
)

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # Chromium refuses to run as root with it
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",  # containers have little shared memory
    # No name but this machine's resolves, so that nothing can leave it.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]

AXE_TAGS = [
    "wcag2a",
    "wcag2aa",
    "wcag2aaa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
]


def pytest_configure(config):
    from django.conf import settings

    # Made to be slow; the tests make many users.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# Beside pytest-django's own: fixtures that give a database of the kind under test.
DATABASES = {"django_db_setup", "cluster", "database_url"}


def pytest_collection_modifyitems(config, items):
    """Leave out, and count as left out, what is about the other database; and on PostgreSQL what
    asks none, since it runs on SQLite in the same words."""
    from django.db import connection

    is_on_postgresql = connection.vendor == "postgresql"
    other = "sqlite" if is_on_postgresql else "postgresql"
    left_out = [
        item
        for item in items
        if item.get_closest_marker(other) or (is_on_postgresql and not _asks_a_database(item))
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]


def _asks_a_database(item) -> bool:
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("postgresql")
    return bool(marked or DATABASES.intersection(item.fixturenames))


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """What is collected stays to the end: no search for garbage goes through it, now or later."""
    gc.disable()
    found = yield
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 20)  # Python's own 700 is a tenth of the time of a page's test
    return found


@pytest.fixture(autouse=True)
def in_english():
    """A request leaves its language behind in the thread; the next test starts in English."""
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def no_rendered_pages():
    """Pages are kept as long as the notices are the same; only in tests do settings change."""
    from recalls.published import cache

    if cache._cached:
        cache._cached.rendered_pages.clear()


@pytest.fixture(scope="session", autouse=True)
def widgets_without_a_context(django_test_environment):
    """Django's test client keeps a copy of the context of each template that a page is made of: on
    a form of staff these are hundreds of boxes and options, which no test reads."""
    from django.template import Template
    from django.test import utils

    kept = Template._render

    def render(template, context):
        if template.name and template.name.startswith("django/forms/"):
            return template.nodelist.render(context)
        return kept(template, context)

    assert kept is utils.instrumented_test_render
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


@pytest.fixture(scope="session", autouse=True)
def patient_checks():
    """No test of the suite is timed: where the machine pauses, a check of a test goes on.

    Tests of the deadline set their own, and the sites that tests start have the real one.
    """
    from recalls.check import ladder

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ladder, "SECONDS_FOR_A_CHECK", 60)
        yield


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory):
    """A SQLite file of the site with its tables and nothing else, to copy."""
    from tests.support import shipped

    folder = shipped.shared_folder(tmp_path_factory)
    return shipped.made_once(folder, "migrated.sqlite3", shipped.migrate)


@pytest.fixture(scope="session")
def published_file(migrated_file):
    """A SQLite file with the shipped notices published, to copy."""
    from tests.support import shipped

    make = partial(shipped.publish, migrated_file)
    return shipped.made_once(migrated_file.parent, "published.sqlite3", make)


@pytest.fixture(scope="session")
def real_file(published_file):
    """A SQLite file with the real notices of the tests published beside the shipped ones."""
    from tests.support import real_notices, shipped

    make = partial(shipped.publish, published_file, folder=real_notices.FOLDER)
    return shipped.made_once(published_file.parent, "real.sqlite3", make)


def is_on_sqlite():
    from django.db import connections

    return connections.databases["default"]["ENGINE"].endswith("sqlite3")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, request, tmp_path_factory):
    """SQLite in a real file, as in use: in memory, threads would share one connection's locks."""
    from django.db import connections

    if is_on_sqlite():
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_file"), file)
        connections.databases["default"]["TEST"]["NAME"] = str(file)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb):
    """The copied file is kept as the tests' database, not made anew."""
    return django_db_keepdb or is_on_sqlite()


LEFT_OUT = {
    "browser": "Chromium",
    "html": "html-validate",
    "longer": "minutes",
    "proxy": "nginx",
    "root": "root, to mount a disk",
    "schema": "schemathesis",
    "slow": "seconds each",
}


def pytest_deselected(items):
    from tests.support import summary

    summary.count_left_out(items, [*LEFT_OUT, "exhaustive"])


def pytest_sessionfinish(session):
    """A process of pytest-xdist hands on what it would print."""
    from tests.support import fault_table, summary

    fault_table.show()
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["summary"] = summary.handed_on()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    from tests.support import summary

    # One that crashed hands on nothing.
    summary.take_over(getattr(node, "workeroutput", {}).get("summary"))


def pytest_terminal_summary(terminalreporter):
    from django.db import connection

    from tests.support import summary

    for line in summary.lines:
        terminalreporter.write_line(line)
    left = []
    for marker, program in LEFT_OUT.items():
        tests = summary.left_out[marker]
        if tests:
            noun = f"{marker} test" if tests == 1 else f"{marker} tests"
            left.append(f"{tests} {noun} ({program})")
    if connection.vendor != "postgresql":
        left.append("these tests on PostgreSQL")
    if left:
        terminalreporter.write_line(f"Left to .ci/run: {', and '.join(left)}.")
    if by_hand := summary.left_out["exhaustive"]:
        terminalreporter.write_line(f"Left to be run before a release: {by_hand} exhaustive tests.")


@pytest.fixture(scope="session")
def shipped_rows(published_file, django_db_setup, django_db_blocker):
    """The rows of the shipped recalls, which one process of a run publishes for all."""
    from tests.support.shipped import read_rows

    with django_db_blocker.unblock():
        return read_rows(published_file)


@pytest.fixture(scope="module")
def shipped(shipped_rows, django_db_blocker):
    """The shipped recalls, published for a whole module and rolled back after it."""
    from tests.support.shipped import stored

    with django_db_blocker.unblock(), stored(shipped_rows):
        yield


@pytest.fixture
def shipped_here(shipped_rows, db):
    """The shipped recalls in the database of one test, which a site beside it may read too."""
    from tests.support.shipped import put_back

    put_back(shipped_rows)


@pytest.fixture(scope="module")
def real(shipped, shipped_rows, real_file, django_db_blocker):
    """The real recalls of the tests beside the shipped ones, in the same way."""
    from tests.support.shipped import read_rows, stored

    with django_db_blocker.unblock(), stored(read_rows(real_file, besides=shipped_rows)):
        yield


@pytest.fixture
def admin_client(admin_user):
    """pytest-django's own has no second factor."""
    from tests.support.people import signed_in

    return signed_in(admin_user)


@pytest.fixture
def pat():
    """A publisher; `sam` is another one."""
    from tests.support.people import PUBLISHER, make_person

    return make_person("pat", PUBLISHER)


@pytest.fixture
def sam():
    from tests.support.people import PUBLISHER, make_person

    return make_person("sam", PUBLISHER)


@pytest.fixture
def publisher(pat):
    """Pat, signed in; `second` is Sam."""
    from tests.support.people import signed_in

    return signed_in(pat)


@pytest.fixture
def second(sam):
    from tests.support.people import signed_in

    return signed_in(sam)


@pytest.fixture
def editor():
    """An editor, signed in."""
    from tests.support.people import EDITOR, make_person, signed_in

    return signed_in(make_person("eve", EDITOR))


@pytest.fixture
def site(shipped_rows, live_server, settings):
    """The address of a server with the shipped recalls published."""
    from tests.support.shipped import put_back

    settings.DEMONSTRATION = True
    put_back(shipped_rows)
    return live_server.url


@dataclass
class Traffic:
    """It says what the pages of one test asked for, kept and complained about."""

    contexts: list = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)  # addresses on other hosts
    complaints: list[str] = field(default_factory=list)  # console errors, CSP refusals

    def watch(self, context):
        self.contexts.append(context)
        context.on("request", self._on_request)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def cookies(self) -> list[dict]:
        return [cookie for context in self.contexts for cookie in context.cookies()]

    def _on_request(self, request):
        address = urlsplit(request.url)
        here = address.scheme in {"data", "blob", "about"}
        if not here and address.hostname not in {"localhost", "127.0.0.1"}:
            self.elsewhere.append(request.url)

    def _on_console(self, message):
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread, which Django takes for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or "/usr/bin/chromium",
            args=CHROMIUM_ARGUMENTS,
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def traffic():
    return Traffic()


@pytest.fixture
def open_page(chromium, traffic):
    """Opens pages, each in a context of its own: open_page(java_script_enabled=False)."""
    contexts = []

    def open_page(**options):
        context = chromium.new_context(**options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        traffic.watch(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture(scope="session")
def axe_script():
    from axe_playwright_python.sync_playwright import Axe

    return Axe().axe_script


@pytest.fixture
def axe(chromium, axe_script):
    """axe(page): the violations that axe-core finds there; axe(page, in_place=False) opens the
    same address once more, with its cookies, for pages without JavaScript. `rules`: these alone."""

    def run(page, rules):
        only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": AXE_TAGS}
        options = {"runOnly": only, "resultTypes": ["violations"]}
        page.evaluate(axe_script)
        # All that it gives beside the violations is half a megabyte.
        call = "options => axe.run(document, options).then(found => found.violations)"
        return page.evaluate(call, options)

    def axe(page, *, in_place=True, rules=None):
        if in_place:
            return run(page, rules)
        context = chromium.new_context(
            bypass_csp=True,
            viewport=page.viewport_size,
            storage_state={"cookies": page.context.cookies(), "origins": []},
        )
        try:
            copy = context.new_page()
            copy.goto(page.url)
            return run(copy, rules)
        finally:
            context.close()

    return axe
