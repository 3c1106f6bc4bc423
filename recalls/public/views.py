"""The public pages. A page's name runs through view, URL name, template and test file."""

from collections.abc import Callable, Mapping
from functools import wraps

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, get_language_from_request, gettext, override
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt

from recalls import languages
from recalls.check import ladder
from recalls.check.verdict import Verdict
from recalls.codes import codes_from_query
from recalls.models import Picture, Product
from recalls.public import context, counts, fallback, problems, results
from recalls.public.kinds import common_kind
from recalls.public.presenting import InCountries, authorities, makers_addresses, makers_lists
from recalls.public.results import find_codes_last_added
from recalls.public.search import search_notices
from recalls.published import cache
from recalls.published.edition import Edition, Family, PublishedRecall

cached_shortly = cache_control(
    public=True, max_age=60, stale_while_revalidate=60, stale_if_error=86400
)
NOTICES_ON_A_PAGE = 50


def public_page(view: Callable) -> Callable:
    """Answers GET and HEAD; what else is sent gets the stop-use advice. It changes nothing, so it
    asks for no CSRF token, whose refusal would hide that advice."""

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return fallback.not_allowed(request)
        return view(request, *args, **kwargs)

    return wrapped


def with_headers(headers: Mapping[str, str]) -> Callable[[Callable], Callable]:
    """For views whose every answer has these."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            response = view(request, *args, **kwargs)
            for name, value in headers.items():
                response[name] = value
            return response

        return wrapped

    return decorate


# No cache may store the answer, nor the browser.
no_store = with_headers({"Cache-Control": "private, no-store"})
# Any site may read the answer from within its pages.
open_to_others = with_headers(problems.OPEN_TO_OTHERS)


@public_page
def language_home(request: HttpRequest) -> HttpResponse:
    return _in_visitors_language(request, "home")


@public_page
def language_check(request: HttpRequest) -> HttpResponse:
    return _in_visitors_language(request, "check")


@public_page
def check_in_capitals(request: HttpRequest, language: str) -> HttpResponse:
    """/EN/check/, as some devices write what they are given."""
    if language.lower() not in languages.shown():
        raise Http404
    return _redirect_to(request, "check", language.lower())


def _in_visitors_language(request: HttpRequest, name: str) -> HttpResponse:
    """The one place that looks at Accept-Language; everywhere else the path says the language."""
    response = _redirect_to(request, name, get_language_from_request(request))
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _redirect_to(request: HttpRequest, name: str, language: str) -> HttpResponse:
    with override(language):
        address = reverse(name)
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{address}?{query}" if query else address)


@public_page
@cached_shortly
def home(request: HttpRequest) -> HttpResponse:
    edition = cache.current_edition()
    ctx = {
        "edition": edition,
        "kind": common_kind(product.row.kind for product in edition.products.values()),
        "codes_last_added_on": find_codes_last_added(list(edition.products.values())),
        "local": InCountries(edition),
        "makers_lists": makers_lists(edition),
    }
    return render(request, "public/home.html", ctx)


@public_page
@no_store
def check(request: HttpRequest) -> HttpResponse:
    verdict = verdict_asked_for(request)
    if verdict is None:
        return redirect("home")
    response = results.result_page(request, verdict)
    count_asked(request, verdict)
    return response


def verdict_asked_for(request: HttpRequest, edition: Edition | None = None) -> Verdict | None:
    """Return the verdict on what the address holds, by what is public or by that edition; None
    where it holds no code. Raises Unavailable."""
    parameters = request.GET  # raises where there are more than may be read
    typed = codes_from_query(raw_query(request))
    if not typed:
        return None
    return ladder.check_code(
        typed,
        product=parameters.getlist("product"),
        confirmed=parameters.getlist("confirmed"),
        again=parameters.getlist("again"),
        cannot_type="cannot_type" in parameters,
        edition=edition,
    )


def raw_query(request: HttpRequest) -> str:
    """The query as it was sent; what came unencoded is UTF-8, which WSGI hands on as Latin-1."""
    query = request.META.get("QUERY_STRING", "")
    return query if query.isascii() else query.encode("latin-1", "replace").decode(errors="replace")


def count_asked(request: HttpRequest, verdict: Verdict) -> None:
    """Count what people asked, in the language that is active."""
    if counts.is_asked_by_somebody(request):
        cannot_type = "cannot_type" in request.GET
        counts.count_verdict(verdict, get_language(), cannot_type=cannot_type)


@public_page
@cached_shortly
def code(request: HttpRequest) -> HttpResponse:
    edition = cache.current_edition()
    without_code: dict[str, list[Family]] = {}
    # Of many notices nobody reads a list: there the page has a search.
    for family in () if edition.has_older_notices else edition.families:
        without_code.setdefault(_without_code(family), []).append(family)
    return render(request, "public/code.html", {"edition": edition, "without_code": without_code})


def _without_code(family: Family) -> str:
    """Return what holds for a unit of it without a readable code, the most cautious first."""
    rows = [product.row for product in family.products]
    if any(row.identified_by == Product.IdentifiedBy.EVERY_UNIT for row in rows):
        return "every_unit"
    ways = {row.without_code for row in rows}
    return next(way for way in ("treat_as_recalled", "contact_maker") if way in ways)


@public_page
@cached_shortly
def message(request: HttpRequest) -> HttpResponse:
    edition = cache.current_edition()
    ctx = {
        "edition": edition,
        "makers": makers_addresses(edition),
        "authorities": authorities(edition),
    }
    return render(request, "public/message.html", ctx)


@public_page
@cached_shortly
def contact(request: HttpRequest) -> HttpResponse:
    edition = cache.current_edition()
    few = [] if edition.has_older_notices else edition.published
    by_firm = sorted(few, key=lambda notice: notice.recall.firm.casefold())
    # Each firm's newest first.
    ctx = {"edition": edition, "notices": by_firm, "local": InCountries(edition)}
    return render(request, "public/contact.html", ctx)


@public_page
@cached_shortly
def disposal(request: HttpRequest) -> HttpResponse:
    edition = cache.current_edition()
    ctx = {
        "edition": edition,
        # "Any other country" has the last code.
        "rows": [row for _, row in sorted(edition.disposals.items()) if row.says_disposal],
    }
    return render(request, "public/disposal.html", ctx)


@public_page
@cached_shortly
def recalls(request: HttpRequest) -> HttpResponse:
    edition = cache.current_edition()
    term = request.GET.get("q", "").strip()[:80]
    notices = search_notices(edition, term) if term else edition.notices
    page = Paginator(notices, NOTICES_ON_A_PAGE).get_page(request.GET.get("page"))
    title = gettext("Recall notices")
    if page.paginator.num_pages > 1:
        title = gettext("Recall notices: page %(number)s of %(pages)s")
        title %= {"number": page.number, "pages": page.paginator.num_pages}
    ctx = {"edition": edition, "page": page, "q": term, "title": title}
    return render(request, "public/recalls.html", ctx)


def _public_notice(slug: str) -> tuple[Edition, PublishedRecall]:
    edition = cache.current_edition()
    if notice := edition.notice(slug):
        return edition, notice
    raise Http404


@public_page
@cached_shortly
def recall(request: HttpRequest, slug: str) -> HttpResponse:
    edition, notice = _public_notice(slug)
    response = render(request, "public/recall.html", context.notice_context(edition, notice))
    if counts.is_asked_by_somebody(request):
        counts.count_answer(counts.PAGE, [slug], get_language())
    return response


@public_page
@cache_control(public=True, max_age=31_536_000, immutable=True)
def picture(request: HttpRequest, sha256: str) -> HttpResponse:
    """A picture of a product that is public, under the hash of its content."""
    notices = cache.current_edition().notices
    products = [product for notice in notices for product in notice.products]
    public = {product.row.picture_id for product in products} - {None}
    return picture_response(Picture.objects.filter(pk__in=public), sha256)


def picture_response(among: QuerySet[Picture], sha256: str) -> HttpResponse:
    content = get_object_or_404(among, sha256=sha256).content
    return HttpResponse(bytes(content), content_type="image/webp")


@public_page
@cached_shortly
def poster(request: HttpRequest, slug: str) -> HttpResponse:
    edition, notice = _public_notice(slug)
    if not notice.recall.is_published:
        return redirect(notice.recall)  # its page says what has become of it
    return render(request, "public/poster.html", context.poster_context(edition, notice))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    kept_shortly = "public, max-age=30"
    if not _language_of(request):
        return fallback.respond_to(request, 404, Cache_Control=kept_shortly)
    try:
        edition = cache.current_edition()
    except ladder.FAILURES:
        edition = None  # the page says what to do without it
    response = render(request, "404.html", {"edition": edition}, status=404)
    response["Cache-Control"] = kept_shortly
    return response


def _language_of(request: HttpRequest) -> str:
    first = request.path.strip("/").split("/")[0]
    return first if first in languages.shown() else ""
