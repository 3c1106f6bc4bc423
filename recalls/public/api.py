"""The check as data: the same answers, caution and basis as on the page, for other programs."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import override

from recalls import languages
from recalls.check.verdict import CAUTION, Finding, Verdict
from recalls.public import many_words, problems, wording
from recalls.public.context import check_address
from recalls.public.openapi import description
from recalls.public.proof import edition_hash
from recalls.public.views import (
    cached_shortly,
    count_asked,
    no_store,
    open_to_others,
    public_page,
    verdict_asked_for,
)
from recalls.published.edition import Edition


@public_page
@open_to_others
@no_store
def api_check(request: HttpRequest) -> HttpResponse:
    """GET /api/check?sn=…&product=…&again=…&lang=…"""
    language = request.GET.get("lang", languages.shown()[0])
    if language not in languages.shown():
        return problems.respond(400, f"lang is one of: {', '.join(languages.shown())}.")
    verdict = verdict_asked_for(request)
    if verdict is None:
        return problems.respond(400, "Give the SN code as the parameter sn.")
    with override(language):
        response = json_response(as_data(request, verdict))
        count_asked(request, verdict)
    return response


@public_page
@open_to_others
@cached_shortly
def openapi(request: HttpRequest) -> HttpResponse:
    return json_response(description(request.build_absolute_uri("/").rstrip("/")))


def json_response(data: Any) -> JsonResponse:
    return JsonResponse(
        data,
        safe=False,
        content_type="application/json; charset=utf-8",
        json_dumps_params={"ensure_ascii": False},
    )


def as_data(request: HttpRequest, verdict: Verdict) -> dict[str, Any]:
    """The verdict as JSON has it, its texts in the active language."""
    product = verdict.named.key if verdict.named else ""
    return {
        "outcome": verdict.outcome.value,
        "caution": len(CAUTION) - CAUTION.index(verdict.outcome),
        "answer": str(many_words.NAMES[verdict.outcome]),
        "what_to_do": many_words.what_to_do(verdict),
        "typed": verdict.typed,
        "code": verdict.unread or verdict.code,
        "product": product,
        "findings": [_finding(request, finding) for finding in verdict.findings],
        "choices": [family.key for family in verdict.choices],
        "has_more_choices": verdict.has_more_choices,
        "looks_like": list(verdict.candidates),
        "error": _error(verdict),
        "basis": basis(verdict.edition)
        | {"checked_at": verdict.checked_at.isoformat("T", "seconds")},
        "page": request.build_absolute_uri(check_address(verdict.typed, product=product)),
    }


def _finding(request: HttpRequest, finding: Finding) -> dict[str, Any]:
    product = finding.product
    address = reverse("recall", args=[product.notice.slug])
    return {
        "outcome": finding.outcome.value,
        "why": finding.why.value,
        "product": wording.full_name(product),
        "models": product.row.number_list,
        "countries": product.countries,
        "notice": product.notice.slug,
        "notice_page": request.build_absolute_uri(address),
        "is_training": product.notice.recall.is_training,
    }


def _error(verdict: Verdict) -> dict[str, str] | None:
    if not verdict.error:
        return None
    return {"kind": verdict.error.kind, "message": wording.error_sentence(verdict.error)}


def basis(edition: Edition) -> dict[str, Any]:
    """Return what an answer rests on."""
    return {
        "notices": len(edition.published),
        "lists_last_changed": edition.newest.isoformat("T", "seconds") if edition.newest else None,
        "edition": edition_hash(edition),
    }
