"""The published notices in the form of the CPSC's Recall Retrieval API: a client written for that
one reads them unchanged. Names, parameters and shapes are the same; it is XML without format=json.

Serial numbers are no field there, and are none here: a code is checked, never looked for in prose.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import override

from recalls.models import Picture, Product, Recall, RecallText
from recalls.public import pictures, problems, wording
from recalls.public.api import json_response
from recalls.public.views import cached_shortly, open_to_others, public_page
from recalls.published import cache
from recalls.published.edition import Edition, PublishedRecall

Record = dict[str, Any]

LANGUAGE = "en"
# Parameters that ask for a part of a text: the field, and the one within its list.
_PARTS = {
    "recallurl": ("URL", ""),
    "recalltitle": ("Title", ""),
    "consumercontact": ("ConsumerContact", ""),
    "recalldescription": ("Description", ""),
    "productname": ("Products", "Name"),
    "inconjunctionurl": ("Inconjunctions", "URL"),
    "imageurl": ("Images", "URL"),
    "injury": ("Injuries", "Name"),
    "manufacturer": ("Manufacturers", "Name"),
    "retailer": ("Retailers", "Name"),
    "importer": ("Importers", "Name"),
    "distributor": ("Distributors", "Name"),
    "manufacturercountry": ("ManufacturerCountries", "Country"),
    "upc": ("ProductUPCs", "UPC"),
    "hazard": ("Hazards", "Name"),
    "remedy": ("Remedies", "Name"),
    "remedyoption": ("RemedyOptions", "Option"),
}
_DAY = re.compile("([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T[0-9:.Z+-]*)?")
_DATES = {
    "recalldatestart": ("RecallDate", True),
    "recalldateend": ("RecallDate", False),
    "lastpublishdatestart": ("LastPublishDate", True),
    "lastpublishdateend": ("LastPublishDate", False),
}


@public_page
@open_to_others
@cached_shortly
def recall_service(request: HttpRequest) -> HttpResponse:
    """GET /RestWebServices/Recall?format=json&RecallTitle=…"""
    asked = {name.lower(): value for name, value in request.GET.items() if value}
    try:
        conditions = [*_conditions(asked)]
    except ValueError:
        return problems.respond(400, "A date is written as 2026-07-09.")
    records = _records(cache.current_edition(), request.build_absolute_uri("/").rstrip("/"))
    found = [record for record in records if all(holds(record) for holds in conditions)]
    if asked.get("format", "").lower() == "json":
        return json_response(found)
    return HttpResponse(_as_xml(found), content_type="application/xml; charset=utf-8")


# What is asked ------------------------------------------------------------------------------------


def _conditions(asked: dict[str, str]) -> Iterable[Callable[[Record], bool]]:
    """One for each known parameter; a record has to meet all. Others are passed over, as the CPSC
    does. Raises ValueError of what is no date."""
    for name, text in asked.items():
        value = text.strip()
        if name in _DATES:
            yield _is_on_side(*_DATES[name], _day(text))
        elif not value:
            continue
        elif name == "recallid":
            yield _is_id(value)
        elif name == "recallnumber":
            yield _holds_part("RecallNumber", "", plain_number(value))
        elif name in _PARTS:
            yield _holds_part(*_PARTS[name], value.lower())


def _day(text: str) -> dt.date:
    """2026-07-09, also with a time behind it. Raises ValueError."""
    if not (match := _DAY.fullmatch(text)):
        raise ValueError
    return dt.date.fromisoformat(match[1])


def _is_id(value: str) -> Callable[[Record], bool]:
    return lambda record: str(record["RecallID"]) == value


def _holds_part(field: str, within: str, part: str) -> Callable[[Record], bool]:
    def holds(record: Record) -> bool:
        values = [item[within] for item in record[field]] if within else [record[field]]
        return any(part in value.lower() for value in values)

    return holds


def _is_on_side(field: str, is_start: bool, day: dt.date) -> Callable[[Record], bool]:
    def holds(record: Record) -> bool:
        own = dt.date.fromisoformat(record[field][:10])
        return own >= day if is_start else own <= day

    return holds


def plain_number(number: str) -> str:
    """25030, however it is printed: 25-030."""
    return number.replace("-", "").lower()


# The records --------------------------------------------------------------------------------------


def _records(edition: Edition, site: str) -> list[Record]:
    """Those of all published notices but made-up ones, the newest first; made once for an
    edition."""
    key = ("cpsc", site)
    if key not in edition.rendered_pages:
        notices = [notice for notice in edition.published if not notice.recall.is_training]
        rows = [product.row for notice in notices for product in notice.products]
        shown = pictures.pictures_by_id(rows)
        with override(LANGUAGE):
            records = [_record(notice, site, shown) for notice in notices]
        records.sort(key=lambda record: record["RecallDate"], reverse=True)
        edition.rendered_pages[key] = records
    return edition.rendered_pages[key]


def _record(notice: PublishedRecall, site: str, shown: dict[int, Picture]) -> Record:
    recall, text = notice.recall, notice.text(LANGUAGE)
    firms = [{"Name": firm, "CompanyID": ""} for firm in recall.firms]
    importers = [{"Name": recall.importer, "CompanyID": ""}] if recall.importer else []
    sold = dict.fromkeys(_english(row.sold) for row in notice.countries)
    return {
        "RecallID": recall.pk,
        "RecallNumber": plain_number(recall.authority_number),
        "RecallDate": _moment(recall.recall_date or recall.recall_month),
        "Description": _joined(text, "lead", "cause", "note"),
        "URL": site + reverse("recall", args=[notice.slug]),
        "Title": wording.notice_title(notice),
        "ConsumerContact": _contact(notice),
        "LastPublishDate": _moment(notice.newest or recall.recall_month),
        "SoldAtLabel": None,
        "Products": [_product(product.row) for product in notice.products],
        "Inconjunctions": [{"URL": address} for address in recall.sources.split()],
        "Images": _images(notice, site, shown),
        "Injuries": _names([_joined(text, "incidents"), wording.casualties(recall)]),
        "Manufacturers": firms,
        "Retailers": [{"Name": each, "CompanyID": ""} for each in sold if each],
        "Importers": importers,
        "Distributors": [],
        "ManufacturerCountries": [
            {"Country": wording.country_name(code)} for code in recall.made_in
        ],
        "ProductUPCs": [{"UPC": line} for p in notice.products for line in p.row.barcodes.split()],
        "Hazards": [{"Name": text.hazard if text else "", "HazardType": "", "HazardTypeID": ""}],
        "Remedies": _names([_joined(text, "stop_use", "remedy", "have_ready")]),
        "RemedyOptions": [
            {"Option": Recall.RemedyOption(option).label}
            for option in recall.remedy_options.split()
        ],
    }


def _product(row: Product) -> dict[str, str]:
    units = number_format(row.units, force_grouping=True) if row.units else ""
    return {
        "Name": f"{row.brand} {row.name}".strip(),
        "Description": _english(row.label),
        "Model": ", ".join(row.model_list),
        "Type": row.get_kind_display(),
        "CategoryID": "",
        "NumberOfUnits": f"About {units}" if units else "",
    }


def _images(notice: PublishedRecall, site: str, shown: dict[int, Picture]) -> list[dict[str, str]]:
    return [
        {
            "URL": site + reverse("picture", args=[shown[row.picture_id].sha256]),
            "Caption": _english(row.picture_alt),
        }
        for row in (product.row for product in notice.products)
        if row.picture_id in shown
    ]


def _contact(notice: PublishedRecall) -> str:
    """Phone, email and page of each country, as prose."""
    lines = []
    for row in notice.countries:
        parts = [row.phone, _english(row.hours), row.email, row.claim_page]
        if filled := ", ".join(filter(None, parts)):
            lines.append(f"{wording.country_name(row.country)}: {filled}")
    return "; ".join(lines)


def _names(texts: Iterable[str]) -> list[dict[str, str]]:
    return [{"Name": text} for text in texts if text]


def _english(texts: dict[str, str]) -> str:
    return texts.get(LANGUAGE) or next(iter(texts.values()), "")


def _joined(text: RecallText | None, *names: str) -> str:
    values = (getattr(text, name) for name in names if text)
    return " ".join(" ".join(value.split()) for value in values if value.strip())


def _moment(value: dt.date) -> str:
    return f"{value:%Y-%m-%dT00:00:00}"


# XML ----------------------------------------------------------------------------------------------


def _as_xml(records: list[Record]) -> str:
    whole = "".join(_element("Recall", record) for record in records)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<ArrayOfRecall>{whole}</ArrayOfRecall>\n'


def _singular(name: str) -> str:
    """Return what each element of a list is called."""
    return f"{name[:-3]}y" if name.endswith("ies") else name[:-1]


def _element(name: str, value: Any) -> str:
    if value is None or value == "":
        return f"<{name}/>"
    if isinstance(value, dict):
        inner = "".join(_element(*item) for item in value.items())
    elif isinstance(value, list):
        inner = "".join(_element(_singular(name), item) for item in value)
    else:
        text = str(value)
        if not text.isprintable():
            text = "".join(c for c in text if c.isprintable() or c in "\n\t")
        inner = escape(text)
    return f"<{name}>{inner}</{name}>"
