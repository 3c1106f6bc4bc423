"""Many codes at once: an office pastes or uploads its table and gets an answer to each row.

Nothing is stored or logged; an uploaded file is gone with the request. The form asks for no CSRF
token, since it changes nothing and a token would need a cookie.
"""

from pathlib import Path

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt

from recalls.check.many import MAX_UNITS, check_codes
from recalls.lists.limits import MEGABYTE, VISITOR
from recalls.public import counts, fallback, many_words
from recalls.public.many_answers import Answers, answers_of
from recalls.public.many_table import OfficeTable, TableError, read_file, read_text
from recalls.public.presenting import InCountries
from recalls.public.views import no_store
from recalls.published import cache
from recalls.published.edition import MAX_NAME_LENGTH

# The text beside a file.
MAX_BODY = (VISITOR.size or 0) + 2 * MEGABYTE


@csrf_exempt
@no_store
def check_many(request: HttpRequest) -> HttpResponse:
    """The form; to a POST, the answers to its table."""
    if request.method in ("GET", "HEAD"):
        return _form_page(request)
    if request.method != "POST":
        return fallback.not_allowed(request, "GET, HEAD, POST")
    if _body_length(request) > MAX_BODY:
        raise RequestDataTooBig("A table of units is not so large.")
    try:
        table = _sent_table(request)
    except TableError as error:
        return _form_page(request, error)
    units, beside = [row.unit for row in table.rows], [row.own for row in table.rows]
    answers = answers_of(table, check_codes(units, beside))
    _count(request, answers)
    return _download(answers) if "download" in request.POST else _result_page(request, answers)


def _body_length(request: HttpRequest) -> int:
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(length) if length.isdigit() else MAX_BODY + 1


def _sent_table(request: HttpRequest) -> OfficeTable:
    """Raises TableError."""
    product = request.POST.get("product", "").strip()[:MAX_NAME_LENGTH]
    file = request.FILES.get("file")
    if file is None or not file.name:
        return read_text(request.POST.get("codes", ""), product)
    if file.size and file.size > (VISITOR.size or 0):
        raise TableError("too_large")
    return read_file(Path(file.temporary_file_path()), product)


def _form_page(request: HttpRequest, error: TableError | None = None) -> HttpResponse:
    title = gettext("Check more than one product")
    ctx = {
        "edition": cache.current_edition(),
        "title": gettext("Error: %(title)s") % {"title": title} if error else title,
        "error": many_words.error_sentence(error.kind, error.entered) if error else "",
        "codes": request.POST.get("codes", "") if error else "",
        "product": request.POST.get("product", "") if error else "",
        "most": MAX_UNITS,
        "megabytes": (VISITOR.size or 0) // MEGABYTE,
    }
    return render(request, "public/many.html", ctx)


def _result_page(request: HttpRequest, answers: Answers) -> HttpResponse:
    first = answers.answers[0].verdict
    ctx = {
        "edition": first.edition,
        "answers": answers,
        "checked_at": first.checked_at,
        "local": InCountries(first.edition, answers.notices),
    }
    return render(request, "public/many_result.html", ctx)


def _download(answers: Answers) -> HttpResponse:
    response = HttpResponse(answers.as_csv(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="recall-check.csv"'
    return response


def _count(request: HttpRequest, answers: Answers) -> None:
    """As each answer of the form is counted; a language or a download asks the same again."""
    if "repeated" in request.POST or not counts.is_asked_by_somebody(request):
        return
    for answer in answers.answers:
        counts.count_verdict(answer.verdict, get_language())
