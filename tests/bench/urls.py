"""The site's addresses, and two that checks are measured against."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from recalls import codes
from recalls.check import ladder
from recalls.check.verdict import Verdict
from recalls.models import AffectedCode, CodeList
from recalls.public import results
from site_config.urls import handler400, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]


def constant(request: HttpRequest) -> HttpResponse:
    return HttpResponse("constant")


_verdicts: dict[bool, Verdict] = {}


def _verdict(code: str, *, is_listed: bool) -> Verdict:
    """One for all codes: the check itself is not what the plain view is measured by."""
    if is_listed not in _verdicts:
        _verdicts[is_listed] = ladder.check_code(code)
    return _verdicts[is_listed]


def plain(request: HttpRequest) -> HttpResponse:
    """As one would write it first: the ORM looks the code up, and the template makes a page as long
    as ours."""
    code = codes.normalize(request.GET.get("sn", ""))
    listed = AffectedCode.objects.filter(
        skeleton=codes.skeleton(code), code=code, code_list__status=CodeList.Status.ACTIVE
    )
    found = listed.select_related("code_list__product__recall").first()
    verdict = _verdict(code if found else "HELLO", is_listed=found is not None)
    texts = results._texts(request, verdict, None)
    result = results.result_of(request, verdict, None, results.AnyRequest.like(request), texts)
    return HttpResponse(results._rendered(result, verdict.edition))


urlpatterns = [
    path("bench/constant/", constant),
    path("bench/plain/", plain),
    *urlpatterns,
]
