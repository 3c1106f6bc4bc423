"""Addresses and forms are read in UTF-8, whatever a request says of its charset."""

from collections.abc import Callable


def in_utf_8(application: Callable) -> Callable:
    """Django reads an address in the charset that Content-Type names. Python knows some, such as
    zip, that no text can be in: an error, and so early that no page of ours answers it."""

    def read(environ: dict, start_response: Callable):
        return application(without_charset(environ), start_response)

    return read


def without_charset(environ: dict) -> dict:
    parts = environ.get("CONTENT_TYPE", "").split(";")
    kept = [part for part in parts if not part.strip().lower().startswith("charset")]
    return {**environ, "CONTENT_TYPE": ";".join(kept)} if kept != parts else environ
