"""gunicorn's own answers are made like those of the site."""

from http import HTTPStatus

from gunicorn import util
from gunicorn.http import wsgi

_default_headers = wsgi.Response.default_headers


def become_ours() -> None:
    """Call in a worker, once Django is there."""
    wsgi.Response.default_headers = _without_server
    util.write_error = _write_error


def _without_server(response) -> list[str]:
    return [line for line in _default_headers(response) if not line.startswith("Server:")]


def _write_error(sock, status: int, reason: str, message: str) -> None:
    """The answer to a request that never reaches Django: too long, or malformed. The message is
    left out: it quotes the request."""
    from django.http import HttpRequest

    from recalls.public import fallback
    from recalls.web.middleware import SecurityHeadersMiddleware

    shown = status if status in fallback.STATUSES else 500 if status >= 500 else 400
    request = HttpRequest()
    response = SecurityHeadersMiddleware(lambda request: fallback.respond(shown))(request)
    response["Content-Length"] = str(len(response.content))
    response["Connection"] = "close"
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
    lines = "".join(f"{name}: {value}\r\n" for name, value in response.items())
    util.write_nonblock(sock, f"{head}{lines}\r\n".encode("latin-1") + response.content)
