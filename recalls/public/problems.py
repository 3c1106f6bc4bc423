"""This module says what other programs get where there is no answer: RFC 9457, never an outcome."""

import json

from django.http import HttpRequest, HttpResponse

_PATHS = ("/api/", "/RestWebServices/")
_ADVICE = "Switch the product off and unplug it until it has been checked."
_TITLES = {
    400: "The request cannot be read.",
    404: "There is nothing at this address.",
    405: "Only GET is answered.",
    413: "The request is too large.",
    500: "There is a problem with the service. There is no answer.",
    503: "The check could not be made. There is no answer.",
}
# Any site may read, none with the cookies of a visitor: there are none.
OPEN_TO_OTHERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def is_for_programs(request: HttpRequest) -> bool:
    return request.path.startswith(_PATHS)


def respond(status: int, detail: str = "", **headers: str) -> HttpResponse:
    problem = {"title": _TITLES[status], "status": status, "detail": detail or _ADVICE}
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(
        json.dumps(problem),
        status=status,
        content_type="application/problem+json; charset=utf-8",
        headers={"Cache-Control": "no-store"} | OPEN_TO_OTHERS | given,
    )
