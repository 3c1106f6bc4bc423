"""A record of the CPSC's Recall Retrieval API as a notice in the terms of the catalogue.

Nothing is stored here. What a record does not say, says elsewhere than in its field, or says in
words that only a person can place, is a sentence in `left`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from recalls import barcodes, codes, countries
from recalls.catalogue import cpsc_prose as prose
from recalls.catalogue.cpsc_fields import MAX_QUOTED, MAX_TEXT, RecordError, RecordFields
from recalls.models import Product, Recall, RecallText
from recalls.public.cpsc import plain_number
from recalls.public.openapi import RECORD_LISTS, RECORD_TEXTS
from recalls.publishing.copies import MAX_SLUG

_KNOWN = {"RecallID", "SoldAtLabel", *RECORD_TEXTS.split(), *RECORD_LISTS}
_ON_CODES = re.compile(r"\b(?:serial|S/N|batch|lot|date code)", re.IGNORECASE)
_STEPS = {
    "replace": "Ask {firm} for a replacement.",
    "refund": "Ask {firm} for a refund.",
    "gift_card": "Ask {firm} for the gift card.",
    "part_of_price": "Ask {firm} for the part of the price.",
    "discount": "Ask {firm} for the discount.",
    "repair": "Ask {firm} for a repair.",
    "new_instructions": "Ask {firm} for the new instructions.",
    "dispose": "Ask {firm} how to dispose of it.",
    "label": "Ask {firm} for the new label.",
    "inspect": "Ask {firm} how to inspect it.",
    "no_remedy": "No remedy is available.",
}
_NOT_IN_RECORDS = (
    "Not in any record: how each product is powered, how its units are identified, what its codes "
    "look like and where they stand."
)


@dataclass
class MappedRecord:
    """`table`: the notice as `store_notice` takes it. `number`: the authority's, without hyphens;
    `address`: the record's own page; each "" where it says none."""

    name: str
    number: str
    address: str
    slug: str
    table: dict
    left: list[str] = field(default_factory=list)


def map_record(record: object) -> MappedRecord:
    """Raises RecordError for what is no record, or lacks what a notice cannot be without."""
    fields = RecordFields(record)
    number, title = fields.number("RecallNumber"), fields.line("Title")
    if not title:
        raise RecordError("It has no Title.")
    address = fields.line("URL")
    table = _notice(fields, number)
    table["texts"] = {"en": _text(fields, title, table)}
    table["countries"] = _countries(fields, table)
    table["products"] = _products(fields, table)
    _pass_over(fields)
    table["source_wording"] = fields.text("Description")[:MAX_TEXT]
    table["left_to_enter"] = fields.left
    return MappedRecord(
        name=number or fields.number("RecallID") or title[:40],
        number=plain_number(number),
        address=address,
        slug=_slug(address, title),
        table=table,
        left=fields.left,
    )


# The notice ---------------------------------------------------------------------------------------


def _notice(fields: RecordFields, number: str) -> dict:
    day = _day(fields)
    makers = fields.items("Manufacturers", "Name")
    firm, others = makers[0] if makers else _firm_of_title(fields), makers[1:]
    importers = fields.items("Importers", "Name")
    table = {
        "authority": "CPSC" if _is_cpsc(fields) else "",
        "authority_number": fields.fit(printed_number(number), 40, "RecallNumber"),
        "recall_date": day,
        "recall_month": day.replace(day=1),
        "firm": fields.fit(" ".join(firm.split()), 120, "The firm's name"),
        "other_firms": others,
        "importer": fields.fit(", ".join(importers), 120, "The importer's name"),
        "remedy_options": _remedy_options(fields),
        "manufactured_in": " ".join(_made_in(fields)),
        "sources": list(_sources(fields)),
    }
    if not firm:
        fields.leave("No firm is named. Enter who recalls it.")
    elif not makers:
        fields.leave(f"No manufacturer is named; “{firm}” was taken from the title as the firm.")
    for distributor in fields.items("Distributors", "Name"):
        fields.leave("There is no field for a distributor:", distributor)
    return table | _casualties(fields)


def _day(fields: RecordFields):
    try:
        day = prose.read_day(fields.line("RecallDate"))
    except ValueError as error:
        raise RecordError("It has no RecallDate, or one that is no date.") from error
    last = fields.line("LastPublishDate")
    if last and last[:10] != f"{day}":
        fields.leave(f"It was published again on {last[:10]}: see what has changed since.")
    return day


def _firm_of_title(fields: RecordFields) -> str:
    """The words before “recalls” in the title."""
    name, word, _ = fields.line("Title").partition(" Recalls ")
    return name if word else ""


def _is_cpsc(fields: RecordFields) -> bool:
    host = _host(fields.line("URL"))
    return not host or host == "cpsc.gov" or host.endswith(".cpsc.gov")


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def printed_number(number: str) -> str:
    """25-030, as the notice has it."""
    return re.sub(r"^([0-9]{2})([0-9]{3}[a-d]?)$", r"\1-\2", number)


def _remedy_options(fields: RecordFields) -> list[str]:
    options = []
    for said in fields.items("RemedyOptions", "Option"):
        if option := prose.remedy_option(said):
            options.append(option)
        else:
            fields.leave("This is no remedy option of the CPSC's list:", said)
    if not options:
        options = prose.remedies_in(" ".join(fields.items("Remedies", "Name")))
        fields.leave(
            "No remedy option is given; it was taken from the wording of the remedy."
            if options
            else "Say what the owner gets: neither RemedyOptions nor Remedies name a remedy."
        )
    options = list(dict.fromkeys(options))
    none = Recall.RemedyOption.NO_REMEDY.value
    if none in options and len(options) > 1:
        options.remove(none)
        fields.leave("“No Remedy Available” stands beside other remedies, and was left out.")
    return options


def _made_in(fields: RecordFields) -> Iterator[str]:
    for name in dict.fromkeys(fields.items("ManufacturerCountries", "Country")):
        code = prose.country_code(name)
        if code and code != countries.ELSEWHERE:
            yield code
        else:
            fields.leave("No country has the name where it was made:", name)


def _sources(fields: RecordFields) -> Iterator[str]:
    if fields.rows("Inconjunctions") and _is_cpsc(fields):
        fields.leave("Another authority has a joint notice: enter its country, units and contact.")
    for address in fields.items("Inconjunctions", "URL"):
        if prose.is_source(address):
            yield address
        else:
            fields.leave("This address of a joint notice cannot be linked as it is:", address)


def _casualties(fields: RecordFields) -> dict:
    """The numbers, where they stand in the site's own sentences."""
    for said in fields.items("Injuries", "Name"):
        if numbers := prose.read_casualties(said):
            died, hurt = numbers
            return {k: v for k, v in {"deaths": died, "injuries": hurt}.items() if v}
    return {}


# The text -----------------------------------------------------------------------------------------


def _text(fields: RecordFields, title: str, notice: dict) -> dict:
    longest, description = _longest(RecallText, "title"), fields.line("Description")
    if len(title) > longest:
        lead, cause = fields.fit(title, _longest(RecallText, "lead"), "The title"), description
        fields.leave(f"Shorten the title to {longest} characters, in your own words.")
        title = f"{title[: longest - 1].rpartition(' ')[0]}…"
    else:
        lead, cause = _split_lead(description, _longest(RecallText, "lead"))
    injuries = fields.items("Injuries", "Name")
    incidents = [said for said in injuries if prose.read_casualties(said) is None]
    if any(character.isdigit() for character in " ".join(incidents)):
        fields.leave("Enter how many people died or were hurt, if the incidents say so.")
    return {
        "title": title,
        "lead": lead or title,
        "hazard": _hazard(fields),
        "cause": cause,
        "incidents": incidents,
        "remedy": _remedy(fields, notice),
    }


def _longest(model, name: str) -> int:
    return model._meta.get_field(name).max_length


def _split_lead(description: str, longest: int) -> tuple[str, str]:
    """The first sentence and the rest; as many words as have room, where it is longer."""
    first = next(iter(prose.sentences(description)), "")
    if len(first) > longest:
        first = first[:longest].rpartition(" ")[0] or first[:longest]
    return first, description[len(first) :].strip()


def _hazard(fields: RecordFields) -> list[str]:
    if hazards := fields.items("Hazards", "Name"):
        return hazards
    title = fields.line("Title")
    fields.leave("No hazard is given; it was taken from the title.")
    return [title.partition(" Due to ")[2] or title]


def _remedy(fields: RecordFields, notice: dict) -> list[str]:
    """The steps, a sentence a line; where there are none, what the option says."""
    remedies = fields.items("Remedies", "Name")
    if remedies:
        return [step for remedy in remedies for step in prose.sentences(remedy)]
    if not notice["remedy_options"]:
        fields.leave("No remedy steps are given. Enter them.")
        return []
    firm = notice["firm"] or "the firm"
    fields.leave("No remedy steps are given; they say no more than the remedy option does.")
    return [_STEPS[option].format(firm=firm) for option in notice["remedy_options"]]


# Countries ----------------------------------------------------------------------------------------


def _countries(fields: RecordFields, notice: dict) -> list[dict]:
    contact, sold = fields.line("ConsumerContact"), fields.items("Retailers", "Name")
    rows = prose.read_contacts(contact)
    if not rows:
        home = countries.UNITED_STATES if _is_cpsc(fields) else countries.ELSEWHERE
        rows = [{"country": home} | (prose.find_contact(contact) if contact else {})]
        if home == countries.ELSEWHERE:
            fields.leave("No country is named: what was sold stands under “Any other country”.")
        if contact:
            fields.leave("Compare phone, hours, e-mail and page with:", contact)
    if len(sold) > len(rows):
        sold = [*sold[: len(rows) - 1], "\n".join(sold[len(rows) - 1 :])]
    for row, text in zip(rows, sold, strict=False):
        row["sold"] = {"en": text}
    if 0 < len(sold) < len(rows):
        fields.leave("See in which country it was sold so:", sold[0])
    if _is_cpsc(fields):
        _add_to_home(fields, rows[0], notice)
    return rows


def _add_to_home(fields: RecordFields, row: dict, notice: dict) -> None:
    """What only the CPSC's own records say of the United States."""
    if said := fields.line("URL"):
        address = prose.secure(said)
        if prose.is_web_address(address):
            row["notice_url"] = address
        elif prose.is_source(address):
            notice["sources"].append(address)  # longer than the field of a country
        else:
            fields.leave("This address of the notice cannot be linked as it is:", said)
    units = [prose.read_units(fields.of_row(each, "NumberOfUnits")) for each in _rows(fields)]
    if len(units) == 1 and units[0][0]:
        row["units"] = units[0][0]


# Products -----------------------------------------------------------------------------------------


def _rows(fields: RecordFields) -> list[dict]:
    """The products, but for rows that say nothing."""
    return [row for row in fields.rows("Products") if fields.of_row(row, "Name")]


def _products(fields: RecordFields, notice: dict) -> list[dict]:
    rows = _rows(fields)
    products = [_product(fields, row, notice) for row in rows]
    if not products:
        fields.leave("No product is named; the title stands for its name.")
        name = fields.fit(fields.line("Title"), _longest(Product, "name"), "The title")
        products = [_of_name(name, "") | {"kind": Product.Kind.OTHER.value}]
    _place_barcodes(fields, products)
    _name_numbers_in_prose(fields, products)
    fields.leave(_NOT_IN_RECORDS)
    return products


def _of_name(name: str, brand: str) -> dict:
    return {
        "brand": brand,
        "name": name,
        "identified_by": Product.IdentifiedBy.LISTED_CODES.value,
    }


def _product(fields: RecordFields, row: dict, notice: dict) -> dict:
    said, full_name = fields.of_row(row, "Type"), fields.of_row(row, "Name")
    brand, name = _split_brand(full_name, [notice["firm"], *notice["other_firms"]])
    if not brand:
        fields.leave("Enter the brand, and take it out of the name:", full_name)
    kind = prose.kind_of_product(said, full_name)
    if not kind:
        fields.leave(f"Choose the kind of product: “{said or full_name}”.")
    number, more = prose.read_units(fields.of_row(row, "NumberOfUnits"))
    if more:
        fields.leave("Enter the numbers of units:", fields.of_row(row, "NumberOfUnits"))
    label, models = fields.of_row(row, "Description"), fields.of_row(row, "Model")
    product = _of_name(fields.fit(name, _longest(Product, "name"), "A product's name"), brand) | {
        "kind": kind or Product.Kind.OTHER.value,
        "model_numbers": [each for each in models.split(", ") if each],
        "label": {"en": label} if label else {},
    }
    return product | ({"units": number} if number else {})


def _split_brand(name: str, firms: list[str]) -> tuple[str, str]:
    """The first word, where a firm is called so too."""
    first, _, rest = name.partition(" ")
    is_brand = any(firm.lower().split(" ")[:1] == [first.lower()] for firm in firms)
    return (first, rest) if is_brand and rest and len(first) <= 60 else ("", name)


def _place_barcodes(fields: RecordFields, products: list[dict]) -> None:
    """A record does not say which of several products has which number."""
    valid = []
    for said in fields.items("ProductUPCs", "UPC"):
        number = re.sub("[ -]", "", said)
        try:
            barcodes.validate_barcodes(number)
        except ValidationError:
            fields.leave("This is no barcode number as it stands:", said)
        else:
            valid.append(number)
    valid = list(dict.fromkeys(valid))
    if len(products) == 1:
        products[0]["barcodes"] = valid
    elif valid:
        fields.leave("Enter each barcode number at its product:", ", ".join(valid))


def _name_numbers_in_prose(fields: RecordFields, products: list[dict]) -> None:
    """Without its numbers nobody finds a product by them."""
    wording = fields.text("Description")
    has_models = all(product.get("model_numbers") for product in products)
    if not has_models and re.search(r"\bmodel", wording, re.IGNORECASE):
        fields.leave("Enter the model numbers, which stand in the description.")
    if re.search(r"\bUPC", wording) and not fields.rows("ProductUPCs"):
        fields.leave("Enter the barcode numbers (UPC), which stand in the description.")


# What stays ---------------------------------------------------------------------------------------


def _pass_over(fields: RecordFields) -> None:
    """Say what is in the record and nowhere in the notice."""
    pictures = fields.items("Images", "URL")
    if pictures:
        fields.leave(f"Pictures are not fetched ({len(pictures)}). The first is at:", pictures[0])
    if at := fields.record.get("SoldAtLabel"):
        fields.leave("There is no field for SoldAtLabel:", str(at)[:MAX_QUOTED])
    for kind in fields.items("Hazards", "HazardType"):
        fields.leave("There is no field for a type of hazard:", kind)
    for name in _unknown_names(fields):
        fields.leave("This field is not known here:", name[:MAX_QUOTED])
    wording = fields.text("Description")
    count = sum(not rule.error for rule in codes.rules_in_prose(wording))
    if count or _ON_CODES.search(wording):
        fields.leave(
            "Make rules of the wording on serial numbers, which stands beside each product's "
            f"rules. Rules that it may mean: {count}. None is taken by itself."
        )
    if not _is_cpsc(fields):
        fields.leave(
            "It is no record of the CPSC's own: enter the authority. It comes from:",
            fields.line("URL"),
        )


def _unknown_names(fields: RecordFields) -> list[str]:
    """The fields of the record and of its rows that the service did not have; an underscore marks
    what somebody else has added."""
    names = {str(name) for name in fields.record if name not in _KNOWN}
    for list_name, keys in RECORD_LISTS.items():
        known = keys.split()
        for row in fields.rows(list_name):
            names |= {f"{list_name}, {name}" for name in row if name not in known}
    return sorted(name for name in names if not name.startswith("_"))


def _slug(address: str, title: str) -> str:
    """The last part of the record's own address, or the title."""
    last = next((part for part in reversed(address.split("?")[0].split("/")) if part), "")
    slug = slugify(last) or slugify(title) or "notice"
    if len(slug) <= MAX_SLUG:
        return slug
    return slug[: MAX_SLUG + 1].rpartition("-")[0] or slug[:MAX_SLUG]
