"""Gunicorn in production: `gunicorn -c site_config/gunicorn.conf.py site_config.wsgi`."""

import gc
import os

from gunicorn import glogging

from site_config.logs import OneLineEach, WithoutQueryStrings

bind = os.environ.get("BIND", "127.0.0.1:8000")

# A check is mostly Python, so one process a core keeps the cores busy: more only take turns, and a
# proxy's kept connections are then dealt out less evenly. A second thread stands in while the first
# waits for the database; more only take Python's lock from each other. site_config/README.md has
# what was measured.
workers = int(os.environ.get("WEB_CONCURRENCY") or max(2, os.cpu_count() or 1))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS") or 2)

# Staff's processes stand back for the public's where both want a core. Set, not added to: a reload
# reads this once more. Without it they stay as they were started: only root may go back to 0.
if os.environ.get("WEB_NICE"):
    os.setpriority(os.PRIO_PROCESS, 0, int(os.environ["WEB_NICE"]))

# Each worker reads the code itself, so that a reload (SIGHUP) brings in a new release.
preload_app = False

# A check has two seconds; a worker that is silent for this long hangs.
timeout = 30
graceful_timeout = 30
# Longer than a proxy keeps its own (nginx: 60 seconds), so that it is the proxy that closes them.
keepalive = 75

# New workers now and then, not all at once.
max_requests = 100_000
max_requests_jitter = 10_000

# The proxy says https in the one header that the settings name; no other is believed.
secure_scheme_headers = {}

# Gunicorn lets a request from this machine, so each that a proxy here hands on, name another path
# in its headers PATH_INFO and SCRIPT_NAME.
forwarder_headers = ""

# More than nginx takes, as site_config/README.md has it: what it hands on, the site answers.
limit_request_line = 8190
limit_request_fields = 50
limit_request_field_size = 8190

# No %(q)s, %(r)s or %(f)s: query strings and referring pages hold the codes that visitors check.
# No address of the visitor either.
accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"
errorlog = "-"


class Logger(glogging.Logger):
    """Gunicorn quotes a failed request's whole address, and any part of a malformed one. A path it
    writes as it is meant: `%0a` in it would begin a line."""

    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.access_log.handlers:
            handler.setFormatter(OneLineEach("%(message)s"))
        for handler in self.error_log.handlers:
            handler.addFilter(WithoutQueryStrings())
            handler.setFormatter(OneLineEach("%(asctime)s %(levelname)s gunicorn: %(message)s"))

    def warning(self, msg, *args, **kwargs):
        if msg.startswith("Invalid request from "):
            msg = "Refused a malformed request"
        super().warning(msg, *args, **kwargs)


logger_class = Logger


def post_worker_init(worker):
    from site_config import responses  # it needs Django, which only the workers load

    responses.become_ours()
    # Python looks for circles of garbage among all it holds, and a check leaves none: let it look
    # seldom, and never at what was there before the first request.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


def worker_exit(server, worker):
    if worker.booted:
        from recalls.public import counts

        counts.store_counts()


# Nothing here is steered while it runs; signals do.
control_socket_disable = True
