"""The page of a verdict.

A verdict is made anew for each check; making its page would take twenty times as long. So a page
is made once for all verdicts that differ in nothing but the code, and kept as long as the edition
that it was made from. It is made from a `Result` alone, the one view model of a result page, and
kept under that: what is not in the one cannot be in the other.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import count, takewhile
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import re_accepts_gzip
from django.template.loader import render_to_string
from django.utils.encoding import iri_to_uri
from django.utils.translation import get_language, gettext

from recalls import codes
from recalls.check.ladder import NONE_OF_THESE
from recalls.check.verdict import HITS, Outcome, Verdict, Why
from recalls.models import Product
from recalls.public import comparing, formats, outcomes, pictures, wording
from recalls.public.advice import Advice, advice_on, common_power
from recalls.public.claims import Claim, has_code_to_claim
from recalls.public.comparing import Comparison
from recalls.public.outcomes import OutcomePage
from recalls.public.placeholders import Page, placeholder
from recalls.public.presenting import InCountries, authorities, finding_line
from recalls.public.search import MAX_TERM_LENGTH, SearchAnswer, search_products
from recalls.public.site import Site
from recalls.published.edition import Edition, Family, PublishedProduct, PublishedRecall

# Of one edition; more would mean that somebody tries out products and languages by the thousand.
MAX_PAGES = 1000
MAX_IN_A_PLACEHOLDER = 200
# What a visitor answered once does not go along in an address to keep.
ASKED_ANEW = ("again", "confirmed", "cannot_type")
# Fields of a result that are texts of the same name.
SHOWN_AS_GIVEN = (
    *("typed", "again", "confirmed", "confirmation", "asked", "code", "unread", "checked_at"),
    *("shown_code", "error", "typed_marked"),
)


class ShownFinding(NamedTuple):
    """A finding as pages show it."""

    outcome: Outcome
    product: PublishedProduct
    why: Why

    @property
    def line(self) -> str:
        """Return what the notice says of the code, by country."""
        return finding_line(self.outcome, self.product, self.why)


class AnyRequest(NamedTuple):
    """A request for a path of a site with any query."""

    site: str
    path: str

    @classmethod
    def like(cls, request: HttpRequest) -> "AnyRequest":
        return cls(f"{request.scheme}://{request.get_host()}", request.path)

    def get_full_path(self) -> str:
        return f"{self.path}?{placeholder('query')}"

    def build_absolute_uri(self) -> str:
        return f"{self.site}{self.get_full_path()}"


class BrandChoice(NamedTuple):
    """A brand to choose where too many products were found, and the term that finds its own."""

    name: str
    term: str


class TypedEntry(NamedTuple):
    """One of two unlike codes: `marked` for the eye, `code` and the `other` one for its link."""

    number: int
    marked: str
    code: str
    other: str
    confirmation: str


class Result(NamedTuple):
    """All that a result page shows: `result` in its templates. Where the code or the time would
    stand there are placeholders, so that it is the same for every code.

    `chosen` is what the visitor named: a model number, "none" or "".
    """

    request: AnyRequest
    language: str
    outcome: Outcome
    findings: tuple[ShownFinding, ...]
    named: Family | None
    choices: tuple[Family, ...]
    has_more_choices: bool
    is_brand_asked: bool
    brands: tuple[BrandChoice, ...]
    has_too_many: bool
    spellings: tuple[str, ...]
    is_compared: bool
    is_sister_asked: bool
    error_is_in_again: bool
    entries: tuple[TypedEntry, ...]
    typed: str
    again: str
    confirmed: str
    confirmation: str
    asked: str
    code: str
    unread: str
    checked_at: str
    shown_code: str
    claim_code: str
    is_read_otherwise: bool
    error: str
    error_kind: str
    wrong_number: str
    typed_marked: str
    comparisons: tuple[Comparison, ...]
    doubts: tuple[str, ...]
    entry_words: tuple[str, ...]
    chosen: str
    cannot_tell: bool

    @property
    def page(self) -> OutcomePage:
        if self.cannot_tell:
            return outcomes.TREAT_AS_RECALLED
        if self.error_is_in_again:
            return outcomes.PAGES[Outcome.TYPE_AGAIN]
        if self.entries:
            return outcomes.UNLIKE_ENTRIES
        if self.is_sister_asked:
            return outcomes.SISTER
        return outcomes.page_of(self.outcome, {finding.why for finding in self.own_findings})

    @property
    def tag(self) -> str:
        if self.page is outcomes.PAGES[Outcome.RECALLED]:
            return wording.recall_tag(self.notices)
        return str(self.page.tag)

    @property
    def own_findings(self) -> list[ShownFinding]:
        """The findings that the outcome is that of."""
        return [finding for finding in self.findings if finding.outcome is self.outcome]

    @property
    def claim(self) -> Claim:
        return Claim(self.claim_code, tuple(finding.product for finding in self.own_findings))

    @property
    def title(self) -> str:
        """Return how the title of the page begins: the verdict first, for it is heard first."""
        product = self.products[0] if self.products else None
        values = {
            "recalled": self.advice.kind.title,
            "product": wording.full_name(product) if product else "",
        }
        title = self.page.title % values
        return gettext("Error: %(title)s") % {"title": title} if self.error else title

    @property
    def has_search(self) -> bool:
        return self.has_more_choices or self.outcome is Outcome.UNRECOGNISED

    @property
    def is_near_recalled(self) -> bool:
        """Whether a recalled code is much like this one."""
        return self.outcome in (Outcome.CHECK_AGAIN, Outcome.TYPE_AGAIN)

    @property
    def sister_names(self) -> str:
        return formats.listed(wording.full_name(family.main) for family in self.choices)

    @property
    def products(self) -> list[PublishedProduct]:
        products = [finding.product for finding in self.findings]
        products += [product for family in self.choices for product in family.products]
        return products or (self.named.products if self.named else [])

    @property
    def notices(self) -> list[PublishedRecall]:
        """Those that say something of the code."""
        return list(dict.fromkeys(finding.product.notice for finding in self.findings))

    @property
    def advice(self) -> Advice:
        return advice_on(self.products, self.notices)

    @property
    def power(self) -> str:
        return common_power(self.products)

    @property
    def shows_speaker(self) -> bool:
        """Whether the drawing of where damage shows, a speaker, is of its kind."""
        return {product.row.kind for product in self.products} == {Product.Kind.SPEAKER.value}

    @property
    def is_training(self) -> bool:
        return any(product.notice.recall.is_training for product in self.products[:1])

    @property
    def codes_last_added_on(self) -> dt.datetime | None:
        return find_codes_last_added(self.products)


def result_page(request: HttpRequest, verdict: Verdict) -> HttpResponse:
    """The page of the verdict, for a request of its address."""
    answer = search_answer(request, verdict)
    texts = _texts(request, verdict, answer)
    result = result_of(request, verdict, answer, AnyRequest.like(request), _placeholders(texts))
    pages = verdict.edition.rendered_pages
    made = pages.get(result)
    if made is None:
        if len(pages) >= MAX_PAGES:
            pages.clear()
        made = pages[result] = Page(_rendered(result, verdict.edition))
    # What fills the placeholders is not compressed here: a long text is left to Django's own gzip.
    is_short = len(texts["query"]) <= MAX_IN_A_PLACEHOLDER
    accepts = request.META.get("HTTP_ACCEPT_ENCODING", "")
    packed = is_short and bool(re_accepts_gzip.search(accepts))
    response = HttpResponse(made.fill(texts, packed=packed))
    response["Vary"] = "Accept-Encoding"
    if packed:
        response["Content-Encoding"] = "gzip"
    return response


def search_answer(request: HttpRequest, verdict: Verdict) -> SearchAnswer | None:
    """Return what the search of the page finds; None where nothing was asked or it has no
    search."""
    term = _term(request)
    has_search = verdict.has_more_choices or verdict.outcome is Outcome.UNRECOGNISED
    return search_products(verdict.edition, term) if term and has_search else None


def _term(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:MAX_TERM_LENGTH]


def _texts(request: HttpRequest, verdict: Verdict, answer: SearchAnswer | None) -> dict[str, Any]:
    """Return what differs from one code to the next, by the name of its placeholder."""
    texts = {
        "typed": verdict.typed,
        "code": verdict.code,
        "unread": verdict.unread,
        "checked_at": verdict.checked_at,
        "shown_code": _shown_code(verdict),
        "error": wording.error_sentence(verdict.error) if verdict.error else "",
        "query": kept_query(request),
        "again": verdict.again,
        "confirmed": verdict.confirmed,
        "confirmation": verdict.confirmation,
        "asked": _term(request) if answer else "",
    }
    if answer:
        texts |= _by_number("narrowed", answer.narrowed) | _by_number("spelling", answer.spellings)
    return texts | _entry_texts(verdict) | _compared_texts(verdict)


def _compared_texts(verdict: Verdict) -> dict[str, Any]:
    """Return what differs between the typed code and the recalled ones: each of up to three, or the
    doubtful places of more."""
    typed, candidates = verdict.code, verdict.all_candidates
    if not candidates:
        return {"typed_marked": ""}
    texts: dict[str, Any] = {"typed_marked": comparing.mark_typed(typed, candidates)}
    if verdict.has_more_candidates:
        return texts | _by_number("doubt", comparing.doubtful_places(typed, candidates))
    for number, candidate in enumerate(candidates, 1):
        compared = comparing.compare_codes(number, typed, candidate)
        texts[f"marked_candidate_{number}"] = compared.marked
        texts[f"candidate_{number}"] = candidate
        texts |= _by_number(f"words_{number}", compared.words)
    return texts


def _by_number(name: str, lines: Iterable[str]) -> dict[str, str]:
    return {f"{name}_{number}": line for number, line in enumerate(lines)}


def _numbered(texts: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The texts that `_by_number` gave numbers under this name."""
    if f"{name}_0" not in texts:
        return ()
    return tuple(texts[f"{name}_{n}"] for n in takewhile(lambda n: f"{name}_{n}" in texts, count()))


def _entry_texts(verdict: Verdict) -> dict[str, Any]:
    if not verdict.entries:
        return {}
    first, second, lines = comparing.compare_entries(*verdict.entries)
    return {
        "marked_1": first,
        "marked_2": second,
        "entry_1": verdict.entries[0],
        "entry_2": verdict.entries[1],
        "entry_confirmation_1": verdict.entry_confirmations[0],
        "entry_confirmation_2": verdict.entry_confirmations[1],
    } | _by_number("entry_word", lines)


def kept_query(request: HttpRequest) -> str:
    """The query of an address to print or keep: whoever opens it later is asked anew."""
    parts = request.META.get("QUERY_STRING", "").split("&")
    lasting = [part for part in parts if part.partition("=")[0] not in ASKED_ANEW]
    return iri_to_uri("&".join(lasting))


def _placeholders(texts: Mapping[str, Any]) -> dict[str, Any]:
    """One for each text. An empty one stays empty, since templates ask whether there is one."""
    return {name: placeholder(name) if text else "" for name, text in texts.items()}


def _shown_code(verdict: Verdict) -> str:
    """The code that the verdict is about: as it was found, or as it was read; "" for a model."""
    if any(finding.why is Why.NO_CODE for finding in verdict.findings):
        return ""
    if verdict.outcome in HITS:
        first = verdict.findings[0]
        if first.why is Why.EVERY_UNIT and not first.product.fits(first.code):
            return ""
        return first.code
    return verdict.code if len(verdict.code) <= codes.MAX_CODE_LENGTH else ""


def result_of(
    request: HttpRequest,
    verdict: Verdict,
    answer: SearchAnswer | None,
    shown: AnyRequest,
    texts: Mapping[str, Any],
) -> Result:
    """The view model of the verdict; `answer` is what its search found, `shown` the request that
    its page speaks of, `texts` are placeholders or what would fill them."""
    may_ask = outcomes.PAGES[verdict.outcome].leads_to_recalled
    return Result(
        request=shown,
        language=get_language(),
        outcome=verdict.outcome,
        findings=tuple(ShownFinding(f.outcome, f.product, f.why) for f in verdict.findings),
        named=verdict.named,
        choices=answer.families if answer else verdict.choices,
        has_more_choices=verdict.has_more_choices,
        is_brand_asked=verdict.is_brand_asked and not answer,
        brands=_brands(answer, texts),
        has_too_many=bool(answer and answer.has_too_many),
        spellings=_numbered(texts, "spelling"),
        is_compared=verdict.is_compared,
        is_sister_asked=bool(verdict.sisters),
        error_is_in_again=verdict.error_is_in_again,
        entries=_entries(verdict, texts),
        claim_code=texts["shown_code"] if has_code_to_claim(verdict) else "",
        is_read_otherwise=_shown_code(verdict) != verdict.code,
        error_kind=verdict.error.kind if verdict.error else "",
        wrong_number=wording.wrong_number(verdict.code),
        comparisons=_comparisons(verdict, texts),
        doubts=_numbered(texts, "doubt"),
        entry_words=_numbered(texts, "entry_word"),
        chosen=_chosen_product(request, verdict),
        cannot_tell=may_ask and "cannot_tell" in request.GET,
        **{name: texts[name] for name in SHOWN_AS_GIVEN},
    )


def _brands(answer: SearchAnswer | None, texts: Mapping[str, Any]) -> tuple[BrandChoice, ...]:
    brands = answer.brands if answer else ()
    return tuple(map(BrandChoice, brands, _numbered(texts, "narrowed")))


def _entries(verdict: Verdict, texts: Mapping[str, Any]) -> tuple[TypedEntry, ...]:
    numbers = (1, 2) if verdict.entries else ()
    return tuple(
        TypedEntry(
            number=number,
            marked=texts[f"marked_{number}"],
            code=texts[f"entry_{number}"],
            other=texts[f"entry_{3 - number}"],
            confirmation=texts[f"entry_confirmation_{number}"],
        )
        for number in numbers
    )


def _chosen_product(request: HttpRequest, verdict: Verdict) -> str:
    if verdict.named:
        return verdict.named.key
    is_none = request.GET.get("product", "").strip().lower() == NONE_OF_THESE
    return NONE_OF_THESE if is_none else ""


def _comparisons(verdict: Verdict, texts: Mapping[str, Any]) -> tuple[Comparison, ...]:
    if verdict.has_more_candidates:
        return ()
    return tuple(
        Comparison(
            number=number,
            marked=texts[f"marked_candidate_{number}"],
            code=texts[f"candidate_{number}"],
            words=_numbered(texts, f"words_{number}"),
        )
        for number in range(1, len(verdict.candidates) + 1)
    )


def _rendered(result: Result, edition: Edition) -> str:
    named = [result.named] if result.is_sister_asked and result.named else []
    rows = [family.main.row for family in (*result.choices, *named)]
    context = {
        "request": result.request,
        "site": Site(result.request),
        "result": result,
        "edition": edition,
        "is_training": result.is_training,
        "local": InCountries(edition, result.notices, result.power),
        "authorities": authorities(edition),
        "pictures": pictures.pictures_by_id(rows),
    }
    return render_to_string("public/check.html", context)


def find_codes_last_added(products: list[PublishedProduct]) -> dt.datetime | None:
    """When codes were last added to a notice that was public before."""
    added = [
        product.newest_list
        for product in products
        if product.newest_list
        and product.newest_list.date() > product.notice.recall.published_at.date()
    ]
    return max(added, default=None)
