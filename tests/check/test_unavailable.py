"""A check that cannot look up is a 503 page with the stop-use advice, and never an answer."""

import shutil
import tempfile
from pathlib import Path

import pytest
from django.db import connection

from recalls import models
from tests.support.languages import SHOWN, said
from tests.support.servers import Cluster, Site

PATHS = [
    f"/{language}/check/?sn={code}"
    for language in SHOWN
    for code in ("ACCJRU1D16400841", "EXA2024110007918", "HELLO")
]


def says_stop(page: str) -> bool:
    advice = "Checking a product? Switch it off and unplug it until you have checked"
    return all(said(language, advice) in page for language in SHOWN)


def assert_unavailable(site: Site) -> None:
    for path in PATHS:
        status, page, seconds = site.get(path)
        assert status == 503, path
        assert says_stop(page), path
        assert "not on the list" not in page
        assert seconds < 2


def assert_answers(site: Site) -> None:
    status, page, _ = site.get("/en/check/?sn=ACCJRU1D16400841")
    assert (status, "Stop using this speaker now" in page) == (200, True)
    status, page, _ = site.get("/en/check/?sn=EXA7777777777777&product=EX100")
    assert (status, "This code is not on the list" in page) == (200, True)


@pytest.fixture
def short_folder():
    """A socket's path has a length limit that the usual temporary folders come near."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.slow
@pytest.mark.sqlite
def test_sqlite_file_unreadable_gone_and_back(migrated_file, tmp_path):
    """Seen at once where no connection is kept, which would go on with the file it has open."""
    file = shutil.copy(migrated_file, tmp_path / "db.sqlite3")
    with Site(f"sqlite:///{file}", CONN_MAX_AGE="0") as site:
        assert_unavailable_while_empty(site)
        site.manage("load_catalogue", "--publish")
        assert_answers(site)
        kept = tmp_path / "kept"
        for name in ("-wal", "-shm"):
            Path(f"{file}{name}").unlink(missing_ok=True)
        shutil.copy(file, kept)
        file.write_bytes(b"This is no database. " * 1000)
        assert_unavailable(site)
        file.unlink()
        assert_unavailable(site)
        for name in ("", "-wal", "-shm"):
            Path(f"{file}{name}").unlink(missing_ok=True)
        shutil.copy(kept, file)
        assert_answers(site)


def assert_unavailable_while_empty(site: Site) -> None:
    """With no notice at all, nothing is cleared either."""
    status, page, _ = site.get("/en/check/?sn=EXA7777777777777&product=EX100")
    assert (status, "We do not recognize this code" in page) == (200, True)


@pytest.mark.postgresql
def test_postgresql_killed_and_back(short_folder):
    with Cluster(short_folder / "pg") as cluster, Site(cluster.url) as site:
        site.manage("migrate", "-v0")
        site.manage("load_catalogue", "--publish")
        assert_answers(site)
        cluster.kill()
        assert_unavailable(site)
        cluster.start()
        assert_answers(site)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "model", [models.AffectedCode, models.PublishedVersion, models.Publication, models.CodeList]
)
def test_a_table_gone_under_a_running_process(client, model):
    table = model._meta.db_table
    client.get("/en/check/?sn=HELLO")  # now the process holds an edition
    models.PublishedVersion.renew()
    with connection.schema_editor() as editor:
        editor.alter_db_table(model, table, "elsewhere")
    try:
        for path in PATHS:
            response = client.get(path)
            assert response.status_code == 503
            assert says_stop(response.content.decode())
            assert response["Retry-After"]
            assert response["Cache-Control"] == "no-store"
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(model, "elsewhere", table)
    assert client.get("/en/check/?sn=HELLO").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_look_up_that_takes_too_long(client, monkeypatch):
    """The database itself is made to end a statement that outlasts the check."""
    from recalls.check import ladder, matches
    from recalls.database.deadline import deadline

    endless = (
        "SELECT pg_sleep(20)"
        if connection.vendor == "postgresql"
        else "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n"
    )

    def look_up(check):
        with connection.cursor() as cursor:
            cursor.execute(endless)

    monkeypatch.setattr(matches.Check, "look_up", look_up)
    monkeypatch.setattr(ladder, "SECONDS_FOR_A_CHECK", 0.2)
    assert client.get("/en/check/?sn=HELLO").status_code == 503
    with deadline(2), connection.cursor() as cursor:
        # The limit went with the check.
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
