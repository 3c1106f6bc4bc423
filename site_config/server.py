"""The server in production: `python -m site_config.server`. Of Django it loads nothing: each worker
reads the code itself, so that a reload (SIGHUP) brings in a new release."""

import gc
import multiprocessing
import os
import sys
import threading
import time
import traceback
from multiprocessing.util import Finalize
from pathlib import Path
from signal import SIG_DFL, SIGINT, SIGTERM, signal

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

# A check is mostly Python, so one process a core keeps the cores busy. A second thread stands in
# while the first waits for the database; more only take Python's lock from each other.
# site_config/README.md has what was measured.
WORKERS = int(os.environ.get("WEB_CONCURRENCY") or max(2, os.cpu_count() or 1))
THREADS = int(os.environ.get("WEB_THREADS") or 2)

# Connections that a worker takes, those included that a proxy keeps (nginx: 16 for each of its
# processes), and then as many as wait for all workers: less than a second's checks in all. Whom
# neither takes, the proxy answers.
BACKPRESSURE, BACKLOG = 128, 128

# Without work, after which a thread ends, and its connection to the database with it.
SECONDS_OF_A_THREAD = 600

# To end what was begun, before a worker is killed.
MAX_SECONDS_TO_STOP = 30

# To begin with a request, and between two of one connection. Longer than a proxy keeps its own
# (nginx: 30 seconds, as site_config/README.md has it), so that it is the proxy that closes them.
MAX_MILLISECONDS_OF_SILENCE = 60_000
# The whole head of a request, and nginx lets 40,000 bytes through at most;
# site_config.wsgi has the limits within.
MAX_BYTES_OF_HEAD = 48 * 1024

LOGGING = {
    "filters": {"first_line": {"()": "site_config.logs.FirstLineAlone"}},
    "formatters": {
        "server": {
            "()": "site_config.logs.OneLineEach",
            "fmt": "%(asctime)s %(levelname)s server: %(message)s",
        },
    },
    "handlers": {
        "server": {
            "class": "logging.StreamHandler",
            "formatter": "server",
            "filters": ["first_line"],
        },
    },
    "loggers": {"_granian": {"handlers": ["server"], "propagate": False}},
}


class Server(Granian):
    def _respawn_workers(self, *args, **options) -> None:
        """Forget when it was. Granian ends where a worker dies twice within 5.5 seconds, and takes
        along all those that answer; a worker that cannot begin ends it anyway (`load`)."""
        super()._respawn_workers(*args, **options)
        self.respawned_wrks.clear()


def load():
    """Return the application, in a worker that has just begun."""
    # The main process's own ways with these were inherited. A worker that only begins just ends.
    for stop in (SIGINT, SIGTERM):
        signal(stop, SIG_DFL)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    try:
        from site_config.wsgi import application  # it needs Django, which only the workers load
    except BaseException:
        traceback.print_exc()
        os.kill(os.getppid(), SIGTERM)
        sys.exit(1)
    from django.db import connection
    from django.db.backends.signals import connection_created

    from recalls.database import deadline, threads
    from recalls.public import counts
    from recalls.published import cache
    from recalls.web.warm_up import warm_up
    from site_config.logs import with_access_log

    connection_created.connect(threads.keep)
    connection_created.connect(deadline.wait_shortly)
    cache.make_ready()
    warm_up(application)
    connection.close()  # this thread asks nothing else
    Finalize(None, counts.store_counts, exitpriority=1)
    look_seldom_for_garbage()
    return with_access_log(application)


def look_seldom_for_garbage() -> None:
    """Python looks for circles of garbage among all it holds, and a check leaves none: let it look
    seldom, and never at what was there before the first request."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


def _end_with_parent() -> None:
    """Stop where the main process was killed: an orphan would go on answering from its old code."""
    parent = multiprocessing.parent_process().pid
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), SIGTERM)
    time.sleep(MAX_SECONDS_TO_STOP)
    os._exit(1)


def _where() -> dict:
    bind = os.environ.get("BIND") or "127.0.0.1:8000"
    if bind.startswith("unix:"):
        path = Path(bind.removeprefix("unix:"))
        path.unlink(missing_ok=True)  # what a killed server has left
        return {"uds": path}
    host, _, port = bind.rpartition(":")
    return {"address": host.strip("[]"), "port": int(port)}


def stand_back() -> None:
    """Staff's processes do, for the public's, where both want a core. Without WEB_NICE they stay as
    they were started: only root may go back to 0."""
    if os.environ.get("WEB_NICE"):
        os.setpriority(os.PRIO_PROCESS, 0, int(os.environ["WEB_NICE"]))


def main() -> None:
    stand_back()
    Server(
        "site_config.wsgi:application",
        **_where(),
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=WORKERS,
        blocking_threads=THREADS,
        blocking_threads_idle_timeout=SECONDS_OF_A_THREAD,
        backpressure=BACKPRESSURE,
        backlog=BACKLOG,
        http1_settings=HTTP1Settings(
            header_read_timeout=MAX_MILLISECONDS_OF_SILENCE, max_buffer_size=MAX_BYTES_OF_HEAD
        ),
        respawn_failed_workers=True,
        # New workers now and then, one after the other. Each has ten seconds to be there before
        # the old one stops.
        workers_lifetime=24 * 60 * 60,
        respawn_interval=10,
        workers_kill_timeout=MAX_SECONDS_TO_STOP,
        log_level=LogLevels.warning if "--quiet" in sys.argv else LogLevels.info,
        log_dictconfig=LOGGING,
    ).serve(target_loader=load, wrap_loader=False)


if __name__ == "__main__":
    main()
