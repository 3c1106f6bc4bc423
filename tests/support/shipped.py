"""The shipped notices, and the real ones beside them, published once a run: as rows to put back,
and in SQLite files to copy.

Migrating and publishing take seconds, so neither is done for each test that needs them.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import Model
from django.test import override_settings

from recalls.catalogue.tables import FOLDER
from recalls.models import Heartbeat, PublishedVersion
from tests.support.servers import Site

SQLITE = "django.db.backends.sqlite3"
MADE_BY_MIGRATING = (Heartbeat, PublishedVersion)
Rows = dict[type[Model], list[Model]]


def read_rows(file: Path, besides: Rows | None = None) -> Rows:
    """Every row of the app in a SQLite file, history too, but those that migrating makes and those
    that are read already."""
    models = apps.get_app_config("recalls").get_models()
    read = {model: set(rows) for model, rows in (besides or {}).items()}
    with connected(file) as alias:
        return {
            model: [
                row for row in model._base_manager.using(alias) if row not in read.get(model, ())
            ]
            for model in models
            if model not in MADE_BY_MIGRATING
        }


@contextmanager
def connected(file: Path) -> Iterator[str]:
    """The alias of a connection to a SQLite file beside the tests' own database."""
    alias = "shipped"
    described = {DEFAULT_DB_ALIAS: {}, alias: {"ENGINE": SQLITE, "NAME": str(file)}}
    connections.databases[alias] = connections.configure_settings(described)[alias]
    try:
        yield alias
    finally:
        connections[alias].close()
        del connections[alias], connections.databases[alias]


def put_back(rows: Rows) -> None:
    """Store the rows as they were read, with their numbers and times, under a new version."""
    for model, objects in rows.items():
        fields = model._meta.concrete_fields
        size = connection.ops.bulk_batch_size(fields, objects) if objects else 1
        for start in range(0, len(objects), size):
            # Not bulk_create: it would give fields such as auto_now a value of now.
            model._base_manager._insert(
                objects[start : start + size], fields=fields, using=DEFAULT_DB_ALIAS, raw=True
            )
    _number_new_rows_after(rows)
    PublishedVersion.renew()


def _number_new_rows_after(rows: Rows) -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(rows)):
            cursor.execute(statement)


def made_once(folder: Path, name: str, make: Callable[[Path], None]) -> Path:
    """The file of that name, which the first of the processes that share the folder makes."""
    file = folder / name
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            part = folder / f"{name}.part"
            make(part)
            part.rename(file)
    return file


def shared_folder(factory) -> Path:
    """One folder for all processes of a run."""
    folder = factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


def migrate(file: Path) -> None:
    Site(f"sqlite:///{file}").manage("migrate", "-v0")


def publish(before: Path, file: Path, *, folder: Path = FOLDER) -> None:
    """A copy of the file in which the notices of the folder are published too."""
    shutil.copy(before, file)
    Site(f"sqlite:///{file}").manage("load_catalogue", "--publish", "--folder", str(folder))


@contextmanager
def stored(rows: Rows) -> Iterator[None]:
    """The rows are in the tests' database, and rolled back after it."""
    with override_settings(DEMONSTRATION=True), transaction.atomic():
        put_back(rows)
        yield
        transaction.set_rollback(True)
