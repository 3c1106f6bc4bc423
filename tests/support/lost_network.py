"""Checks while the network to PostgreSQL is there, lost and back: `unshare -n python -m
tests.support.lost_network SOCKET`. It takes down the network that it runs in, so it needs one of
its own.

SOCKET is the server's Unix socket. Prints one JSON list of [outcome, seconds].
"""

import fcntl
import json
import os
import socket
import struct
import sys
import threading
import time

SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def turn_network(is_on: bool) -> None:
    with socket.socket() as any_socket:
        request = struct.pack("16sh14x", b"lo", IFF_UP if is_on else 0)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, request)


def listen(server: str) -> int:
    """A port that hands on to the Unix socket."""
    waiting = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            line, _ = waiting.accept()
            other = socket.socket(socket.AF_UNIX)
            other.connect(server)
            for pair in ((line, other), (other, line)):
                threading.Thread(target=hand_on, args=pair, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return waiting.getsockname()[1]


def hand_on(source: socket.socket, target: socket.socket) -> None:
    while data := source.recv(65536):
        target.sendall(data)


def check() -> tuple[str, float]:
    from django.db import close_old_connections

    from recalls.check import ladder
    from recalls.database.postgresql import trust_if_silent

    close_old_connections()  # as each request does
    trust_if_silent()
    begin = time.monotonic()
    try:
        outcome = str(ladder.check_code("ACCJRU1D16400841").outcome)
    except ladder.Unavailable:
        outcome = "unavailable"
    return outcome, time.monotonic() - begin


def main() -> None:
    turn_network(True)
    os.environ["DATABASE_URL"] = f"postgres://postgres@127.0.0.1:{listen(sys.argv[1])}/postgres"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
    import django

    django.setup()
    found = [check()]
    turn_network(False)
    found += [check(), check()]
    turn_network(True)
    found.append(check())
    print(json.dumps(found))


if __name__ == "__main__":
    main()
