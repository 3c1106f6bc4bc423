"""SQLite's file is read where the system has put it."""

import os
import shutil

import pytest

from tests.support.servers import Site
from tests.support.visitors import Visitors


@pytest.mark.slow
@pytest.mark.sqlite
def test_file_cut_short_answers_nothing_wrong(published_file, tmp_path):
    """Connections that are kept have it mapped, and what was there is gone."""
    file = shutil.copy(published_file, tmp_path / "db.sqlite3")
    with Site(f"sqlite:///{file}") as site, Visitors(site) as visitors:
        visitors.wait_for("answered")
        os.truncate(file, 8192)
        visitors.wait_for("503", count=40)
    assert not visitors.wrong
