"""The page of a verdict.

A verdict is made anew for each check; making its page would take twenty times as long. So a page
is made once for all verdicts that differ in nothing but the code, and kept as long as the edition
that it was made from. It is made from a `Result` alone and kept under that: what is not in the
one cannot be in the other.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import re_accepts_gzip
from django.template.loader import render_to_string
from django.utils.encoding import iri_to_uri
from django.utils.translation import get_language

from recalls import codes
from recalls.check.verdict import Outcome, Verdict, Why
from recalls.public import wording
from recalls.public.placeholders import Page, gap
from recalls.public.wording import Comparison
from recalls.published.edition import Edition, Family, PublishedProduct

# Of one edition; more would mean that somebody tries out products and languages by the thousand.
MAX_PAGES = 1000
MAX_IN_A_PLACEHOLDER = 200


class Shown(NamedTuple):
    """What a page shows of a finding."""

    outcome: Outcome
    item: PublishedProduct
    why: Why


class AnyRequest(NamedTuple):
    """A request for a path of a site with any query."""

    site: str
    path: str

    @classmethod
    def like(cls, request: HttpRequest) -> "AnyRequest":
        return cls(f"{request.scheme}://{request.get_host()}", request.path)

    def get_full_path(self) -> str:
        return f"{self.path}?{gap('query')}"

    def build_absolute_uri(self) -> str:
        return f"{self.site}{self.get_full_path()}"


class Result(NamedTuple):
    """All that a result page is made from; to its templates it is the verdict too. Where the code
    or the time would stand there are gaps.

    `chosen` is what the visitor named: a model number, "none" or "".
    """

    request: AnyRequest
    language: str
    outcome: Outcome
    findings: tuple[Shown, ...]
    named: Family | None
    choices: tuple[Family, ...]
    more_candidates: bool
    can_confirm: bool
    is_confirmed: bool
    typed: str
    code: str
    unread: str
    checked_at: str
    shown_code: str
    is_read_otherwise: bool
    error: str
    error_kind: str
    wrong_number: str
    comparisons: tuple[Comparison, ...]
    chosen: str
    cannot_tell: bool


def page(request: HttpRequest, verdict: Verdict, *, chosen: str, cannot_tell: bool) -> HttpResponse:
    values = _values(request, verdict)
    result = _result(verdict, AnyRequest.like(request), values, chosen, cannot_tell)
    kept = verdict.edition.kept_pages
    made = kept.get(result)
    if made is None:
        if len(kept) >= MAX_PAGES:
            kept.clear()
        made = kept[result] = Page(_rendered(result, verdict.edition))
    # What goes into the gaps is not compressed here: a long text is left to Django's own gzip.
    is_short = len(values["query"]) <= MAX_IN_A_PLACEHOLDER
    accepts = request.META.get("HTTP_ACCEPT_ENCODING", "")
    packed = is_short and bool(re_accepts_gzip.search(accepts))
    response = HttpResponse(made.filled(values, packed=packed))
    response["Vary"] = "Accept-Encoding"
    if packed:
        response["Content-Encoding"] = "gzip"
    return response


def _values(request: HttpRequest, verdict: Verdict) -> dict[str, Any]:
    """What goes into the gaps."""
    values = {
        "typed": verdict.typed,
        "code": verdict.code,
        "unread": verdict.unread,
        "checked_at": verdict.checked_at,
        "shown_code": _shown_code(verdict),
        "error": wording.error_sentence(verdict.error) if verdict.error else "",
        "query": iri_to_uri(request.META.get("QUERY_STRING", "")),
    }
    for place, candidate in enumerate(verdict.candidates):
        compared = wording.compare(verdict.code, candidate)
        values[f"typed_{place}"] = compared.typed
        values[f"candidate_{place}"] = compared.candidate
        values[f"code_{place}"] = candidate
        for number, line in enumerate(compared.words):
            values[f"words_{place}_{number}"] = line
    return values


def _shown_code(verdict: Verdict) -> str:
    """The code that the verdict is about: as it was found, or as it was read; "" for a model."""
    if verdict.outcome in (Outcome.RECALLED, Outcome.INSPECT):
        first = verdict.findings[0]
        if first.why is Why.EVERY_UNIT and not first.item.fits(first.code):
            return ""
        return first.code
    return verdict.code if len(verdict.code) <= codes.MAX_CODE_LENGTH else ""


def _gap(values: dict[str, Any], name: str) -> Any:
    return gap(name) if values[name] else ""


def _result(
    verdict: Verdict,
    request: AnyRequest,
    values: dict[str, Any],
    chosen: str,
    cannot_tell: bool,
    put: Callable[[dict[str, Any], str], Any] = _gap,
) -> Result:
    return Result(
        request=request,
        language=get_language(),
        outcome=verdict.outcome,
        findings=tuple(Shown(f.outcome, f.item, f.why) for f in verdict.findings),
        named=verdict.named,
        choices=verdict.choices,
        more_candidates=verdict.more_candidates,
        can_confirm=verdict.can_confirm,
        is_confirmed=verdict.is_confirmed,
        typed=put(values, "typed"),
        code=put(values, "code"),
        unread=put(values, "unread"),
        checked_at=put(values, "checked_at"),
        shown_code=put(values, "shown_code"),
        is_read_otherwise=values["shown_code"] != verdict.code,
        error=put(values, "error"),
        error_kind=verdict.error.kind if verdict.error else "",
        wrong_number=wording.wrong_number(verdict.code),
        comparisons=tuple(
            _comparison(values, place, put) for place in range(len(verdict.candidates))
        ),
        chosen=chosen,
        cannot_tell=cannot_tell,
    )


def _comparison(values: dict[str, Any], place: int, put: Callable) -> Comparison:
    words = [name for name in values if name.startswith(f"words_{place}_")]
    return Comparison(
        typed=put(values, f"typed_{place}"),
        candidate=put(values, f"candidate_{place}"),
        code=put(values, f"code_{place}"),
        words=tuple(put(values, name) for name in words),
    )


def _rendered(result: Result, edition: Edition) -> str:
    items = [finding.item for finding in result.findings]
    items += [item for family in result.choices for item in family.products]
    if not items and result.named:
        items = result.named.products
    context = {
        **result._asdict(),
        "verdict": result,
        "edition": edition,
        "confirmed": result.code if result.is_confirmed else "",
        "codes_last_added_on": codes_last_added_on(items),
        "noun": wording.noun(item.product.kind for item in items),
        "notices": list(dict.fromkeys(finding.item.notice for finding in result.findings)),
        "is_training": any(item.notice.recall.is_training for item in items[:1]),
    }
    return render_to_string("recalls/check.html", context)


def codes_last_added_on(items: list[PublishedProduct]) -> dt.datetime | None:
    """When codes were last added to a notice that was public before."""
    added = [
        item.newest_list
        for item in items
        if item.newest_list and item.newest_list.date() > item.notice.recall.published_at.date()
    ]
    return max(added, default=None)
