"""The server, but threads end after five seconds without work, and the timer is due each second."""

import django

from site_config import server

_load = server.load


def load():
    django.setup()
    from recalls.public import counts

    counts.SECONDS = 1
    return _load()


if __name__ == "__main__":
    server.SECONDS_OF_A_THREAD = 5
    server.load = load
    server.main()
