"""Connections that are slow on purpose, from one address: `python -m tests.support.slow_visitors
PORT COUNT`. Prints a line once all of them are open, and goes on until its input ends.

A fifth each: nothing after the connection, half a greeting of TLS, a header and a body byte by
byte, and an answer that is not read. What the server closes is opened again.
"""

import asyncio
import resource
import ssl
import sys

ADDRESS = "127.0.0.1"
HEAD = b"Host: recall.example.org\r\n"
SECONDS_BETWEEN_BYTES = 2
opened: set[int] = set()


def context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def dribble(writer: asyncio.StreamWriter, begin: bytes) -> None:
    """Until the server has had enough."""
    writer.write(begin)
    while not writer.is_closing():
        await asyncio.sleep(SECONDS_BETWEEN_BYTES)
        writer.write(b"x")
        await writer.drain()


async def be_slow(port: int, number: int, tls: ssl.SSLContext) -> None:
    kind = number % 5
    options = {"ssl": tls, "ssl_handshake_timeout": 120} if kind >= 2 else {}
    reader, writer = await asyncio.open_connection(ADDRESS, port, **options)
    opened.add(number)
    begin = {
        0: b"",
        1: bytes.fromhex("1603010200010001fc0303"),
        2: b"GET /en/ HTTP/1.1\r\n" + HEAD + b"X-A: ",
        3: b"POST /staff/login/ HTTP/1.1\r\n" + HEAD + b"Content-Length: 9999\r\n\r\n",
        4: b"GET /en/recalls/ HTTP/1.1\r\n" + HEAD + b"\r\n",
    }[kind]
    try:
        if kind == 0:
            await reader.read()
        elif kind == 4:
            writer.write(begin)
            await asyncio.sleep(SECONDS_BETWEEN_BYTES)
        else:
            await dribble(writer, begin)
    finally:
        writer.close()


async def go_on(port: int, number: int, tls: ssl.SSLContext) -> None:
    while True:
        try:
            await be_slow(port, number, tls)
        except (OSError, ssl.SSLError, asyncio.IncompleteReadError):
            await asyncio.sleep(0.2)


async def main(port: int, count: int) -> None:
    tls = context()
    tasks = [asyncio.create_task(go_on(port, number, tls)) for number in range(count)]
    while len(opened) < count:
        await asyncio.sleep(0.1)
    print("open", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
