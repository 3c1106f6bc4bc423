"""The description of the site's data by OpenAPI 3.1, for programs that read such."""

from typing import Any

from django.conf import settings

from recalls import languages
from recalls.models import Outcome

_ABOUT = (
    "Whether the code on a product is in a recall. not_listed is said of one product, its list and "
    "its countries, and never that a product has no recall. A failure is a problem (RFC 9457) and "
    "never an outcome: treat it as unanswered."
)
_TEXT = {"type": "string"}
_TEXT_OR_NULL = {"type": ["string", "null"]}
_TEXTS = {"type": "array", "items": _TEXT}


def description(site: str) -> dict[str, Any]:
    """`site`: its address without a slash at the end."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": settings.SITE_NAME,
            "version": "1",
            "description": _ABOUT,
        },
        "servers": [{"url": site}],
        "paths": {"/api/check": {"get": _check()}, "/RestWebServices/Recall": {"get": _recalls()}},
    }


def _check() -> dict[str, Any]:
    parameters = [
        _parameter("sn", "The code as it is typed or scanned.", required=True),
        _parameter("product", "A model number or another number of the product, or none."),
        _parameter("again", "The code as it was typed from the label a second time."),
        _parameter("lang", f"One of {', '.join(languages.shown())}: the language of the texts."),
    ]
    return {
        "summary": "Check one code",
        "parameters": parameters,
        "responses": {
            "200": {
                "description": "The answer, an outcome that asks for more among them.",
                "content": {"application/json": {"schema": _answer()}},
            },
            "400": _problem("The request cannot be read."),
            "503": _problem("The check could not be made."),
        },
    }


def _recalls() -> dict[str, Any]:
    return {
        "summary": "The published notices, in the form of the CPSC's Recall Retrieval API",
        "parameters": [
            _parameter("format", "json; otherwise the answer is XML."),
            _parameter("RecallTitle", "A part of the title. Further parameters as the CPSC's."),
        ],
        "responses": {
            "200": {"description": "All notices that match, the newest first."},
            "400": _problem("A date cannot be read."),
            "503": _problem("The notices could not be read."),
        },
    }


def _parameter(name: str, text: str, *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": text, "schema": _TEXT}


def _problem(text: str) -> dict[str, Any]:
    return {"description": text, "content": {"application/problem+json": {}}}


def _answer() -> dict[str, Any]:
    number, flag = {"type": "integer"}, {"type": "boolean"}
    finding = {
        **dict.fromkeys(("outcome", "why", "product", "notice", "notice_page"), _TEXT),
        "models": _TEXTS,
        "countries": _TEXTS,
        "is_training": flag,
    }
    basis = {
        "notices": number,
        **dict.fromkeys(("lists_last_changed", "edition", "checked_at"), _TEXT_OR_NULL),
    }
    properties = {
        "outcome": {"enum": list(Outcome.values)},
        "caution": {"type": "integer", "description": "The higher, the more cautious."},
        **dict.fromkeys(("answer", "what_to_do", "typed", "code", "product", "page"), _TEXT),
        "findings": {"type": "array", "items": {"type": "object", "properties": finding}},
        "choices": _TEXTS,
        "has_more_choices": flag,
        "looks_like": _TEXTS,
        "error": {"type": ["object", "null"], "properties": {"kind": _TEXT, "message": _TEXT}},
        "basis": {"type": "object", "properties": basis},
    }
    return {"type": "object", "required": list(properties), "properties": properties}
