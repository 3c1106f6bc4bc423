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
# An empty value asks for nothing.
_DATE = {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}, {"const": ""}]}
# Of the CPSC's Recall Retrieval API: each asks for a part of a text, or for a time.
_TEXT_PARAMETERS = {
    "RecallTitle": "the title",
    "RecallDescription": "the description",
    "RecallURL": "the address of its page",
    "ConsumerContact": "whom to ask",
    "ProductName": "the name of a product",
    "InconjunctionURL": "the address of a source",
    "ImageURL": "the address of a picture",
    "Injury": "the incidents",
    "Manufacturer": "the name of a firm that recalls it",
    "Retailer": "where it was sold",
    "Importer": "the name of the importer",
    "Distributor": "the name of a distributor",
    "ManufacturerCountry": "the country where it was made",
    "UPC": "a barcode number",
    "Hazard": "the hazard",
    "Remedy": "the steps of the remedy",
    "RemedyOption": "what the owner gets, such as Refund",
}
_DATE_PARAMETERS = {
    "RecallDateStart": "Notices of that day or later, as 2026-07-09.",
    "RecallDateEnd": "Notices of that day or earlier.",
    "LastPublishDateStart": "Last published here on that day or later.",
    "LastPublishDateEnd": "Last published here on that day or earlier.",
}
RECORD_TEXTS = "RecallNumber RecallDate Description URL Title ConsumerContact LastPublishDate"
# The lists of a record, with the fields of each of their rows.
RECORD_LISTS = {
    "Products": "Name Description Model Type CategoryID NumberOfUnits",
    "Inconjunctions": "URL",
    "Images": "URL Caption",
    "Injuries": "Name",
    "Manufacturers": "Name CompanyID",
    "Retailers": "Name CompanyID",
    "Importers": "Name CompanyID",
    "Distributors": "Name CompanyID",
    "ManufacturerCountries": "Country",
    "ProductUPCs": "UPC",
    "Hazards": "Name HazardType HazardTypeID",
    "Remedies": "Name",
    "RemedyOptions": "Option",
}


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
        "paths": {
            "/api/check": {"get": _check()},
            "/api/openapi.json": {"get": _itself()},
            "/RestWebServices/Recall": {"get": _recalls()},
        },
    }


def _check() -> dict[str, Any]:
    parameters = [
        _parameter("sn", "The code as it is typed or scanned.", required=True),
        _parameter("product", "A model number or another number of the product, or none."),
        _parameter("again", "The code as it was typed from the label a second time."),
        _parameter("lang", "The language of the texts.", {"enum": list(languages.shown())}),
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
            "413": _problem("The address has too many parameters."),
            "503": _problem("The check could not be made."),
        },
    }


def _itself() -> dict[str, Any]:
    schema = {"type": "object", "required": ["openapi", "info", "paths"]}
    return {
        "summary": "This description",
        "responses": {
            "200": {
                "description": "The addresses that answer programs, and what they answer.",
                "content": {"application/json": {"schema": schema}},
            },
        },
    }


def _recalls() -> dict[str, Any]:
    notices = {"type": "array", "items": _record()}
    return {
        "summary": "The published notices, in the form of the CPSC's Recall Retrieval API",
        "parameters": [
            _parameter("format", "json; otherwise the answer is XML."),
            _parameter("RecallID", "The number of a notice here."),
            _parameter("RecallNumber", "A part of the authority's number."),
            *(_parameter(name, f"A part of {text}.") for name, text in _TEXT_PARAMETERS.items()),
            *(_parameter(name, text, _DATE) for name, text in _DATE_PARAMETERS.items()),
        ],
        "responses": {
            "200": {
                "description": "All notices that match, the newest first.",
                "content": {"application/json": {"schema": notices}, "application/xml": {}},
            },
            "400": _problem("A date cannot be read."),
            "413": _problem("The address has too many parameters."),
            "503": _problem("The notices could not be read."),
        },
    }


def _parameter(
    name: str, text: str, schema: dict[str, Any] = _TEXT, *, required: bool = False
) -> dict[str, Any]:
    about = {"name": name, "in": "query", "required": required, "description": text}
    return about | {"schema": schema}


def _problem(text: str) -> dict[str, Any]:
    properties = {"title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT}
    schema = {"type": "object", "required": list(properties), "properties": properties}
    return {"description": text, "content": {"application/problem+json": {"schema": schema}}}


def _record() -> dict[str, Any]:
    """One notice, as the CPSC's guide describes its own."""
    lists = {name: _rows(keys) for name, keys in RECORD_LISTS.items()}
    properties = {
        "RecallID": {"type": "integer"},
        **dict.fromkeys(RECORD_TEXTS.split(), _TEXT),
        "SoldAtLabel": {"type": "null"},
        **lists,
    }
    return {"type": "object", "required": list(properties), "properties": properties}


def _rows(keys: str) -> dict[str, Any]:
    names = keys.split()
    row = {"type": "object", "required": names, "properties": dict.fromkeys(names, _TEXT)}
    return {"type": "array", "items": row}


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
