"""The label as it is printed: a GS1 Digital Link, /01/<GTIN>/21/<serial> or …/10/<batch>, leads to
the check of that code.

A GTIN of a product on file names the product. One that is not, or whose check digit is wrong, goes
along as part of the text, so that the answer can warn and can never clear.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override

from recalls import barcodes
from recalls.public.context import check_address
from recalls.public.views import public_page
from recalls.published import cache
from recalls.published.edition import Edition

# Application identifiers that can stand behind a GTIN in an address; the code on the label is one
# of the first two.
_CODES = ("21", "10")
_QUALIFIERS = (*_CODES, "22", "235")


@public_page
def digital_link(request: HttpRequest, gtin: str, rest: str = "") -> HttpResponse:
    edition = cache.current_edition()
    more = [f"/{name}/{text}" for name in _CODES for text in request.GET.getlist(name) if text]
    typed, product = _asked(edition, gtin, (rest or "").rstrip("/") + "".join(more))
    with override(get_language_from_request(request)):
        response = HttpResponseRedirect(check_address(typed, product=product))
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _asked(edition: Edition, gtin: str, rest: str) -> tuple[str, str]:
    """The text to check, and the product that the GTIN names, or ""."""
    parts = _parts(rest)
    codes = [parts[name] for name in _CODES if parts.get(name)]
    named = product_of(edition, gtin)
    if not codes:
        return gtin, ""
    if named and len(codes) == 1:
        return codes[0], named
    # All of it, as a scanner gives it: each part may raise an alarm, and no part is the one code.
    return f"(01){gtin}" + "".join(f"({name}){text}" for name, text in parts.items()), named


def _parts(rest: str) -> dict[str, str]:
    """The values behind the GTIN by their identifiers. The last one may hold slashes."""
    parts: dict[str, str] = {}
    words = rest.strip("/").split("/") if rest.strip("/") else []
    while len(words) > 1 and words[0] in _QUALIFIERS:
        name, value, *words = words
        if words and words[0] not in _QUALIFIERS:
            value, words = "/".join([value, *words]), []
        # One that comes twice is two readings.
        parts[name] = f"{parts[name]}({name}){value}" if name in parts else value
    if words:
        parts["unread"] = "/".join(words)
    return parts


def product_of(edition: Edition, gtin: str) -> str:
    """Return what names the product with this GTIN in an address; "" where none is on file or its
    last digit does not fit the others."""
    if len(gtin) not in barcodes.LENGTHS or barcodes.check_digit(gtin[:-1]) != gtin[-1]:
        return ""
    families = [edition.family(form) for form in barcodes.forms(gtin)]
    if found := next(filter(None, families), None):
        return found.key
    # Several brands have it: the page asks which.
    shared = any(edition.sharing(form) for form in barcodes.forms(gtin))
    return gtin if shared else ""
